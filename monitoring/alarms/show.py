"""An alarm as a document, for the command line and whoever reads its JSON."""

from countynet.events import JSON
from countynet.i18n import translate
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
