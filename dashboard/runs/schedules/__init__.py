"""Schedules of playbooks in the web: what is due when, what became of it, and who agreed to it."""
