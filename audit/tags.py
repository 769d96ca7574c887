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
    VULNERABILITIES = "audit.vulnerabilities-imported"
    """another list of vulnerabilities is in force; names its hash, day, source and how many it has"""
    FIX = "audit.fix-planned"
    """a plan was made for a check's findings; says check, plan, how it mends them, and devices"""


class RecordTag(StrEnum):
    """What happens to records of visits, drills, trainings and regulations."""

    ADDED = "record.added"
    """somebody registered a record; names the hash of its document"""
    CHANGED = "record.changed"
    """a record was corrected, or a step was taken; a version more"""
    OPENED = "regulation.opened"
    """somebody opened a text that has to be read"""
    ACKNOWLEDGED = "regulation.acknowledged"
    """somebody acknowledged it"""
