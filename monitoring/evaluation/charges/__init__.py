"""What is paid for a month's lines, what is taken off, by which rule, and because of which outages (N8)."""
