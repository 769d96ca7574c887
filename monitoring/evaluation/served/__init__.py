"""How well applications answered in a period: their services as the probes saw them, and what was wrong."""
