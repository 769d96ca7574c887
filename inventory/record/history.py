"""What happened to the inventory: of one object, between two dates, and how to take one change back.

Undo makes a new commit that gives every field of the undone one its earlier value. It refuses, naming the later
commits, when one of these fields was changed again since, or when what it would make is not valid any more (a later
unit sits in the building whose adding is undone). History believes the trailers of our own commits and reads the files
of all others.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from countynet import clock
from countynet.canonical import JSON
from countynet.errors import BadInput, Conflict, Problem
from countynet.i18n import _
from inventory.record.changes import Change, changes
from inventory.record.draft import Committed, rows
from inventory.record.edit import KEYS, Author
from inventory.record.git import Entry
from inventory.record.repository import Repository


@dataclass(frozen=True)
class Revision:
    """One commit and what it changed of what was asked for."""

    entry: Entry
    changes: tuple[Change, ...]

    def summary(self) -> dict[str, JSON]:
        """Return what `--json` shows."""
        e = self.entry
        return {
            "commit": e.commit,
            "author": e.author,
            "login": e.login,
            "at": e.at.isoformat(),
            "reason": e.reason,
            "changes": rows(self.changes),
        }


def split(name: str) -> tuple[str, str]:
    """Return section and key of an object such as `units/u025`. Raises BadInput for a text that names none."""
    section, slash, key = name.partition("/")
    if not slash or not key or section not in (*KEYS, "plan"):
        message = _("{object} is no object; write section/key, e.g. units/u025")
        raise BadInput([Problem(message, {"object": name}, wanted=", ".join(KEYS))])
    return section, key


def of_object(repository: Repository, name: str, limit: int = 200) -> tuple[Revision, ...]:
    """Return an object's history, newest first. Raises BadInput for a text that names no object."""
    split(name)
    found = (
        Revision(e, _of(repository, e, name)) for e in repository.git.log("--first-parent") if _may_concern(e, name)
    )
    return tuple(revision for revision, _n in zip((r for r in found if r.changes), range(limit), strict=False))


def _may_concern(entry: Entry, name: str) -> bool:
    objects = entry.trailers("Object")
    return not objects or name in objects


def _of(repository: Repository, entry: Entry, name: str) -> tuple[Change, ...]:
    return tuple(c for c in of_commit(repository, entry) if c.object == name)


def of_commit(repository: Repository, entry: Entry) -> tuple[Change, ...]:
    """Return what a commit changed, against its first parent."""
    before = repository.state(entry.parents[0]) if entry.parents else {}
    return changes(before, repository.state(entry.commit))


def recent(repository: Repository, limit: int = 50, skip: int = 0) -> list[Entry]:
    """Return the last commits, newest first."""
    return repository.git.log(f"--max-count={limit}", f"--skip={skip}", "--first-parent")


def at(repository: Repository, when: str, *, end: bool) -> str:
    """Return the commit that stood at a date (its end or its begin, county time), or of that name.

    Raises BadInput for a text that is neither, and for a date before the first commit.
    """
    moment = _moment(when, end=end)
    if moment is None:
        commit = repository.git.find(when)
        if commit is None:
            message = _("{when} is no date such as 2026-11-25 and no commit")
            raise BadInput([Problem(message, {"when": when})])
        return commit
    found = repository.git.text("rev-list", "-1", "--first-parent", f"--before={moment.isoformat()}", "HEAD")
    return found or repository.git.text("rev-list", "--max-parents=0", "HEAD").splitlines()[-1]


def _moment(when: str, *, end: bool) -> datetime | None:
    try:
        day = date.fromisoformat(when)
    except ValueError:
        return None
    return datetime.combine(day + timedelta(days=int(end)), time(), tzinfo=clock.CHINA) - timedelta(seconds=int(end))


def between(repository: Repository, since: str, until: str = "HEAD") -> tuple[Change, ...]:
    """Return the difference of two dates (from the begin of the first to the end of the second) or commits."""
    first, last = at(repository, since, end=False), at(repository, until, end=True)
    return changes(repository.state(first), repository.state(last))


def undo(repository: Repository, commit: str, author: Author, reason: str) -> Committed:
    """Take one commit back by a new one. Raises Conflict when later changes depend on it, BadInput for no commit."""
    entry = repository.entry(commit)
    if not entry.parents:
        raise Conflict(_("the first commit cannot be undone"))
    with repository.locked() as head:
        repository.refuse_hand_edits(head)
        wanted = [change.inverse() for change in of_commit(repository, entry)]
        target, refused = repository.repeat(wanted, head)
        if refused:
            raise Conflict(_LATER, changes="; ".join(_later(repository, entry, refused)))
        words = reason.strip() or f"Undo: {entry.reason}"
        try:
            return repository.write(head, target, author, words, (f"Reverts: {entry.commit}",))
        except BadInput as error:
            raise Depends(error) from error


_LATER = _("later changes depend on it, undo these first: {changes}")


class Depends(Conflict):
    """What an undo would make is not valid any more; `problems` say why."""

    def __init__(self, error: BadInput) -> None:
        self.problems = error.problems
        super().__init__(_("later changes depend on it; without it the inventory is not valid any more"))


def _later(repository: Repository, entry: Entry, refused: Sequence[Change]) -> Iterator[str]:
    """Yield the later commits that changed what an undo would change."""
    since = repository.git.log(f"{entry.commit}..HEAD")
    for change in refused:
        who = next((e for e in since if change.object in e.trailers("Object")), None)
        by = f" ({who.commit[:10]}, {who.author}, {who.reason})" if who else ""
        yield f"{change.object} {change.field}".strip() + by
