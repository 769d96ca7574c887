"""Devices that run something else than the inventory intends: which, what, since when, who; and back or accepted.

`messages` understands what devices say of changes, `follow` reads it where the logs are kept, `store` keeps it;
`compare` finds the differences, `report` puts them together; `accept` makes a proposal of what the inventory can
express. This package imports nothing, so that `countynet --help` stays quick.
"""
