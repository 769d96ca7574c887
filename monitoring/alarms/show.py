"""An alarm as a document, for the command line and whoever reads its JSON."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from countynet import clock
from countynet.events import JSON
from countynet.i18n import translate
from monitoring.alarms import notes
from monitoring.alarms.store import Alarm


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
    """Return alarms as documents with what people said: `acknowledged` (None when nobody is on it) and `notes`."""
    said, now = notes.of(session, [alarm.id for alarm in alarms]), clock.now()
    return [{**document(alarm), **_people(said.get(alarm.id, []), alarm, now)} for alarm in alarms]


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
