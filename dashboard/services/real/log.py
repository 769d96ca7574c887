"""The event log out of the foundation's table."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Engine, func, select

from countynet.db import reading
from countynet.events import Event, verify
from countynet.i18n import translate
from dashboard.services.model import Chain, Entry


@dataclass(frozen=True)
class RealLog:
    """The `Log` protocol."""

    engine: Engine

    def page(self, before: int | None, limit: int) -> Sequence[Entry]:
        """Return the newest events below a number."""
        newest = select(Event).order_by(Event.id.desc()).limit(limit)
        with reading(self.engine) as session:
            rows = session.scalars(newest if before is None else newest.where(Event.id < before))
            return [Entry(row.id, row.at, row.tag, row.actor, row.subject, row.data) for row in rows]

    def verify(self) -> Chain:
        """Recompute the chain."""
        with reading(self.engine) as session:
            length = session.scalar(select(func.count()).select_from(Event)) or 0
            return Chain(length, tuple(translate(place.message, id=place.event_id) for place in verify(session)))
