"""An alarm as a document, for the command line and whoever reads its JSON."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from countynet import clock
from countynet.events import JSON
from countynet.i18n import _, translate
from countynet.vocabulary import FaultDomain
from monitoring.alarms import notes
from monitoring.alarms.store import Alarm
from monitoring.cause import store as causes
from monitoring.cause.verdict import DOMAINS


def document(alarm: Alarm) -> dict[str, JSON]:
    """Return an alarm as a document: its message id with values, and its text in the language of the context."""
    return {
        "id": alarm.id,
        "key": alarm.key,
        "severity": alarm.severity.value,
        "subject": alarm.subject,
        "device": alarm.device,
        "circuit": alarm.circuit,
        "unit": alarm.unit,
        "message": alarm.message,
        "values": alarm.values,
        "text": translate(alarm.message, **alarm.values),
        "opened": alarm.opened.isoformat(),
        "closed": alarm.closed.isoformat() if alarm.closed else None,
    }


def documents(session: Session, alarms: Sequence[Alarm]) -> list[dict[str, JSON]]:
    """Return alarms as documents: with `cause` (None when nobody judged it), `acknowledged`, and `notes`."""
    numbers, now = [alarm.id for alarm in alarms], clock.now()
    said, verdicts = notes.of(session, numbers), causes.of(session, numbers)
    return [
        {
            **document(alarm),
            "cause": verdicts[alarm.id].shown() if alarm.id in verdicts else None,
            **_people(said.get(alarm.id, []), alarm, now),
        }
        for alarm in alarms
    ]


def lines(alarm: Mapping[str, Any]) -> Iterator[str]:
    """Yield an alarm's document as lines for a terminal."""
    yield f"{alarm['id']}  {alarm['severity']}  {alarm['text']}"
    yield translate(_("opened {at}"), at=alarm["opened"])
    if alarm["closed"]:
        yield translate(_("over {at}"), at=alarm["closed"])
    if cause := alarm["cause"]:
        domain = translate(DOMAINS[FaultDomain(cause["domain"])])
        yield translate(_("whose it is: {domain} ({cause})"), domain=domain, cause=cause["cause"])
        yield from (f"  + {said}" for said in cause["evidence"])
        yield from (translate(_("  not known: {said}"), said=said) for said in cause["missing"])
    for one in alarm.get("known", ()):
        yield translate(_("knowledge {entry}, helped {helped} of {used} times: {symptom}"), **one)
    for note in alarm["notes"]:
        yield f"{note['at']}  {note['login']}: {note['note']}"


def by(alarm: Mapping[str, JSON]) -> str:
    """Return who is on an alarm's document, for a table."""
    found = alarm.get("acknowledged")
    return str(found["login"]) if isinstance(found, dict) else ""


def _people(rows: list[notes.AlarmNote], alarm: Alarm, now: datetime) -> dict[str, JSON]:
    standing = notes.standing(rows, now) if alarm.closed is None else None
    return {
        "acknowledged": notes.document(standing) if standing else None,
        "notes": [notes.document(row) for row in rows],
    }
