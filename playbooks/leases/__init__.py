"""Who has which address: the leases of the server that gives out addresses, read over SSH and kept as a last look.

`parse` reads dnsmasq's file, `ask` fetches it, `looks` keeps what the last look saw, `standing` lays it beside the
inventory, `watch` looks every five minutes, `cli` is `countynet leases`.
"""
