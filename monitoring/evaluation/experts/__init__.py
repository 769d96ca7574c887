"""What named experts give for a period, with their reasons: the third part of the operator's score."""
