"""Event tags of the authentication platform's journal; docs/vocabulary.md explains each."""

from enum import StrEnum


class AuthorityTag(StrEnum):
    """What came from the platform."""

    LINE = "authority.line"
    """a line of its journal: who did what there (issued, revoked, sealed, signed in), with the line's hash"""
    BROKEN = "authority.broken"
    """its journal does not follow from what was taken: lines were changed or removed, or a backup was restored"""
