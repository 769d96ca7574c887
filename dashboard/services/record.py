"""The seam between the record's pages and the county's git repository, with the values that go over it.

The answers are the record's own frozen values (changes, revisions, proposals); nothing here opens a file.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from dashboard.users.model import Person
from inventory.allocate import Allocation, NewUnit
from inventory.record import Committed, Edit
from inventory.record.changes import Change, Key, State
from inventory.record.git import Entry
from inventory.record.history import Revision
from inventory.record.proposals import Proposal
from inventory.record.splice import Items


@dataclass(frozen=True)
class Meaning:
    """What a unit's coming or leaving means, or meant: what is given or freed, the changes, the files' difference."""

    unit: str
    values: Mapping[str, str]
    changes: tuple[Change, ...] = field(default=(), repr=False)
    diff: str = field(default="", repr=False)
    commit: str = ""

    @property
    def nothing(self) -> bool:
        """Whether there is nothing to do, because it is so already."""
        return not self.changes

    @classmethod
    def of(cls, allocation: Allocation, done: Committed) -> "Meaning":
        """Return what an allocation meant when it was committed."""
        return cls(allocation.unit, allocation.values, done.changes, done.diff, done.commit)


@dataclass(frozen=True)
class Detail:
    """One commit with all that it changed, and the later commits that name what it added."""

    revision: Revision
    diff: str
    later: tuple[Entry, ...] = ()


@dataclass(frozen=True)
class Review:
    """One proposal with all that it would change, and what others have changed in the same fields since."""

    proposal: Proposal
    changes: tuple[Change, ...]
    diff: str
    overtaken: tuple[Change, ...] = ()
    note: str = ""
    """the reason with which it was declined"""


class Inventory(Protocol):
    """The record of what should be.

    Every method may raise CountyError (git, disk); those that change raise BadInput with every problem at once,
    Conflict (others changed the same, it has ended, the files were edited by hand) and NotAllowed (not this person's
    to do); then nothing has changed. After a change the `CountySource` beside shows the new county at once.
    """

    def head(self) -> str:
        """Return the last commit."""
        ...

    def state(self, commit: str | None = None) -> State:
        """Return every item at a commit (the last one). Raises BadInput for no commit of that name."""
        ...

    def item(self, section: str, key: str) -> Items | None:
        """Return one item as it is now."""
        ...

    def joining(self, wanted: NewUnit) -> Meaning:
        """Return what a new unit would get; no changes when it is there already."""
        ...

    def join(self, person: Person, wanted: NewUnit, reason: str) -> Meaning:
        """Add a unit by one commit; no commit when it is there already."""
        ...

    def leaving(self, unit: str) -> Meaning:
        """Return what a unit's removal would free and take away."""
        ...

    def leave(self, person: Person, unit: str, reason: str) -> Meaning:
        """Remove a unit by one commit."""
        ...

    def save(self, person: Person, edits: Sequence[Edit], reason: str, base: str) -> Committed:
        """Commit edits that a person made looking at the commit `base`."""
        ...

    def propose(self, person: Person, edits: Sequence[Edit], reason: str, base: str) -> int:
        """Propose edits that a person made looking at the commit `base`; return the proposal's number."""
        ...

    def history(self, section: str, key: str, limit: int = 50) -> Sequence[Revision]:
        """Return what was changed of one item, newest first."""
        ...

    def log(self, limit: int, skip: int = 0) -> Sequence[Revision]:
        """Return the last commits, newest first."""
        ...

    def detail(self, commit: str) -> Detail | None:
        """Return one commit; None when there is none of that name."""
        ...

    def between(self, since: str, until: str) -> Sequence[Change]:
        """Return the difference of two dates or commits."""
        ...

    def undo(self, person: Person, commit: str, reason: str) -> Committed:
        """Take one commit back by a new one."""
        ...

    def proposals(self) -> Sequence[Proposal]:
        """Return all proposals, newest first."""
        ...

    def review(self, number: int) -> Review | None:
        """Return one proposal; None when there is none of that number."""
        ...

    def merge(self, person: Person, number: int, note: str) -> Committed:
        """Merge a proposal; never one's own."""
        ...

    def decline(self, person: Person, number: int, reason: str) -> None:
        """Decline a proposal, with the reason."""
        ...


__all__ = ["Detail", "Inventory", "Key", "Meaning", "Review"]
