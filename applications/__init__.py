"""The county's own document and approval systems will live here; nothing is in it yet, and nothing pretends to be."""
