"""What devices have around them: read from recorded agents, kept, told once."""
