"""The knowledge base: what was learnt from closed faults, found again when a new one looks alike."""
