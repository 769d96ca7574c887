"""What happened in an emergency, each event a sentence for the log and the review. Pure."""

from collections.abc import Callable, Mapping
from typing import Any

from countynet.events import Event
from countynet.i18n import _, translate
from playbooks.emergency.book import Emergency
from playbooks.emergency.rules import STATES, StepState
from playbooks.tags import EmergencyTag


def said(found: Emergency, event: Event) -> str:
    """Return what an event of an emergency's log says, in the language of the context."""
    tell = _SAY.get(EmergencyTag(event.tag))
    return tell(found, event.data) if tell else ""


def _started(found: Emergency, data: Mapping[str, Any]) -> str:
    head = _("begun as a drill") if data.get("drill") else _("begun")
    about = " ".join(str(value) for value in data.get("targets", {}).values())
    why = data.get("reason") or data.get("alarm") or ""
    return _joined(translate(head), about, str(why))


def _step(found: Emergency, data: Mapping[str, Any]) -> str:
    state = translate(STATES[StepState(data["state"])])
    return _joined(_text(found, data), state, str(data.get("note", "")))


def _action(found: Emergency, data: Mapping[str, Any]) -> str:
    return _joined(_text(found, data), str(data.get("said", "")))


def _text(found: Emergency, data: Mapping[str, Any]) -> str:
    name = str(data.get("step", ""))
    return next((place.step.said for place in found.places if place.step.id == name), name)


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)


_SAY: dict[EmergencyTag, Callable[[Emergency, Mapping[str, Any]], str]] = {
    EmergencyTag.STARTED: _started,
    EmergencyTag.STEP: _step,
    EmergencyTag.ACTION: _action,
    EmergencyTag.NOTE: lambda _found, data: str(data.get("words", "")),
    EmergencyTag.ENDED: lambda _found, data: _joined(translate(_("ended")), str(data.get("review", ""))),
}
