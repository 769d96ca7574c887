"""Allocation from the address plan: a unit joins or leaves, and everything it needs follows. Pure.

The caller holds the record's lock from reading the county to the commit (`inventory.allocate.join`), so that two
callers never get the same value.
"""

from inventory.allocate.unit import Allocation, NewUnit, add_unit, remove_unit

__all__ = ["Allocation", "NewUnit", "add_unit", "remove_unit"]
