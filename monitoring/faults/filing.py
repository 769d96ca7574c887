"""How a report becomes a fault or joins one, within the caller's transaction.

It joins the unit's open fault; else that of the alarm that explains why the unit is cut off; else a wave's
(monitoring.faults.waves); else it is a fault of its own.
"""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from countynet import clock
from countynet.events import record
from countynet.people import Actor
from countynet.vocabulary import FaultState, Role
from monitoring.alarms.service import MACHINE
from monitoring.faults import joining, store, waves
from monitoring.faults.reports.store import FaultReport, Origin
from monitoring.faults.ties import moves
from monitoring.tags import FaultTag


def standing(session: Session, unit: str, wave: waves.Wave) -> store.Fault | None:
    """Return the open fault that a unit's report joins; None when it is a new one."""
    known = store.open_of_unit(session, unit) or joining.shared(session, unit)
    return known or waves.standing(session, unit, wave, clock.now())


def new(session: Session, unit: str) -> store.Fault:
    """Return a new fault of a unit that nobody has said anything of yet."""
    now = clock.now()
    fault = store.Fault(
        unit=unit,
        state=FaultState.REPORTED,
        assignee=Role.CENTER,
        title="",
        values={},
        reporter=MACHINE,
        opened=now,
        changed=now,
    )
    session.add(fault)
    session.flush()
    return fault


def kept(
    session: Session, fault: store.Fault, unit: str, actor: Actor, said: Mapping[str, str], secret: str
) -> FaultReport:
    """Keep a report as it came, with its telephone number; `secret` makes it a public one."""
    origin = Origin.PUBLIC if secret else Origin.SIGNED_IN if actor.role is Role.UNIT else Origin.CALL
    name = "" if secret else actor.name
    report = FaultReport(fault=fault.id, unit=unit, origin=origin, reporter=name, secret=secret, at=clock.now(), **said)
    session.add(report)
    session.flush()
    return report


def take(session: Session, fault: store.Fault, report: FaultReport, actor: Actor, said: Mapping[str, str]) -> None:
    """Put a report into a fault: the first person's words stand on it, later ones in its history.

    A telephone number stands with the report alone: more people read the history.
    """
    if fault.reporter == MACHINE and fault.unit == report.unit:
        fault.title, fault.values, fault.reporter = said["title"], {}, actor.name
        fault.description, fault.contact = said["description"], said["contact"]
    fault.changed = clock.now()
    words = {name: said[name] for name in ("title", "description")}
    about = {"unit": report.unit, "report": report.id, "origin": report.origin.value, **words}
    record(session, FaultTag.REPORTED, actor.name, f"fault:{fault.id}", about)
    alarm = joining.alarm_for(session, fault.unit)
    if alarm is not None and fault.alarm_id != alarm.id:
        fault.alarm_id = alarm.id
        record(session, FaultTag.ALARM_JOINED, MACHINE, f"fault:{fault.id}", joining.alarm_data(alarm))
    if fault.state is FaultState.REPAIRED:
        moves.reopened(session, fault, actor.name)
        fault.state, fault.assignee = FaultState.DISPATCHED, Role.OPERATOR
        record(session, FaultTag.REOPENED, actor.name, f"fault:{fault.id}", {})
