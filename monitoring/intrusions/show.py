"""Intrusions as documents and as lines for people."""

from countynet.events import JSON
from countynet.i18n import _, translate
from countynet.moments import shown as when
from monitoring.intrusions.service import Shown
from monitoring.intrusions.store import FalseAlarm

STANDING, ANSWERED, FALSE = _("not dealt with"), _("dealt with"), _("false alarm")


def document(shown: Shown) -> dict[str, JSON]:
    """Return a finding as a document, without the line it came from."""
    row = shown.row
    return {
        "id": row.id,
        "kind": row.kind,
        "severity": row.severity,
        "feed": row.feed,
        "sensor": row.sensor,
        "signature": row.signature,
        "name": row.name,
        "category": row.category,
        "reference": row.reference,
        "source": row.source,
        "behind": row.behind,
        "target": row.target,
        "port": row.port,
        "protocol": row.protocol,
        "detail": row.detail,
        "subject": row.subject,
        "unit": row.unit,
        "attacked": row.attacked,
        "natted": row.natted,
        "count": row.count,
        "blocked": row.blocked,
        "first": row.first.isoformat(),
        "last": row.last.isoformat(),
        "state": state(shown),
        "answered": row.answered.isoformat() if row.answered else None,
        "answered_by": row.answered_by,
        "answer": row.answer,
        "false_alarm": shown.accepted.id if shown.accepted else None,
    }


def state(shown: Shown) -> str:
    """Return how it stands, for programs: standing, answered or false-alarm."""
    return "answered" if shown.row.answered else "false-alarm" if shown.accepted else "standing"


def says(shown: Shown) -> str:
    """Return how it stands, a message id."""
    return {"answered": ANSWERED, "false-alarm": FALSE, "standing": STANDING}[state(shown)]


def whole(shown: Shown) -> dict[str, JSON]:
    """Return a finding with the line it came from."""
    return {**document(shown), "line": shown.row.line}


def false_alarm(row: FalseAlarm) -> dict[str, JSON]:
    """Return a false alarm as a document."""
    return {
        "id": row.id,
        "feed": row.feed,
        "signature": row.signature,
        "address": row.address,
        "reason": row.reason,
        "until": row.until.isoformat(),
        "by": row.by,
        "at": row.at.isoformat(),
        "withdrawn_by": row.withdrawn_by,
    }


def ends(shown: Shown) -> str:
    """Return who did it to whom, in one line."""
    row = shown.row
    source = f"{row.source or '?'} ({row.behind})" if row.behind else row.source or "?"
    target = f"{row.target}:{row.port}" if row.target and row.port else row.target or "?"
    return f"{source} -> {target}" if row.source or row.target else "-"


def cells(shown: Shown) -> list[str]:
    """Return a row of the list."""
    row = shown.row
    return [str(row.id), row.severity, row.subject, row.name, ends(shown), str(row.count), when(row.last),
            translate(says(shown))]  # fmt: skip
