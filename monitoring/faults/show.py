"""A fault as a document, for the command line and whoever reads its JSON."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from countynet.db import reading
from countynet.errors import BadInput, Problem
from countynet.i18n import _, translate
from countynet.moments import shown
from countynet.vocabulary import FaultState
from monitoring.alarms.show import document as alarm_document
from monitoring.faults.clocks import Clock, ClockKind, PauseReason
from monitoring.faults.rules import STATES
from monitoring.faults.service import Faults
from monitoring.faults.store import Fault, get
from monitoring.tags import FaultTag

WORDS = {
    FaultTag.OPENED: _("opened by an alarm"),
    FaultTag.REPORTED: _("reported"),
    FaultTag.ALARM_JOINED: _("joined with an alarm"),
    FaultTag.DISPATCHED: _("dispatched"),
    FaultTag.STARTED: _("repair began"),
    FaultTag.REPAIRED: _("repaired"),
    FaultTag.CONFIRMED: _("confirmed"),
    FaultTag.ARRIVED: _("arrived at the place"),
    FaultTag.PAUSED: _("clocks stopped"),
    FaultTag.RESUMED: _("clocks run again"),
    FaultTag.COMMENTED: _("commented"),
    FaultTag.REOPENED: _("reopened"),
    FaultTag.HANDED: _("given to somebody by name"),
    FaultTag.PAUSE_CORRECTED: _("pause corrected"),
    FaultTag.MERGED: _("goes with another fault"),
    FaultTag.TAKEN_IN: _("another fault goes with it"),
    FaultTag.PARTED: _("goes its own way again"),
    FaultTag.LET_GO: _("another fault goes its own way again"),
    FaultTag.SPLIT: _("reports moved to another fault"),
    FaultTag.SPLIT_OFF: _("opened with reports of another fault"),
    FaultTag.LINKED: _("linked"),
    FaultTag.UNLINKED: _("link undone"),
    FaultTag.ESCALATED: _("told further, because time runs out"),
    FaultTag.FIX_TRIED: _("a remedy was tried"),
}
"""what a step is called"""


CLOCKS = {ClockKind.RESPOND: _("to respond"), ClockKind.ARRIVE: _("to arrive"), ClockKind.REPAIR: _("to repair")}
REASONS = {
    PauseReason.UNIT: _("waiting for the unit"),
    PauseReason.POWER: _("no power in the building"),
    PauseReason.ACCESS: _("no way to the place"),
    PauseReason.WEATHER: _("weather"),
    PauseReason.MATERIAL: _("waiting for material"),
}
"""why the clocks stand"""


def clock_documents(found: Iterable[Clock]) -> list[dict[str, Any]]:
    """Return clocks as documents; minutes are whole, times in UTC."""
    return [
        {
            "clock": one.kind.value,
            "target_minutes": one.target.minutes,
            "working": one.target.working,
            "used_minutes": int(one.used.total_seconds() // 60),
            "due": one.due.isoformat() if one.due else None,
            "paused": one.paused,
            "ended": one.ended.isoformat() if one.ended else None,
            "missed": one.missed,
        }
        for one in found
    ]


def title(fault: Fault) -> str:
    """Return a fault's title: the reporter's words as they are, an alarm's message in the language of the context."""
    return translate(fault.title, **fault.values) if fault.values else fault.title


def document(fault: Fault) -> dict[str, Any]:
    """Return a fault without its history."""
    return {
        "id": fault.id,
        "unit": fault.unit,
        "state": fault.state.value,
        "assignee": fault.assignee.value,
        "title": fault.title,
        "text": title(fault),
        "description": fault.description,
        "contact": fault.contact,
        "reporter": fault.reporter,
        "alarm": alarm_document(fault.alarm) if fault.alarm else None,
        "cause": fault.cause,
        "work": fault.work,
        "rating": fault.rating,
        "opened": fault.opened.isoformat(),
        "closed": fault.closed.isoformat() if fault.closed else None,
    }


def when(at: str) -> str:
    """Return a time of a document by the county's clock, for people."""
    return shown(datetime.fromisoformat(at))


def lines(found: Mapping[str, Any]) -> Iterator[str]:
    """Yield a fault's document as lines for a terminal: the fault, then each step."""
    yield f"{found['id']}  {found['unit']}  {translate(STATES[FaultState(found['state'])])}  {found['text']}"
    for past in found["history"]:
        yield f"  {when(past['at'])}  {past['actor']}  {past['step']}  {past['note']}".rstrip()


def whole(service: Faults, fault: int) -> dict[str, Any]:
    """Return a fault with its history. Raises BadInput when there is none."""
    with reading(service.engine) as session:
        row = get(session, fault)
        if row is None:
            raise BadInput([Problem(_("there is no fault {fault}"), {"fault": fault})])
        found = document(row)
    found["history"] = [
        {
            "id": past.id,
            "at": past.at.isoformat(),
            "actor": past.actor,
            "tag": past.tag.value,
            "step": translate(WORDS[past.tag]),
            "note": str(past.data.get("note") or past.data.get("cause") or past.data.get("title") or ""),
            "data": past.data,
        }
        for past in service.history(fault)
    ]
    return found
