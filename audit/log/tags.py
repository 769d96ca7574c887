"""The event tags of the log itself and of auditors' looks; docs/vocabulary.md explains each."""

from enum import StrEnum


class LogTag(StrEnum):
    """What happens to the log of events."""

    KEY = "log.key"
    """a key that signs checkpoints was made; says the public one"""
    CHECKPOINT = "log.checkpoint"
    """a checkpoint was signed; says size, root and time"""
    ARCHIVED = "log.archived"
    """events were written to a file of the archive; says its name, SHA-256, first event and count"""
    REMOVED = "log.removed"
    """archived events left the database"""
    TAKEN = "log.taken"
    """the log was taken away as a folder or a file"""


class LookTag(StrEnum):
    """What an auditor looked at."""

    LOOKED = "audit.looked"
    """an auditor opened a page with a person's data or a secret"""
