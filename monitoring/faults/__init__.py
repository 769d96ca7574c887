"""Faults: people's work on what is broken, from the report to the unit's confirmation, each step an event."""
