"""The SQL of the outage ledger: what was measured, one row a stretch, and when the poller last said that it lives.

At most one stretch of a device is open, which the database itself refuses to break. Times are numbers
(monitoring.columns.Instant), so that a month of all devices is one walk along an index and a sum. A work window is not
written here: it is laid over what was measured when somebody asks (monitoring.ledger.read).
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import Index, String, TextClause, bindparam, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from countynet.db import Base
from countynet.vocabulary import LedgerState
from monitoring.columns import Instant, word

_LASTS = text('"end" IS NULL')


class OutageStretch(Base):
    """From when to when a device was measured to be so."""

    __tablename__ = "outage_stretch"

    id: Mapped[int] = mapped_column(primary_key=True)
    device: Mapped[str] = mapped_column(String(32))
    unit: Mapped[str] = mapped_column(String(32), default="")
    """whose line the device ended then; empty for no CPE"""
    state: Mapped[LedgerState] = mapped_column(word(LedgerState))
    """never `planned`"""
    cause: Mapped[str] = mapped_column(String(64), default="")
    """what shadowed it"""
    start: Mapped[datetime] = mapped_column(Instant)
    end: Mapped[datetime | None] = mapped_column(Instant)
    """None while it lasts"""

    __table_args__ = (
        Index("outage_open", "device", unique=True, sqlite_where=_LASTS, postgresql_where=_LASTS),
        Index("outage_device", "device", "start"),
        Index("outage_unit", "unit", "start"),
        Index("outage_start", "start"),
    )


class OutageBeat(Base):
    """When the poller last had a round; one row."""

    __tablename__ = "outage_beat"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)


Recorded = tuple[str, str, str, str, int, int | None]
"""a stretch as read: device, unit, state, cause, begin and end in milliseconds; the end is None while it lasts"""

_COLUMNS = 'device, unit, state, cause, start, "end"'
_BEGAN = text(f"SELECT {_COLUMNS} FROM outage_stretch WHERE start >= :first AND start < :last ORDER BY start")  # noqa: S608
_LASTED = text(f"""
WITH RECURSIVE known(device) AS (
  SELECT min(device) FROM outage_stretch
  UNION ALL
  SELECT (SELECT min(device) FROM outage_stretch WHERE device > known.device) FROM known WHERE known.device IS NOT NULL)
SELECT {_COLUMNS} FROM outage_stretch WHERE id IN (
  SELECT (SELECT id FROM outage_stretch s WHERE s.device = known.device AND s.start < :first
          ORDER BY s.start DESC LIMIT 1) FROM known WHERE device IS NOT NULL)
  AND ("end" IS NULL OR "end" > :first)""")  # noqa: S608 - the columns are named above
"""of each device (found by a loose walk along the index) the last stretch that began before a time"""
_SOME = '(start < :last AND ("end" IS NULL OR "end" > :first))'
_BY_UNIT = text(f"SELECT {_COLUMNS} FROM outage_stretch WHERE unit IN :names AND {_SOME} ORDER BY device, start")  # noqa: S608
_BY_DEVICE = text(f"SELECT {_COLUMNS} FROM outage_stretch WHERE device IN :names AND {_SOME} ORDER BY start")  # noqa: S608


def everything(session: Session, first: int, last: int) -> list[Recorded]:
    """Return the stretches of all devices that touch a time; those of one device are in order."""
    lasted = session.execute(_LASTED, {"first": first}).all()
    began = session.execute(_BEGAN, {"first": first, "last": last}).all()
    return cast(list[Recorded], [*lasted, *began])


def of_units(session: Session, units: Collection[str], first: int, last: int) -> list[Recorded]:
    """Return the stretches of some units' lines that touch a time, by device and in order."""
    return _some(session, _BY_UNIT, units, first, last)


def of_devices(session: Session, devices: Collection[str], first: int, last: int) -> list[Recorded]:
    """Return the stretches of some devices that touch a time, in order."""
    return _some(session, _BY_DEVICE, devices, first, last)


def _some(session: Session, query: TextClause, names: Collection[str], first: int, last: int) -> list[Recorded]:
    chosen = query.bindparams(bindparam("names", expanding=True))
    return cast(list[Recorded], session.execute(chosen, {"names": list(names), "first": first, "last": last}).all())


def open_stretches(session: Session) -> Sequence[OutageStretch]:
    """Return the stretches that last."""
    return session.scalars(select(OutageStretch).where(OutageStretch.end.is_(None))).all()


def beat(session: Session) -> datetime | None:
    """Return when the poller last had a round; None before its first."""
    return session.scalar(select(OutageBeat.at))


def set_beat(session: Session, at: datetime) -> None:
    """Keep when the poller had a round."""
    row = session.get(OutageBeat, 1)
    if row is None:
        session.add(OutageBeat(id=1, at=at))
    else:
        row.at = at
