"""Applications until they are decided: ask, withdraw, approve, decline. Every step is an event in its transaction.

Locks, always in this order: the county's record (`Repository.locked`), then the database. What gives or takes values
holds the record, so that nobody gets the same; `ask`, `withdraw` and reading do not. Refuses with BadInput what was
filled in wrongly (all of it at once), with NotAllowed the wrong person, with Conflict the wrong order (`rules`). What
follows an approval is in `orders`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from countynet import clock
from countynet.canonical import JSON
from countynet.db import reading, transaction
from countynet.errors import BadInput, Conflict, Problem
from countynet.events import record
from countynet.i18n import _
from countynet.people import Actor
from countynet.settings import Settings
from countynet.vocabulary import TerminalState
from inventory.model import County
from inventory.record import Repository
from inventory.tags import TerminalTag
from inventory.terminals import edits, form, place, rules, store
from inventory.terminals.model import Application, Form, Past, Place, Request


@dataclass(frozen=True)
class Applications:
    """The service over a county's folder and database."""

    settings: Settings
    engine: Engine

    @cached_property
    def repository(self) -> Repository:
        """The county's record."""
        return Repository(self.settings)

    def listed(self, which: store.Filter) -> Sequence[Application]:
        """Return applications."""
        with reading(self.engine) as session:
            return store.listed(session, which)

    def get(self, number: int) -> Application:
        """Return one. Raises BadInput when there is none."""
        with reading(self.engine) as session:
            return store.application(row_of(session, number))

    def history(self, number: int) -> tuple[Past, ...]:
        """Return every step with time and person, in order. Raises BadInput when there is none."""
        with reading(self.engine) as session:
            row_of(session, number)
            return store.history(session, number)

    def ask(self, unit: str, filled: Form, actor: Actor) -> int:
        """File a unit's application and return its number."""
        rules.may_ask(actor, unit)
        county = self.repository.county()
        if unit not in county.unit_by_id:
            raise BadInput([Problem(_("no unit has the id {id}"), {"id": unit}, where="unit")])
        with transaction(self.engine) as session:
            said = form.check(county, filled, clock.today(), store.open_macs(session))
            row = store.new(unit, actor.name, said, clock.now())
            session.add(row)
            session.flush()
            record(session, TerminalTag.ASKED, actor.name, store.subject(row.id), {"unit": unit, **_told(said)})
            return row.id

    def withdraw(self, number: int, actor: Actor) -> None:
        """Take an application back before it is decided (the unit, or who asked)."""
        with transaction(self.engine) as session:
            take(session, number, TerminalTag.WITHDRAWN, actor)
            record(session, TerminalTag.WITHDRAWN, actor.name, store.subject(number), {})

    def approve(self, number: int, actor: Actor, note: str = "") -> None:
        """Approve an application (center): its values are held, and the operator has a work order from now on."""
        note = form.text("note", note) if note.strip() else ""
        with self.repository.locked() as head:
            county = self.repository.county(head)
            with transaction(self.engine) as session:
                row = take(session, number, TerminalTag.APPROVED, actor)
                given = _given(session, county, row)
                store.hold(row, given)
                said: dict[str, JSON] = {**store.told(given), "note": note}
                record(session, TerminalTag.APPROVED, actor.name, store.subject(number), said)

    def decline(self, number: int, actor: Actor, reason: str) -> None:
        """Decline an application, or take the order of an approved one back, with the reason (center)."""
        reason = form.text("reason", reason)
        with self.repository.locked() as head:
            found = self.get(number)
            rules.step(TerminalTag.DECLINED, actor, found)
            if found.ordered and edits.stands(self.repository.county(head), found):
                raise Conflict(_("the operator has just connected it"))
            with transaction(self.engine) as session:
                take(session, number, TerminalTag.DECLINED, actor).reason = reason
                record(session, TerminalTag.DECLINED, actor.name, store.subject(number), {"reason": reason})


def _given(session: Session, county: County, row: store.Row) -> Place:
    """Return what an application gets. Raises BadInput: nothing is free, or the MAC address is taken by now."""
    if problems := list(form.taken(county, row.mac, store.open_macs(session), row.id)):
        raise BadInput(problems)
    return place.place(county, row.unit, store.held(session), clock.today())


def _told(said: Request) -> dict[str, JSON]:
    day = said.wanted_by.isoformat()
    return {"user": said.user, "room": said.room, "purpose": said.purpose, "mac": said.mac, "wanted_by": day}


def row_of(session: Session, number: int) -> store.Row:
    """Return an application's row. Raises BadInput when there is none."""
    row = session.get(store.Row, number)
    if row is None:
        raise BadInput([Problem(_("there is no terminal application {number}"), {"number": number})])
    return row


def take(session: Session, number: int, tag: TerminalTag, actor: Actor) -> store.Row:
    """Bring an application to where a step leads; the caller records the event. Raises as `rules.step`."""
    row = row_of(session, number)
    row.state = rules.step(tag, actor, store.application(row)).after
    if row.state is not TerminalState.APPROVED:
        row.closed = clock.now()
    return row
