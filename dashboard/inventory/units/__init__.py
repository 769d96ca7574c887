"""The table of units, and how one joins, changes and leaves."""
