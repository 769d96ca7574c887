"""A report from a telephone call, written down by the center with the keyboard alone."""
