"""The contexts of the record's past."""

from dataclasses import dataclass
from typing import ClassVar

from dashboard.inventory.rows import Commit, Row


@dataclass(frozen=True)
class LogPage:
    """The last commits."""

    template: ClassVar[str] = "inventory/past/log.html"
    commits: tuple[Commit, ...]
    newer: str
    older: str
    may_undo: bool


@dataclass(frozen=True)
class CommitPage:
    """One commit with all that it changed, and the form that takes it back."""

    template: ClassVar[str] = "inventory/past/commit.html"
    commit: Commit
    diff: str
    later: tuple[Commit, ...]
    """later commits that name what this one added"""
    may_undo: bool
    reason: str = ""
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class DiffPage:
    """What differs between two dates."""

    template: ClassVar[str] = "inventory/past/diff.html"
    since: str
    until: str
    rows: tuple[Row, ...]
    count: int
    problems: tuple[str, ...] = ()
