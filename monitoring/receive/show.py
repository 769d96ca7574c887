"""Notifications as documents, for the command line and whoever reads its JSON."""

from countynet.events import JSON
from countynet.i18n import language
from monitoring.receive.store import TrapRow
from monitoring.receive.traps.kinds import Kind


def document(row: TrapRow, kind: Kind | None) -> dict[str, JSON]:
    """Return a notification as a document; `text` in the language of the context, empty when nobody knows it."""
    return {
        "device": row.device,
        "trap": row.trap,
        "name": row.name,
        "part": row.part,
        "text": said(kind),
        "count": row.count,
        "first": row.first.isoformat(),
        "last": row.last.isoformat(),
        "variables": row.variables,
    }


def said(kind: Kind | None) -> str:
    """Return what a notification means, in the language of the context."""
    if kind is None:
        return ""
    return (kind.text_zh if language() == "zh_CN" else kind.text) or kind.name
