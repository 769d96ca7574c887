"""A fault as it shall stand on a platform, put together from its row and its events."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from countynet import clock
from countynet.events import Event
from countynet.i18n import translate
from inventory.model import County
from monitoring.alarms.service import MACHINE
from monitoring.bridge.model import Bridge, Platform
from monitoring.bridge.ticket import Ours, Said
from monitoring.faults import store
from monitoring.faults.clocks import paused
from monitoring.faults.past import Past
from monitoring.faults.reports import store as reports
from monitoring.faults.show import WORDS
from monitoring.tags import FaultTag

TOLD = (
    FaultTag.DISPATCHED,
    FaultTag.STARTED,
    FaultTag.ARRIVED,
    FaultTag.PAUSED,
    FaultTag.RESUMED,
    FaultTag.REPAIRED,
    FaultTag.CONFIRMED,
    FaultTag.REOPENED,
    FaultTag.COMMENTED,
)
"""what becomes a note there; the rest is our own business"""


def actor_name(platform: Platform) -> str:
    """Return under which name the event log keeps what a platform did."""
    return f"bridge:{platform.name}"


def mapped(session: Session, bridge: Bridge, fault: store.Fault) -> str:
    """Return the status that a fault's present state is."""
    past = [Past(e.at, e.actor, FaultTag(e.tag), e.data, e.id) for e in store.events(session, fault.id)]
    return bridge.status(fault.state, paused(past, clock.now())).value


def ours(session: Session, bridge: Bridge, platform: Platform, county: County, fault: store.Fault, after: int) -> Ours:
    """Return a fault as it shall stand there, with the notes of the events behind `after`."""
    unit = county.unit_by_id.get(fault.unit)
    title = translate(fault.title, **fault.values) if fault.reporter == MACHINE else fault.title
    notes = [
        Said(str(event.id), text)
        for event in store.events(session, fault.id)
        if event.id > after and event.tag in TOLD and (text := _told(event, platform))
    ]
    return Ours(
        fault=fault.id,
        unit=bridge.called(fault.unit),
        unit_name=unit.name if unit is not None else "",
        name=title,
        description=fault.description,
        severity=bridge.severity(fault.alarm.severity if fault.alarm is not None else None),
        status=mapped(session, bridge, fault),
        notes=tuple(notes),
        photographs=_photographs(session, fault.id) if platform.here else (),
    )


def _photographs(session: Session, fault: int) -> tuple[int, ...]:
    mine = [report.id for report in reports.of_fault(session, fault)]
    return tuple(one.id for one in reports.photos(session, mine))


def _told(event: Event, platform: Platform) -> str:
    """Return an event in words; empty for what the platform said itself."""
    data: Mapping[str, object] = event.data
    if data.get("source") == platform.name:
        return ""
    said = [str(data[name]) for name in ("note", "cause", "work") if data.get(name)]
    if event.tag == FaultTag.COMMENTED:
        return "; ".join(said)
    return ": ".join([translate(WORDS[FaultTag(event.tag)]), *["; ".join(said)] * bool(said)])
