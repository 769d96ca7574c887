"""Notices: rules, plan, formats, outbox."""
