"""What the ledger answers: a month of one unit, of all units, of all devices, in a fixed number of queries.

A month is a month of the county's clock; of the present one, what has passed. A stretch that is still open counts until
now as long as the poller lives, until its last heartbeat when it does not: the rest is unknown.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy.orm import Session

from countynet import clock
from countynet.vocabulary import LedgerState
from inventory.month import Month
from monitoring.columns import milliseconds
from monitoring.ledger import store
from monitoring.ledger.store import Recorded
from monitoring.ledger.stretches import OUT, Span, Stretch, Sums, sums, whole
from monitoring.windows import store as windows

ALIVE = timedelta(seconds=30)
"""since the last heartbeat: a busy database may delay it"""


@dataclass(frozen=True)
class Ledger:
    """What one unit's line, or one device, was in a time."""

    name: str
    start: datetime
    end: datetime
    stretches: tuple[Stretch, ...]
    sums: Sums

    @property
    def outages(self) -> tuple[Stretch, ...]:
        """The stretches that are neither up nor unknown, in order."""
        return tuple(s for s in self.stretches if s.state not in (LedgerState.UP, LedgerState.UNKNOWN))

    @property
    def out(self) -> tuple[Stretch, ...]:
        """The stretches that count as outages."""
        return tuple(s for s in self.stretches if s.state in OUT)


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
    at = now or clock.now()
    first, last = bounds(month, at)
    if len(units) == 1:
        rows = store.of_units(session, units, milliseconds(first), milliseconds(last))
    else:
        rows = [r for r in store.everything(session, milliseconds(first), milliseconds(last)) if r.unit]
    return _ledgers(session, units, _by(rows, lambda row: row.unit), first, last, at, "unit")


def devices_month(
    session: Session, devices: Collection[str], month: Month, now: datetime | None = None
) -> dict[str, Ledger]:
    """Return the month of some devices, by device; one that was never recorded is unknown throughout."""
    at = now or clock.now()
    first, last = bounds(month, at)
    if len(devices) == 1:
        rows = store.of_devices(session, devices, milliseconds(first), milliseconds(last))
    else:
        rows = store.everything(session, milliseconds(first), milliseconds(last))
    return _ledgers(session, devices, _by(rows, lambda row: row.device), first, last, at, "device")


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), clock.CHINA).astimezone(UTC)


def _by(rows: Iterable[Recorded], key: Callable[[Recorded], str]) -> dict[str, list[Recorded]]:
    found: dict[str, list[Recorded]] = {}
    for row in rows:
        found.setdefault(key(row), []).append(row)
    return found


def _ledgers(
    session: Session,
    names: Collection[str],
    rows: Mapping[str, list[Recorded]],
    first: datetime,
    last: datetime,
    now: datetime,
    field: str,
) -> dict[str, Ledger]:
    planned = _planned(session, first, last, field)
    until, start, end = _until(session, now), milliseconds(first), milliseconds(last)
    result = {}
    for name in names:
        mine = sorted(rows.get(name, ()), key=lambda row: row.start)
        stretches = whole((_stretch(row, until) for row in mine), planned.get(name, ()), start, end)
        result[name] = Ledger(name, first, last, stretches, sums(stretches))
    return result


def _planned(session: Session, first: datetime, last: datetime, field: str) -> dict[str, list[Span]]:
    found: dict[str, list[Span]] = {}
    for cover in windows.covers(session, first, last):
        span = Span(milliseconds(cover.start), milliseconds(cover.end), cover.window)
        found.setdefault(getattr(cover, field), []).append(span)
    return found


def _until(session: Session, now: datetime) -> int:
    """Return until when an open stretch counts."""
    beat = store.beat(session)
    return milliseconds(now if beat is not None and now - beat <= ALIVE else beat or now)


_STATES = {state.value: state for state in LedgerState}


def _stretch(row: Recorded, until: int) -> Stretch:
    end = max(row.start, until) if row.end is None else row.end
    return Stretch(row.start, end, _STATES[row.state], row.cause)
