"""Escalation by itself: when so much of a clock is used up, others are told, once for each level."""
