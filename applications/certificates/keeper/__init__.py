"""The keeper: the process that has the private keys, the register of certificates and the journal.

It runs under an account of its own and listens on a Unix socket that the web process's group may open. Whatever it
signs stands in the journal before the signature leaves; whoever asked and whoever approved are two people, or it
refuses. Its keys lie on disk encrypted with a passphrase from the county's vault, which no backup carries.
"""
