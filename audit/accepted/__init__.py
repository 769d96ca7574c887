"""Findings that the center lives with: for which check and subject, why, until when. Never for ever, never silently."""
