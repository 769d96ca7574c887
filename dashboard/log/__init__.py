"""The event log and whether it is whole."""
