"""A change of the fleet as one thing: planned, looked at, approved, applied under a guard, and taken back.

`model` what a plan says; `make` draws one up; `rules` who may approve and when it may begin; `tiers` in which order;
`armed` the undo that stands on the device itself; `guarded` the change of one device; `apply` the fleet; `settle` what
each device has after a kill. This package imports nothing, so that `countynet --help` stays quick.
"""
