"""ICMP echo to many addresses from one raw socket (RFC 792)."""
