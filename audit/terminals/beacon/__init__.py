"""A pair of beacons that show whether a terminal is on two nets at once.

The outside beacon stands in the Internet, the inside one in the county. A scan has a probe sent to each terminal on the
terminal's own wire, with the outside beacon's address as its source: who has a way out of its own answers by it, and
the answer arrives outside (`probe`: what is sent and read; `serve`: the daemon; `journal`: what it writes down). The
outside beacon then asks back with the inside one's address. The inside one also notes what kinds of systems speak from
behind each address. No beacon holds anything of the county but the key that signs probes and journals.
"""
