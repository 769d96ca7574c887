"""The agents of the county's devices: what opens them, how each is treated, who needs help, and what was learned.

`keyring` says which credentials open whose agent, `care` (pure) how gently each is asked, `store` keeps what outlives
a restart and tells of it once as events, and `poller` puts our engine and pysnmp together under that care.
"""
