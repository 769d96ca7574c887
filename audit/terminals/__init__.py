"""Terminals and unknown devices: what devices have around them against the inventory, found and kept.

`model` and `judge` (pure) decide, `scan` gathers and keeps, `store` holds findings. What devices say comes through the
seam `countynet.surroundings`, because audit reads no device itself. What is done about a finding is not decided here.
"""
