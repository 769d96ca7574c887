"""What people do with the knowledge base; each step is an event in the same transaction.

Center and operator write; everybody reads what is meant for them. Of two people who improve one version at once the
second is told (Conflict) and loses nothing that he typed: the page shows both.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from countynet import clock
from countynet.db import reading, transaction
from countynet.errors import BadInput, Conflict, NotAllowed, Problem
from countynet.events import JSON, record
from countynet.i18n import _
from countynet.people import Actor
from countynet.vocabulary import Role
from monitoring.faults.store import get as fault_of
from monitoring.knowledge import finding, store
from monitoring.knowledge.likely import Likely, likely
from monitoring.knowledge.model import Audience, Entry, Text, Version, changes
from monitoring.tags import KnowledgeTag

WRITERS = (Role.CENTER, Role.OPERATOR)
NOTE = 400
"""characters"""


@dataclass(frozen=True)
class Knowledge:
    """The service over a county's database."""

    engine: Engine

    def search(self, question: str, role: Role, limit: int = finding.LIMIT) -> list[Entry]:
        """Return the entries about a question that a role may read, best first."""
        with reading(self.engine) as session:
            return finding.search(session, question, finding.readable(role), limit)

    def likely(self, question: str, role: Role, alarm: int | None, limit: int) -> list[Likely]:
        """Return the likeliest entries about a trouble that a role may read: what helped with the same cause first."""
        with reading(self.engine) as session:
            return likely(session, question, finding.readable(role), alarm, limit)

    def newest(self, role: Role, limit: int = finding.LIMIT) -> list[Entry]:
        """Return the entries changed last that a role may read; writers see withdrawn ones too."""
        with reading(self.engine) as session:
            return store.newest(session, limit, finding.readable(role), role in WRITERS)

    def get(self, entry: int, role: Role) -> tuple[Entry, Sequence[Version]]:
        """Return an entry with its versions, newest first. Raises BadInput for none that the role may read."""
        with reading(self.engine) as session:
            found = store.entries(session, [entry]).get(entry)
            if found is None or found.text.audience not in finding.readable(role):
                raise BadInput([_unknown(entry)])
            return found, store.versions(session, entry) if role is not Role.UNIT else ()

    def write(self, actor: Actor, text: Text, fault: int | None = None) -> int:
        """Keep a new entry, learnt from a fault if one is named, and return its number."""
        return self.write_all(actor, [text], fault)[0]

    def write_all(self, actor: Actor, texts: Sequence[Text], fault: int | None = None) -> list[int]:
        """Keep new entries, all or none. Raises BadInput, NotAllowed."""
        may_write(actor)
        said = [text.cleaned() for text in texts]
        with transaction(self.engine) as session:
            if fault is not None and fault_of(session, fault) is None:
                raise BadInput([Problem(_("there is no fault {fault}"), {"fault": fault})])
            return [_written(session, actor, text, fault) for text in said]

    def improve(self, actor: Actor, entry: int, version: int, text: Text, note: str = "") -> int:
        """Keep a new version of an entry and return its number; the same text makes none. Raises Conflict.

        `version` is the one that was read: if another was written since, nothing is kept.
        """
        may_write(actor)
        said, why = text.cleaned(), _note(note)
        with transaction(self.engine) as session:
            row = _row(session, entry)
            if row.version != version:
                raise Conflict(
                    _("{author} wrote version {version} meanwhile: look at it first"),
                    author=row.author,
                    version=row.version,
                )
            changed = changes(row.text, said)
            if not changed:
                return row.version
            _put(session, row, actor, said, why)
            data: dict[str, JSON] = {"version": row.version, "changed": list(changed), "note": why}
            record(session, KnowledgeTag.IMPROVED, actor.name, f"knowledge:{entry}", data)
            return row.version

    def withdraw(self, actor: Actor, entry: int, note: str) -> None:
        """Take an entry out of what is found, with the reason."""
        self._turn(actor, entry, True, note, KnowledgeTag.WITHDRAWN)

    def bring_back(self, actor: Actor, entry: int, note: str = "") -> None:
        """Let a withdrawn entry be found again."""
        self._turn(actor, entry, False, note, KnowledgeTag.BROUGHT_BACK)

    def tried(self, actor: Actor, entry: int, fault: int, helped: bool) -> None:
        """Say whether an entry helped with a fault; the last word counts. Raises BadInput, NotAllowed."""
        may_write(actor)
        with transaction(self.engine) as session:
            _row(session, entry)
            if fault_of(session, fault) is None:
                raise BadInput([Problem(_("there is no fault {fault}"), {"fault": fault})])
            use = store.KnowledgeUse(entry=entry, fault=fault, login=actor.name, at=clock.now(), helped=helped)
            session.merge(use)
            data: dict[str, JSON] = {"fault": fault, "helped": helped}
            record(session, KnowledgeTag.TRIED, actor.name, f"knowledge:{entry}", data)

    def _turn(self, actor: Actor, entry: int, withdrawn: bool, note: str, tag: KnowledgeTag) -> None:
        may_write(actor)
        why = _note(note)
        if withdrawn and not why:
            raise BadInput([Problem(_("say why it is withdrawn"), where="note")])
        with transaction(self.engine) as session:
            row = _row(session, entry)
            if row.withdrawn is withdrawn:
                return
            row.withdrawn, row.changed = withdrawn, clock.now()
            _index(session, row)
            record(session, tag, actor.name, f"knowledge:{entry}", {"note": why})


def may_write(actor: Actor) -> None:
    """Raise NotAllowed for whoever may not write: it is for the center and the operator."""
    if actor.role not in WRITERS:
        raise NotAllowed(_("{actor} may not write knowledge: it is for the center and the operator"), actor=actor.name)


def _unknown(entry: int) -> Problem:
    return Problem(_("there is no knowledge entry {entry}"), {"entry": entry})


def _note(note: str) -> str:
    said = note.strip()
    if len(said) > NOTE:
        raise BadInput([Problem(_("at most {most} characters"), {"most": NOTE}, where="note", found=str(len(said)))])
    return said


def _row(session: Session, entry: int) -> store.KnowledgeEntry:
    row = session.get(store.KnowledgeEntry, entry)
    if row is None:
        raise BadInput([_unknown(entry)])
    return row


def _written(session: Session, actor: Actor, text: Text, fault: int | None) -> int:
    row = store.KnowledgeEntry(
        version=0, **asdict(text), author=actor.name, changed=clock.now(), withdrawn=False, length=0.0
    )
    session.add(row)
    session.flush()
    _put(session, row, actor, text, "")
    data: dict[str, JSON] = {"symptom": text.symptom, "audience": Audience(text.audience).value, "fault": fault}
    record(session, KnowledgeTag.WRITTEN, actor.name, f"knowledge:{row.id}", data)
    return row.id


def _put(session: Session, row: store.KnowledgeEntry, actor: Actor, text: Text, note: str) -> None:
    """Make a text the entry's next version."""
    row.version, row.author, row.changed = row.version + 1, actor.name, clock.now()
    for name, value in asdict(text).items():
        setattr(row, name, value)
    session.add(
        store.KnowledgeVersion(
            entry=row.id, version=row.version, **asdict(text), author=actor.name, at=row.changed, note=note
        )
    )
    _index(session, row)


def _index(session: Session, row: store.KnowledgeEntry) -> None:
    store.index(session, row, () if row.withdrawn else finding.counted(row.text).items())
