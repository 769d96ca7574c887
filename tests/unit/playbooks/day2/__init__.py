"""Day-two changes."""
