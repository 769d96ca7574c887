"""The exchange of the key that opens the servers.

`on_server` is what a server is told, `hosts` which take part and what is proven, `vault` what is kept, `exchange` when.
Promised at every moment, also after a kill: the vault names a key that opens each server that it opened before.
"""
