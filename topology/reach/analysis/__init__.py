"""The analysis of rules: what each rule of each filter and access list does, over all packets, and which do nothing.

`chain` says what filters a device has, `plane` makes a rule a set of packets with all that it asks for (interfaces,
state, hardware address, IPv6), `overlap` finds which rules never decide or change nothing, `coming` what routes can
bring, `wide` what is let through beyond the policy, `boxes` puts sets into words, `text` finds a rule's line in a
configuration and the lines that remove it. `topology.reach.rules` is the way in.
"""
