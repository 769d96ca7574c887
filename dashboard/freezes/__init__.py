"""Freeze periods on the web: which hold, what they hold, and the center's word that one thing begins nevertheless."""
