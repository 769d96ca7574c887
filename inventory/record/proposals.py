"""Proposed changes: a branch that somebody fills, and that the center reviews and merges, or declines with a reason.

A proposal is one commit on `refs/heads/proposal/N`, made on top of what its author saw; the files of the county stay as
they are. It is judged as a county of its own when it is made and again, on top of everything since, when it is merged:
a field that was changed by others meanwhile is a Conflict. Nobody merges their own proposal.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from countynet import db, events
from countynet.canonical import JSON
from countynet.errors import BadInput, Conflict, NotAllowed, Problem
from countynet.i18n import _
from inventory.record.changes import Change, changes
from inventory.record.draft import Committed, rows
from inventory.record.edit import Author, Edit
from inventory.record.fold import fold
from inventory.record.git import Entry
from inventory.record.repository import Extra, Repository
from inventory.record.splice import items
from inventory.tags import InventoryTag

OPEN, MERGED, DECLINED = "refs/heads/proposal/", "refs/proposals/merged/", "refs/proposals/declined/"
NONE = "0" * 40


@dataclass(frozen=True)
class Proposal:
    """One proposed change."""

    number: int
    state: str
    """open, merged or declined"""
    entry: Entry

    @property
    def reason(self) -> str:
        """Why it was proposed."""
        return self.entry.reason

    def summary(self) -> dict[str, JSON]:
        """Return what `--json` shows."""
        e = self.entry
        about: dict[str, JSON] = {"number": self.number, "state": self.state, "commit": e.commit}
        return about | {"author": e.author, "login": e.login, "at": e.at.isoformat(), "reason": e.reason}


def propose(
    repository: Repository, edits: Iterable[Edit], author: Author, reason: str, base: str | None = None
) -> Proposal:
    """Make a proposal. Raises BadInput for what is wrong with it, Conflict when it changes nothing."""
    if not reason.strip():
        raise BadInput([Problem(_("say why: a change needs a reason"))])
    with repository.locked() as head:
        start = base or head
        files = repository.git.files(start)
        draft = repository.draft(fold(items(files), edits), start)
        if not draft.changes:
            raise Conflict(_("this changes nothing"))
        named = dict.fromkeys(f"Object: {change.object}" for change in draft.changes)
        message = f"{reason.strip()}\n\n" + "\n".join(named) + "\n"
        commit = repository.git.make((start,), draft.files, author, message)
        number = 1 + max((p.number for p in every(repository)), default=0)
        with db.transaction(db.open_database(repository.settings)) as session:
            data: dict[str, JSON] = {
                "commit": commit,
                "reason": reason,
                "objects": sorted({c.object for c in draft.changes}),
            }
            events.record(session, InventoryTag.PROPOSED, author.login, f"proposal:{number}", data)
            repository.git.move(f"{OPEN}{number}", commit, NONE)
    return get(repository, number)


def every(repository: Repository) -> tuple[Proposal, ...]:
    """Return all proposals, the newest first."""
    found = []
    for prefix, state in ((OPEN, "open"), (MERGED, "merged"), (DECLINED, "declined")):
        said = repository.git.text("for-each-ref", "--format=%(refname) %(objectname)", prefix)
        for line in said.splitlines():
            name, commit = line.split()
            number = name.removeprefix(prefix)
            if number.isdecimal():
                found.append(Proposal(int(number), state, repository.entry(commit)))
    return tuple(sorted(found, key=lambda p: -p.number))


def get(repository: Repository, number: int) -> Proposal:
    """Return one proposal. Raises BadInput when there is none of that number."""
    found = next((p for p in every(repository) if p.number == number), None)
    if found is None:
        raise BadInput([Problem(_("there is no proposal {number}"), {"number": number})])
    return found


def changes_of(repository: Repository, proposal: Proposal) -> tuple[Change, ...]:
    """Return what a proposal changes."""
    return changes(repository.state(proposal.entry.parents[0]), repository.state(proposal.entry.commit))


def diff_of(repository: Repository, proposal: Proposal) -> str:
    """Return the difference of the files, unified."""
    commit = proposal.entry.commit
    return repository.git.run("diff", f"{commit}^1", commit).decode(errors="replace")


def merge(repository: Repository, number: int, author: Author, note: str = "", extra: Extra | None = None) -> Committed:
    """Merge a proposal onto the last commit. Raises Conflict (ended, or overtaken by others), NotAllowed, BadInput."""
    with repository.locked() as head:
        repository.refuse_hand_edits(head)
        proposal = _open(repository, number)
        if proposal.entry.login == author.login:
            raise NotAllowed(_("nobody merges their own proposal"))
        target, refused = repository.repeat(changes_of(repository, proposal), head)
        if refused:
            told = "; ".join(f"{c.object} {c.field}".strip() for c in refused)
            raise Conflict(
                _("others have changed the same since: {changes}; decline it and propose anew"), changes=told
            )
        words = f"{proposal.reason}\n\n{note}".strip()
        commit = proposal.entry.commit
        done = repository.write(head, target, author, words, (f"Proposal: {number}",), (commit,), extra)
        _end(repository, proposal, MERGED)
    return done


def decline(repository: Repository, number: int, author: Author, reason: str) -> None:
    """Decline a proposal. Raises Conflict when it has ended, BadInput without a reason."""
    if not reason.strip():
        raise BadInput([Problem(_("say why: a change needs a reason"))])
    with repository.locked():
        proposal = _open(repository, number)
        with db.transaction(db.open_database(repository.settings)) as session:
            data: dict[str, JSON] = {"commit": proposal.entry.commit, "reason": reason}
            events.record(session, InventoryTag.DECLINED, author.login, f"proposal:{number}", data)
        _end(repository, proposal, DECLINED)


def _open(repository: Repository, number: int) -> Proposal:
    proposal = get(repository, number)
    if proposal.state != "open":
        raise Conflict(_("proposal {number} has ended: {state}"), number=number, state=proposal.state)
    return proposal


def _end(repository: Repository, proposal: Proposal, where: str) -> None:
    repository.git.move(f"{where}{proposal.number}", proposal.entry.commit, NONE)
    repository.git.run("update-ref", "-d", f"{OPEN}{proposal.number}", proposal.entry.commit)


def shown(repository: Repository, proposal: Proposal) -> dict[str, JSON]:
    """Return a proposal with its changes as JSON."""
    return proposal.summary() | {"changes": rows(changes_of(repository, proposal))}
