"""Old firewalls as they were dumped: `iptables-save`, `iptables -S` and `iptables -L -n -v`, read and turned into sets.

A dump is kept as chains of rules (`rules`), read by `saved` or `listed`, and turned into packet sets by `compiled`.
What a rule matches that nobody here understands is neither forgotten nor guessed: it is judged in both directions, so
one set holds all that may pass and another what surely does (the closures of Diekmann, Michaelis, Haslbeck, Carle:
Verified iptables Firewall Analysis, IFIP Networking 2016). IPv4 only; address translation is not followed.
"""
