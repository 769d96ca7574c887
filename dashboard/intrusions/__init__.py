"""Intrusions: what detection and virus gateways told, whose it is, and what people said to it."""
