"""A fault as a document, for the command line and whoever reads its JSON."""

from typing import Any

from countynet.db import reading
from countynet.errors import BadInput, Problem
from countynet.i18n import _, translate
from monitoring.alarms.show import document as alarm_document
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
    FaultTag.REOPENED: _("reopened"),
}
"""what a step is called"""


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


def whole(service: Faults, fault: int) -> dict[str, Any]:
    """Return a fault with its history. Raises BadInput when there is none."""
    with reading(service.engine) as session:
        row = get(session, fault)
        if row is None:
            raise BadInput([Problem(_("there is no fault {fault}"), {"fault": fault})])
        found = document(row)
    found["history"] = [
        {
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
