"""What units are told at each step, worded by the center."""
