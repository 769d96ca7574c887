"""What can be done about a fault by a command: the remedy that fits, looked at first, then done."""
