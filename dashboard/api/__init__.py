"""The API for other systems under /api/v1: declared once, checked, answered and documented from the declaration."""
