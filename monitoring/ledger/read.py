"""What the ledger answers: a month of one unit, of all units, of all devices, in a fixed number of queries.

A month is a month of the county's clock; of the present one, what has passed. A stretch that is still open counts until
now as long as the poller lives, until its last heartbeat when it does not: the rest is unknown.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property

from sqlalchemy.orm import Session

from countynet import clock
from countynet.vocabulary import LedgerState
from inventory.month import Month
from monitoring.columns import milliseconds
from monitoring.ledger import store
from monitoring.ledger.store import Recorded
from monitoring.ledger.stretches import Span, Stretch, Sums, joined, sums, total, whole
from monitoring.windows import store as windows

ALIVE = timedelta(seconds=30)
"""since the last heartbeat: a busy database may delay it"""


_STATES = {state.value: state for state in LedgerState}


@dataclass(frozen=True)
class Ledger:
    """What one unit's line, or one device, was in a time. Sums are cheap, stretches are made when asked for."""

    name: str
    start: datetime
    end: datetime
    rows: Sequence[Recorded]
    """in order of time"""
    planned: Sequence[Span]
    until: int
    """until when an open stretch counts, in milliseconds"""

    @cached_property
    def stretches(self) -> tuple[Stretch, ...]:
        """What covers the time, in order."""
        recorded = (Stretch(s, self._end(s, e), _STATES[state], cause) for _d, _u, state, cause, s, e in self.rows)
        return whole(recorded, self.planned, milliseconds(self.start), milliseconds(self.end))

    @cached_property
    def sums(self) -> Sums:
        """What it adds up to."""
        if self.planned:
            return sums(self.stretches)
        rows = [(s, self._end(s, e) if e is None else e, _STATES[state]) for _d, _u, state, _c, s, e in self.rows]
        return total(rows, milliseconds(self.start), milliseconds(self.end))

    @property
    def outages(self) -> tuple[Stretch, ...]:
        """The stretches that people want to hear of: down, shadowed, planned; in order, a window's as one."""
        told = (LedgerState.DOWN, LedgerState.SHADOWED, LedgerState.PLANNED)
        return tuple(joined(s._replace(measured=None) for s in self.stretches if s.state in told))

    def _end(self, start: int, end: int | None) -> int:
        return max(start, self.until) if end is None else end


def bounds(month: Month, now: datetime) -> tuple[datetime, datetime]:
    """Return a month's begin and end on the county's clock, in UTC; the end is at most now."""
    first, last = (_midnight(day) for day in (month.first, month.after.first))
    return first, max(first, min(last, now))


def unit_month(session: Session, unit: str, month: Month, now: datetime | None = None) -> Ledger:
    """Return a unit's month."""
    return units_month(session, [unit], month, now)[unit]


def units_month(
    session: Session, units: Collection[str], month: Month, now: datetime | None = None
) -> dict[str, Ledger]:
    """Return the month of some units, by unit; one that was never recorded is unknown throughout."""
    return _ledgers(session, units, month, now or clock.now(), _UNIT)


def devices_month(
    session: Session, devices: Collection[str], month: Month, now: datetime | None = None
) -> dict[str, Ledger]:
    """Return the month of some devices, by device; one that was never recorded is unknown throughout."""
    return _ledgers(session, devices, month, now or clock.now(), _DEVICE)


_DEVICE, _UNIT = 0, 1
"""where a stretch and a cover have the name that they are looked up by"""
_FEW = 10


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), clock.CHINA).astimezone(UTC)


def _ledgers(session: Session, names: Collection[str], month: Month, now: datetime, key: int) -> dict[str, Ledger]:
    first, last = bounds(month, now)
    start, end = milliseconds(first), milliseconds(last)
    rows: defaultdict[object, list[Recorded]] = defaultdict(list)
    for row in _rows(session, names, start, end, key):
        rows[row[key]].append(row)
    planned: dict[object, list[Span]] = {}
    for cover in windows.covers(session, start, end):
        planned.setdefault(cover[key], []).append(Span(*cover[2:]))
    until = _until(session, now)
    return {
        name: Ledger(name, first, last, _ordered(rows.get(name, ())), planned.get(name, ()), until) for name in names
    }


def _rows(session: Session, names: Collection[str], start: int, end: int, key: int) -> Sequence[Recorded]:
    if len(names) > _FEW:
        return store.everything(session, start, end)
    return (store.of_units if key == _UNIT else store.of_devices)(session, names, start, end)


def _ordered(rows: Sequence[Recorded]) -> Sequence[Recorded]:
    """Return rows in order of time: a unit's may be of two devices, one after the other."""
    return sorted(rows, key=lambda row: row[4]) if rows and rows[0][0] != rows[-1][0] else rows


def _until(session: Session, now: datetime) -> int:
    """Return until when an open stretch counts."""
    beat = store.beat(session)
    return milliseconds(now if beat is not None and now - beat <= ALIVE else beat or now)
