"""Credentials of the whole fleet exchanged without losing a device: SNMP users, keys of people, tunnels and time.

Every device first gets the new credential beside the old one; a session of its own proves that the new one opens it;
only then do we turn to it, and only then is the old one taken away. Each device goes through this by itself
(`inventory.intent.rotation` has the stages): one that fails stays where it is, is named, and is still opened by what it
has; a rerun goes on with it. The vault holds both until no device needs the old one.
"""
