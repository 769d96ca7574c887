"""The rent of each line by unit and month."""
