"""Proposed changes: what they would do, and the center's review."""
