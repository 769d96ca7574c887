"""Playbooks and their runs on the web."""
