"""Alarms and what people say about them."""
