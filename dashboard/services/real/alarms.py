"""Alarms out of monitoring's tables."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Engine

from countynet.db import reading
from dashboard.services.model import Alarm
from monitoring.alarms import store


def alarm(row: store.Alarm) -> Alarm:
    """Return a row as pages see it."""
    return Alarm(row.id, row.severity, row.subject, row.unit, row.message, row.values, row.opened, row.closed)


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
