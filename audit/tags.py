"""Audit's event tags; docs/vocabulary.md explains each."""

from enum import StrEnum


class AuditTag(StrEnum):
    """What happens in an audit."""

    RUN = "audit.run"
    """a run of the checks ended; names every check's verdict and the hash of its evidence"""
    SAMPLED = "audit.sampled"
    """devices drawn by a seed were looked at again and compared with a run"""
    ACCEPTED = "audit.accepted"
    """the center accepted findings of a check, with a reason and a last day"""
    WITHDRAWN = "audit.withdrawn"
    """the center took an acceptance back"""
