"""An October of the county: units that were up and down, faults with their steps."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine

from countynet.db import transaction
from countynet.people import Actor
from countynet.vocabulary import LedgerState, Role
from monitoring.evaluation.period import Period
from monitoring.faults.service import Faults
from monitoring.ledger.store import OutageStretch, set_beat

At = Callable[[datetime], None]
BEGIN = datetime(2026, 9, 30, 16, tzinfo=UTC)
"""October on the county's clock"""
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
CENTER, OPERATOR = Actor("center", Role.CENTER), Actor("operator", Role.OPERATOR)
OCTOBER = Period.parse("2026-10")
LATER = BEGIN + 40 * DAY


def lived(engine: Engine, unit: str, *out: tuple[timedelta, timedelta, LedgerState]) -> None:
    """Record a unit that was up all October but for some stretches."""
    rows: list[tuple[datetime, datetime, LedgerState]] = []
    here = BEGIN
    for first, last, state in out:
        rows += [(here, BEGIN + first, LedgerState.UP), (BEGIN + first, BEGIN + last, state)]
        here = BEGIN + last
    rows.append((here, BEGIN + 31 * DAY, LedgerState.UP))
    with transaction(engine) as session:
        for start, end, state in rows:
            session.add(OutageStretch(device=f"cpe-{unit[1:]}", unit=unit, state=state, cause="", start=start, end=end))
        set_beat(session, BEGIN + 40 * DAY)


def a_fault(engine: Engine, at: At, unit: str, opened: datetime, repair: timedelta, rating: int = 5) -> int:
    faults, clerk = Faults(engine), Actor(unit, Role.UNIT, unit)
    at(opened)
    number = faults.report(unit, "no net", "", "", clerk)
    faults.dispatch(number, CENTER)
    at(opened + repair / 2)
    faults.start(number, OPERATOR)
    at(opened + repair)
    faults.repaired(number, OPERATOR, "cable")
    faults.confirm(number, clerk, rating)
    return number
