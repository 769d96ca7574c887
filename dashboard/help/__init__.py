"""What the pages mean, and whether the service lives."""
