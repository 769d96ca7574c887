"""Applications for a terminal: the form, the list by role, the work order, and each one's way to its end."""
