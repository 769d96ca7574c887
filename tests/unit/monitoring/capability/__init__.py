"""Platform tables, what is read by them of recorded devices, and what of it is kept."""
