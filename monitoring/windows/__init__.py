"""Work windows of the network: announced times in which work may cut what depends on some devices.

`model` and `cover` are pure; `book` is what people do; `store` has the tables and says whom a window covers now (alarms
about these are muted) and what it covered (the ledger calls that planned). Alarms are muted, measurement never is.
"""
