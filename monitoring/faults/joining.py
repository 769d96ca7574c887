"""How alarms and faults come together, within the caller's transaction.

An alarm on a unit's line and the unit's report of it are one fault, whichever comes first. An alarm closing changes no
fault: people close faults. A line that fails again before the unit confirmed the repair puts the fault back to work.
"""

from sqlalchemy.orm import Session

from countynet import clock
from countynet.events import JSON, record
from countynet.vocabulary import FaultState, LineState, Role
from monitoring.alarms.service import MACHINE
from monitoring.alarms.store import Alarm, open_by_key
from monitoring.faults.store import Fault, open_by_alarm, open_of_unit
from monitoring.faults.ties import moves
from monitoring.state.store import LineRow
from monitoring.tags import FaultTag


def alarm_opened(session: Session, alarm: Alarm) -> Fault | None:
    """Return the fault that a new alarm opened or joined; None when the alarm is not about a unit's line."""
    if alarm.unit is None:
        return None
    fault = open_of_unit(session, alarm.unit)
    if fault is None:
        return _opened_by(session, alarm, alarm.unit)
    if fault.alarm_id == alarm.id and fault.state is not FaultState.REPAIRED:
        return fault
    if fault.unit == alarm.unit:  # of a fault of several units, one of their lines explains nothing
        fault.alarm_id = alarm.id
    fault.changed = clock.now()
    said = alarm_data(alarm)
    record(session, FaultTag.ALARM_JOINED, MACHINE, f"fault:{fault.id}", said)
    if fault.state is FaultState.REPAIRED:
        moves.reopened(session, fault, MACHINE)
        fault.state, fault.assignee = FaultState.DISPATCHED, Role.OPERATOR
        record(session, FaultTag.REOPENED, MACHINE, f"fault:{fault.id}", said)
    return fault


def alarm_for(session: Session, unit: str) -> Alarm | None:
    """Return the open alarm that explains a unit's trouble: its own line's, else that of what shadows it."""
    line = session.get(LineRow, unit)
    if line is None:
        return None
    keys = [f"line:{line.circuit}"]
    if line.state is LineState.SHADOWED and line.cause:
        keys += [f"device:{line.cause}", f"operator:{line.cause}", line.cause]
    found = open_by_key(session, keys)
    return next((found[key] for key in keys if key in found), None)


def shared(session: Session, unit: str) -> Fault | None:
    """Return the open fault of what cut this unit off together with others; None when it is this unit's alone."""
    alarm = alarm_for(session, unit)
    return None if alarm is None or alarm.unit == unit else open_by_alarm(session, alarm.id)


def alarm_data(alarm: Alarm) -> dict[str, JSON]:
    """Return what an event says of an alarm."""
    return {"alarm": alarm.id, "message": alarm.message, "values": alarm.values}


def _opened_by(session: Session, alarm: Alarm, unit: str) -> Fault:
    fault = Fault(
        unit=unit,
        state=FaultState.REPORTED,
        assignee=Role.CENTER,
        title=alarm.message,
        values=alarm.values,
        reporter=MACHINE,
        alarm_id=alarm.id,
        opened=alarm.opened,
        changed=alarm.opened,
    )
    session.add(fault)
    session.flush()
    record(session, FaultTag.OPENED, MACHINE, f"fault:{fault.id}", {"unit": unit, **alarm_data(alarm)})
    return fault
