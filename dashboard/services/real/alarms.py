"""Alarms out of monitoring's tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Engine, func, select

from countynet import clock
from countynet.db import reading
from countynet.people import Actor
from dashboard.services.model import Alarm, Said
from dashboard.users.model import Person
from monitoring.alarms import notes, store
from monitoring.cause import store as causes
from monitoring.cause.verdict import Verdict
from monitoring.faults.store import Fault


def alarm(row: store.Alarm) -> Alarm:
    """Return a row as pages see it."""
    return Alarm(row.id, row.severity, row.subject, row.unit, row.message, row.values, row.opened, row.closed)


_seen = alarm


@dataclass(frozen=True)
class RealAlarms:
    """The `Alarms` protocol."""

    engine: Engine

    def open(self) -> Sequence[Alarm]:
        """Return the open alarms."""
        with reading(self.engine) as session:
            return [alarm(row) for row in store.open_alarms(session)]

    def recent(self, limit: int) -> Sequence[Alarm]:
        """Return the alarms that closed last."""
        with reading(self.engine) as session:
            return [alarm(row) for row in store.recent(session, limit)]

    def of_unit(self, unit: str, limit: int) -> Sequence[Alarm]:
        """Return a unit's alarms."""
        with reading(self.engine) as session:
            return [alarm(row) for row in store.of_unit(session, unit, limit)]

    def get(self, alarm: int) -> Alarm | None:
        """Return one alarm."""
        with reading(self.engine) as session:
            row = store.get(session, alarm)
            return _seen(row) if row is not None else None

    def said(self, alarm: int) -> Sequence[Said]:
        """Return what people said about an alarm, oldest first."""
        with reading(self.engine) as session:
            return [_said(row) for row in notes.of(session, [alarm]).get(alarm, ())]

    def acknowledged(self) -> Mapping[int, Said]:
        """Return who is on which open alarm now."""
        now = clock.now()
        with reading(self.engine) as session:
            found = notes.of(session, [row.id for row in store.open_alarms(session)])
        standing = {number: notes.standing(rows, now) for number, rows in found.items()}
        return {number: _said(row) for number, row in standing.items() if row is not None}

    def verdict(self, alarm: int) -> Verdict | None:
        """Return whose trouble an alarm is and why; None when nobody judged it."""
        with reading(self.engine) as session:
            return causes.of(session, [alarm]).get(alarm)

    def fault(self, alarm: int) -> int | None:
        """Return the newest fault of an alarm."""
        with reading(self.engine) as session:
            return session.scalar(select(func.max(Fault.id)).where(Fault.alarm_id == alarm))

    def acknowledge(self, person: Person, alarm: int, hours: int, note: str) -> None:
        """Say that a person is on an open alarm for so many hours."""
        notes.may(Actor(person.login, person.role, person.unit))
        notes.acknowledge(self.engine, alarm, clock.now() + timedelta(hours=hours), note, person.login)


def _said(row: notes.AlarmNote) -> Said:
    return Said(row.login, row.at, row.text, row.until)
