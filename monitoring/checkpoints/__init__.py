"""Brings the event log's checkpoints to people by mail, and tells when they are missing anywhere."""
