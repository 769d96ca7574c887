"""An application as a document, for the command line and whoever reads its JSON; and the words of its steps."""

from collections.abc import Mapping

from countynet.canonical import JSON
from countynet.i18n import _, translate
from inventory.tags import TerminalTag
from inventory.terminals import rules
from inventory.terminals.model import Application, Past
from inventory.terminals.store import told

WORDS: Mapping[TerminalTag, str] = {
    TerminalTag.ASKED: _("asked for"),
    TerminalTag.APPROVED: _("approved, ordered from the operator"),
    TerminalTag.DECLINED: _("not approved"),
    TerminalTag.CONNECTED: _("connected, in the inventory"),
    TerminalTag.WITHDRAWN: _("withdrawn"),
    TerminalTag.CONFIGURED: _("to be configured again"),
    TerminalTag.REMOVED: _("removed from the inventory"),
}
"""what a step is called"""


def note(past: Past) -> str:
    """Return what was said at a step, in a line."""
    data = past.data
    if past.tag is TerminalTag.APPROVED:
        given = (data.get(name) for name in ("terminal", "address", "cpe", "port", "note"))
        return " ".join(str(value) for value in given if value)
    if past.tag is TerminalTag.CONNECTED:
        return " ".join(str(value) for value in (data.get("port"), str(data.get("commit"))[:10]) if value)
    return str(data.get("reason") or data.get("purpose") or data.get("device") or "")


def document(found: Application) -> dict[str, JSON]:
    """Return an application without its history."""
    request = found.request
    turn = rules.TURN.get(found.state)
    return {
        "id": found.id,
        "unit": found.unit,
        "state": found.state.value,
        "turn_of": turn.value if turn else None,
        "asker": found.asker,
        "user": request.user,
        "room": request.room,
        "purpose": request.purpose,
        "mac": request.mac,
        "wanted_by": request.wanted_by.isoformat(),
        "holds": {**told(found.place)} if found.place else None,
        "reason": found.reason,
        "job": found.job,
        "opened": found.opened.isoformat(),
        "closed": found.closed.isoformat() if found.closed else None,
    }


def whole(found: Application, history: tuple[Past, ...]) -> dict[str, JSON]:
    """Return an application with its history."""
    steps: list[JSON] = [
        {
            "at": past.at.isoformat(),
            "actor": past.actor,
            "tag": past.tag.value,
            "step": translate(WORDS[past.tag]),
            "note": note(past),
            "data": dict(past.data),
        }
        for past in history
    ]
    return document(found) | {"history": steps}


def lines(found: Application, history: tuple[Past, ...]) -> list[str]:
    """Return an application and its history as lines of text."""
    head = (
        f"{found.id}  {found.unit}  {translate(rules.STATES[found.state])}  {found.request.user}  {found.request.mac}"
    )
    steps = (f"  {p.at:%Y-%m-%d %H:%M}Z  {p.actor}  {translate(WORDS[p.tag])}  {note(p)}" for p in history)
    return [head, *(step.rstrip() for step in steps)]
