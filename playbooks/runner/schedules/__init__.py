"""Runs by the calendar: what is due when, who may have it done, and what became of each time."""
