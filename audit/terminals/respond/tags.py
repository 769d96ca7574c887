"""Event tags of responses to findings about terminals; docs/vocabulary.md explains each."""

from enum import StrEnum


class ResponseTag(StrEnum):
    """What is done about a finding at a port."""

    WARNED = "terminals.warned"
    """the unit's contact was told of a finding"""
    HELD = "terminals.held"
    """a port is held from now on: confined or shut; says which, why, by which plan, under which emergency"""
    RELEASED = "terminals.released"
    """a port is held no longer"""
    CONFIRMED = "terminals.confirmed"
    """what was done at once under an emergency was confirmed by somebody else"""
