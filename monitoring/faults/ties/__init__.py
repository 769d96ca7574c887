"""What faults have to do with each other: merged, split, related, caused by. Each tie is an event and can be undone."""
