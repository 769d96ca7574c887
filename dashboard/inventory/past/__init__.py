"""The last commits, the difference of two dates, and undo."""
