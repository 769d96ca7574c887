"""Faults: monitoring's service for what people do, its tables for what they see.

A fault that only an alarm opened has a message id for a title; it is put into the reader's language here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from countynet.db import reading, together
from countynet.i18n import _, translate
from countynet.people import Actor
from countynet.pictures import Picture
from dashboard.faults.sight import in_words_of
from dashboard.services.model import Fault, Step
from dashboard.services.real.alarms import alarm
from dashboard.users.model import Person
from inventory.calendar.model import Calendar
from inventory.model import County
from monitoring.alarms.service import MACHINE
from monitoring.faults import store, targets
from monitoring.faults.clocks import Clock, PauseReason
from monitoring.faults.config import wave_of
from monitoring.faults.past import Past
from monitoring.faults.reports.public import NOBODY
from monitoring.faults.reports.service import Reports
from monitoring.faults.reports.store import first_words
from monitoring.faults.service import Faults
from monitoring.faults.show import WORDS as OURS
from monitoring.tags import FaultTag

WORDS: Mapping[FaultTag, str] = {
    **OURS,
    FaultTag.ALARM_JOINED: _("joined by an alarm"),
    FaultTag.DISPATCHED: _("dispatched to the operator"),
    FaultTag.STARTED: _("repair begun"),
    FaultTag.CONFIRMED: _("confirmed by the unit"),
    FaultTag.REOPENED: _("opened again: still broken"),
}
"""what a step is called on a page"""
NO_ACCOUNT = _("not signed in")
WATCHING = _("the monitoring itself")
SILENT = _("closed: the unit said nothing")
SAID = ("title", "description", "contact", "note", "to", "who", "cause", "work", "part")
"""what of an event's data is shown as its note"""
BUTTONS: Mapping[FaultTag, str] = {
    FaultTag.ARRIVED: "arrive",
    FaultTag.PAUSED: "pause",
    FaultTag.RESUMED: "resume",
    FaultTag.DISPATCHED: "dispatch",
    FaultTag.STARTED: "start",
    FaultTag.REPAIRED: "repaired",
    FaultTag.CONFIRMED: "confirm",
    FaultTag.REOPENED: "reopen",
}


def actor(person: Person) -> Actor:
    """Return a person as monitoring's rules see one."""
    return Actor(person.login, person.role, person.unit)


def fault(row: store.Fault) -> Fault:
    """Return a row as pages see it."""
    return Fault(
        id=row.id,
        unit=row.unit,
        state=row.state,
        title=translate(row.title, **row.values) if row.reporter == MACHINE else row.title,
        description=row.description,
        reporter=row.reporter,
        contact=row.contact,
        alarm=None if row.alarm is None else alarm(row.alarm),
        assignee=row.assignee,
        opened=row.opened,
        cause=row.cause,
        work=row.work,
    )


def step(past: Past) -> Step:
    """Return an event of a fault as a line of its history."""
    data = past.data
    said = [str(data[name]) for name in SAID if data.get(name)]
    values = data.get("values")
    if data.get("message"):
        said.append(translate(str(data["message"]), **(values if isinstance(values, dict) else {})))
    rating = data.get("rating")
    told = rating if isinstance(rating, int) else None
    unit = str(data.get("unit", "")) if past.tag is FaultTag.REPORTED else ""
    silent = past.tag is FaultTag.CONFIRMED and past.actor == MACHINE
    names = {NOBODY: NO_ACCOUNT, MACHINE: WATCHING}
    actor = translate(names[past.actor]) if past.actor in names else past.actor
    return Step(past.at, actor, SILENT if silent else WORDS[past.tag], "\n".join(said), told, unit)


@dataclass(frozen=True)
class RealFaults:
    """The `Faults` protocol."""

    engine: Engine
    folder: Path | None = None
    """the county's, for its own targets"""

    def open(self) -> Sequence[Fault]:
        """Return what is to do."""
        with reading(self.engine) as session:
            return [fault(row) for row in store.open_faults(session)]

    def closed(self, limit: int) -> Sequence[Fault]:
        """Return what was closed last."""
        with reading(self.engine) as session:
            return [fault(row) for row in store.closed_faults(session, limit)]

    def of_unit(self, unit: str) -> Sequence[Fault]:
        """Return a unit's faults; of one that others reported first, with its own words."""
        with reading(self.engine) as session:
            rows = store.of_unit(session, unit)
            words = first_words(session, unit, [row.id for row in rows if row.unit != unit])
        return [in_words_of(fault(row), words[row.id]) if row.id in words else fault(row) for row in rows]

    def get(self, number: int) -> Fault | None:
        """Return one with its steps."""
        with reading(self.engine) as session:
            row = store.get(session, number)
            found = None if row is None else fault(row)
        if found is None:
            return None
        return replace(found, steps=tuple(step(past) for past in Faults(self.engine).history(number)))

    def possible(self, person: Person, found: Fault) -> frozenset[str]:
        """Return the steps open to a person."""
        who, service = actor(person), Faults(self.engine)
        return frozenset(BUTTONS[tag] for tag in (*service.steps(found.id, who), *service.marks(found.id, who)))

    def report(
        self,
        person: Person,
        unit: str,
        title: str,
        description: str,
        contact: str,
        pictures: Sequence[Picture] = (),
    ) -> int:
        """File a report with its photographs: both or neither."""
        with together(self.engine):
            filed = Faults(self.engine, wave_of(self.folder)).file(unit, title, description, contact, actor(person))
            if pictures:
                Reports(self.engine).add(filed.report, pictures, actor(person))
        return filed.fault

    def dispatch(self, person: Person, number: int, note: str) -> None:
        """Hand it to the operator."""
        Faults(self.engine).dispatch(number, actor(person), note)

    def start(self, person: Person, number: int, note: str) -> None:
        """Begin the repair."""
        Faults(self.engine).start(number, actor(person), note)

    def arrive(self, person: Person, number: int, note: str) -> None:
        """Note the arrival."""
        Faults(self.engine).arrive(number, actor(person), note)

    def pause(
        self,
        person: Person,
        number: int,
        reason: PauseReason,
        note: str,
        who: str = "",
        until: datetime | None = None,
    ) -> None:
        """Stop the clocks."""
        Faults(self.engine).pause(number, actor(person), reason, note, who, until)

    def resume(self, person: Person, number: int) -> None:
        """Let them run again."""
        Faults(self.engine).resume(number, actor(person))

    def clocks(self, number: int, county: County) -> Sequence[Clock]:
        """Return a fault's clocks."""
        found = targets.load(self.folder) if self.folder else targets.Targets(targets.DEFAULT, Calendar())
        return Faults(self.engine).clocks(number, county, found)

    def repaired(
        self, person: Person, number: int, cause: str, work: str = "", part: str = "", done: datetime | None = None
    ) -> None:
        """End the repair."""
        Faults(self.engine).repaired(number, actor(person), cause, work, part, done)

    def confirm(self, person: Person, number: int, rating: int, note: str) -> None:
        """Confirm it."""
        Faults(self.engine).confirm(number, actor(person), rating, note)

    def reopen(self, person: Person, number: int, note: str) -> None:
        """Open it again."""
        Faults(self.engine).reopen(number, actor(person), note)
