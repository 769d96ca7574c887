"""The county's side of its message gateway: keys for applications and people, and our own notices' way to it."""
