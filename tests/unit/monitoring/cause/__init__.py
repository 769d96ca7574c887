"""Which cause an alarm names, on the whole example county."""
