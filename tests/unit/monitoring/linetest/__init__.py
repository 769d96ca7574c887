"""Testing a unit's line."""
