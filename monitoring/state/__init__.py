"""What is known now: the state of every device and line, neighbours, and how polling itself goes."""
