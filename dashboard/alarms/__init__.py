"""What the machine thinks is wrong."""
