"""The checks, their evidence, and the file for the assessor."""
