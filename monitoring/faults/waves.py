"""A wave: many units report within minutes and no alarm explains it yet. They are one fault, not a hundred.

Where an alarm explains what cut units off, their reports join its fault at once (`joining.shared`). Without one,
reports are one wave when so many units filed within so many minutes, all of units whose lines are seen up, or all of
units whose lines are not: the first kind is an application or the exit, the second one the network before we saw it.
The oldest of their faults leads, those that were opened before we knew go with it, and later reports join it. The
center splits what does not belong (`ties`). All of it within the caller's transaction.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from pydantic import Field
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from countynet.frozen import Frozen
from countynet.i18n import _, translate
from countynet.vocabulary import FaultState, LineState
from monitoring.alarms.service import MACHINE
from monitoring.faults.reports.store import FaultReport
from monitoring.faults.store import Fault
from monitoring.faults.ties import moves
from monitoring.faults.ties.store import leader, members
from monitoring.state.store import LineRow


class Wave(Frozen):
    """So many units within so many minutes are a wave; `units: 0`: there are none."""

    units: int = Field(default=5, ge=0, le=10_000)
    minutes: int = Field(default=10, ge=1, le=1440)


DEFAULT = Wave()


def standing(session: Session, unit: str, wave: Wave, now: datetime) -> Fault | None:
    """Return the fault of the wave that a unit's report belongs to; None while there is none."""
    if not wave.units:
        return None
    mine = _up(session, unit)
    since = now - timedelta(minutes=wave.minutes)
    chosen = select(Fault).where(Fault.closed.is_(None), Fault.changed >= since).order_by(Fault.id)
    for one in session.scalars(chosen):
        alone = one.state is FaultState.REPAIRED or one.reporter == MACHINE or _up(session, one.unit) is not mine
        if not alone and leader(session, one.id) is None and _reporters(session, one.id, since) >= wave.units:
            return one
    return None


def gather(session: Session, fault: Fault, wave: Wave, now: datetime) -> Fault:
    """Make one fault of those that are a wave with this new one; return the one that leads, itself when alone."""
    if not wave.units or not _waits(fault):
        return fault
    chosen = select(Fault).where(
        Fault.closed.is_(None),
        Fault.state == FaultState.REPORTED,
        Fault.alarm_id.is_(None),
        Fault.reporter != MACHINE,
        Fault.opened >= now - timedelta(minutes=wave.minutes),
    )
    near = [one for one in session.scalars(chosen.order_by(Fault.id)) if leader(session, one.id) is None]
    alike = [one for one in near if _up(session, one.unit) is _up(session, fault.unit)]
    if len({one.unit for one in alike}) < wave.units:
        return fault
    return _led(session, alike)


def _led(session: Session, alike: Sequence[Fault]) -> Fault:
    first, *others = alike
    note = translate(_("{count} units reported within minutes"), count=len({one.unit for one in alike}))
    for one in others:
        moves.merge(session, one, first, MACHINE, note)
    return first


def _waits(fault: Fault) -> bool:
    return fault.closed is None and fault.alarm_id is None and fault.state is FaultState.REPORTED


def _up(session: Session, unit: str) -> bool:
    line = session.get(LineRow, unit)
    return line is not None and line.state is LineState.UP


def _reporters(session: Session, fault: int, since: datetime) -> int:
    """Return how many units reported a fault, or one that goes with it, since then."""
    mine = [fault, *members(session, fault)]
    chosen = select(func.count(FaultReport.unit.distinct())).where(FaultReport.fault.in_(mine))
    return session.scalar(chosen.where(FaultReport.at >= since)) or 0
