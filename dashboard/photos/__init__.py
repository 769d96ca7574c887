"""Photographs of reports, and the call back to who reported without an account."""
