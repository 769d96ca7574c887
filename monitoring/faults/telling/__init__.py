"""Telling units how their faults stand: each step a notice, in the unit's language and by its channel."""
