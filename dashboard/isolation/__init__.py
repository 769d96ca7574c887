"""The isolation page."""
