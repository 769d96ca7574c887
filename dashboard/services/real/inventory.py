"""The record over the county folder's git repository.

It decides again who may do what (`dashboard.inventory.rights`), remembers what commits changed (a commit never
changes), parses a file's content once, and tells the pages' county source after every commit.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from sqlalchemy import Engine, select

from countynet import clock
from countynet.db import reading
from countynet.errors import BadInput, NotAllowed, Problem
from countynet.events import Event
from countynet.i18n import _
from countynet.settings import Settings
from dashboard.inventory.rights import author, may_propose, may_save
from dashboard.services.record import Detail, Meaning, Review
from dashboard.users.model import Person
from inventory.allocate import NewUnit, add_unit, remove_unit
from inventory.allocate.join import join, leave, new_secrets
from inventory.record import Author, Committed, Draft, Edit, Repository
from inventory.record import history as past
from inventory.record import proposals as proposed
from inventory.record.changes import Change, State, changes
from inventory.record.git import Entry
from inventory.record.history import Revision
from inventory.record.proposals import Proposal
from inventory.record.splice import Items, items
from inventory.record.values import Texts
from inventory.tags import InventoryTag


@lru_cache(maxsize=24)
def _parsed(content: bytes) -> State:
    return items({"file": content})


class _Remembering(Repository):
    """A repository that parses the same file once."""

    def state(self, commit: str | None = None) -> State:
        """Return every item at a commit (the last one)."""
        return {k: v for file in self.git.files(commit or self.head()).values() for k, v in _parsed(file).items()}


class RealInventory:
    """The `Inventory` protocol; `committed` is called after every commit."""

    def __init__(self, settings: Settings, engine: Engine, committed: Callable[[], None]) -> None:
        self.settings = settings
        self._engine = engine
        self._committed = committed
        self._repository = _Remembering(settings)
        self._changes_of = lru_cache(maxsize=1000)(self._read_changes)

    @property
    def repository(self) -> Repository:
        """The county folder's repository."""
        return self._repository

    def head(self) -> str:
        """Return the last commit."""
        return self.repository.head()

    def state(self, commit: str | None = None) -> State:
        """Return every item at a commit."""
        found = None if commit is None else self._find(commit)
        if commit is not None and found is None:
            raise BadInput([Problem(_("there is no commit {commit}"), {"commit": commit})])
        return self.repository.state(found)

    def _find(self, name: str) -> str | None:
        """Return the commit of a name that somebody sent; a name with control characters is none."""
        return self.repository.git.find(name) if name and name.isprintable() else None

    def item(self, section: str, key: str) -> Items | None:
        """Return one item as it is now."""
        return self.state().get((section, key))

    def joining(self, wanted: NewUnit) -> Meaning:
        """Return what a new unit would get."""
        given = add_unit(self.repository.county(), wanted, clock.today())
        return Meaning.of(given, _shown(self.repository.preview(given.edits)))

    def join(self, person: Person, wanted: NewUnit, reason: str) -> Meaning:
        """Add a unit."""
        given, done = join(self.settings, wanted, self._saver(person), reason, clock.today())
        return Meaning.of(given, self._tell(done))

    def leaving(self, unit: str) -> Meaning:
        """Return what a unit's removal would free."""
        given = remove_unit(self.repository.county(), unit, clock.today())
        return Meaning.of(given, _shown(self.repository.preview(given.edits)))

    def leave(self, person: Person, unit: str, reason: str) -> Meaning:
        """Remove a unit."""
        given, done = leave(self.settings, unit, self._saver(person), reason, clock.today())
        return Meaning.of(given, self._tell(done))

    def save(self, person: Person, edits: Sequence[Edit], reason: str, base: str) -> Committed:
        """Commit edits."""
        saver = self._saver(person)
        return self._tell(self.repository.commit(edits, saver, reason, base, new_secrets(self.settings)))

    def propose(self, person: Person, edits: Sequence[Edit], reason: str, base: str) -> int:
        """Propose edits."""
        if not all(may_propose(person, edit) for edit in edits):
            raise NotAllowed(_("this is not yours to propose"))
        return proposed.propose(self.repository, edits, self._author(person), reason, base).number

    def history(self, section: str, key: str, limit: int = 50) -> Sequence[Revision]:
        """Return what was changed of one item."""
        name = f"{section}/{key}"
        past.split(name)
        return [revision for revision, _n in zip(self._of_object(name), range(limit), strict=False)]

    def _of_object(self, name: str) -> Iterator[Revision]:
        for entry in self.repository.git.log("--first-parent"):
            named = entry.trailers("Object")
            if not named or name in named:
                mine = tuple(change for change in self._changes(entry) if change.object == name)
                if mine:
                    yield Revision(entry, mine)

    def log(self, limit: int, skip: int = 0) -> Sequence[Revision]:
        """Return the last commits."""
        return [Revision(entry, self._changes(entry)) for entry in past.recent(self.repository, limit, skip)]

    def detail(self, commit: str) -> Detail | None:
        """Return one commit."""
        entry = self._entry(commit)
        if entry is None:
            return None
        revision = Revision(entry, self._changes(entry))
        if not entry.parents:
            return Detail(revision, "")
        diff = self.repository.git.run("diff", entry.parents[0], entry.commit, "--", "*.yml")
        return Detail(revision, diff.decode(errors="replace"), tuple(self._later(revision)))

    def _entry(self, commit: str) -> Entry | None:
        found = self._find(commit)
        if found is None:
            return None
        stands = self.repository.git.text("rev-list", "--first-parent", "HEAD").splitlines()
        return self.repository.entry(found) if found in stands else None

    def _later(self, revision: Revision) -> Iterator[Entry]:
        """Yield the later commits whose changes name an item that this commit added."""
        added = {c.key for c in revision.changes if not c.field and c.before is None}
        if not added:
            return
        for entry in self.repository.git.log("--first-parent", f"{revision.entry.commit}..HEAD"):
            if any(added & set(_texts(change.after)) for change in self._changes(entry)):
                yield entry

    def between(self, since: str, until: str) -> Sequence[Change]:
        """Return the difference of two dates or commits."""
        wrong = [name for name in (since, until) if not name.isprintable()]
        if wrong:
            raise BadInput([Problem(_("there is no commit {commit}"), {"commit": repr(name)}) for name in wrong])
        return past.between(self.repository, since, until)

    def undo(self, person: Person, commit: str, reason: str) -> Committed:
        """Take one commit back."""
        return self._tell(past.undo(self.repository, commit, self._saver(person), reason))

    def proposals(self) -> Sequence[Proposal]:
        """Return all proposals."""
        return proposed.every(self.repository)

    def review(self, number: int) -> Review | None:
        """Return one proposal."""
        found = next((p for p in self.proposals() if p.number == number), None)
        if found is None:
            return None
        wanted = proposed.changes_of(self.repository, found)
        still_open = found.state == "open"
        overtaken = self.repository.repeat(wanted, self.head())[1] if still_open else ()
        note = self._note(number) if found.state == "declined" else ""
        return Review(found, wanted, proposed.diff_of(self.repository, found), overtaken, note)

    def _note(self, number: int) -> str:
        """Return why a proposal was declined: the event tells."""
        wanted = select(Event).where(Event.tag == InventoryTag.DECLINED, Event.subject == f"proposal:{number}")
        with reading(self._engine) as session:
            found = session.scalars(wanted.order_by(Event.id.desc())).first()
        return "" if found is None else str(found.data.get("reason", ""))

    def merge(self, person: Person, number: int, note: str) -> Committed:
        """Merge a proposal."""
        extra = new_secrets(self.settings)
        return self._tell(proposed.merge(self.repository, number, self._saver(person), note, extra))

    def decline(self, person: Person, number: int, reason: str) -> None:
        """Decline a proposal."""
        proposed.decline(self.repository, number, self._saver(person), reason)

    def _saver(self, person: Person) -> Author:
        if not may_save(person):
            raise NotAllowed(_("only the county information center changes the inventory; others propose"))
        return self._author(person)

    def _author(self, person: Person) -> Author:
        unit = self.item("units", person.unit) if person.unit else None
        return author(person, unit)

    def _tell(self, done: Committed) -> Committed:
        if done.changed:
            self._committed()
        return done

    def _changes(self, entry: Entry) -> tuple[Change, ...]:
        return self._changes_of(entry.commit, entry.parents[:1])

    def _read_changes(self, commit: str, parents: tuple[str, ...]) -> tuple[Change, ...]:
        before = self.repository.state(parents[0]) if parents else {}
        return changes(before, self.repository.state(commit))


def _shown(draft: Draft) -> Committed:
    return Committed("", draft.base, draft.changes, draft.diff)


def _texts(value: Texts) -> Iterator[str]:
    """Yield every text in a value, and what stands before a colon in it (`node:port`)."""
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _texts(part)
    elif value is not None:
        yield value
        yield value.partition(":")[0]
