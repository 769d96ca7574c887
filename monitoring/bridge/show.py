"""How the bridge stands, as a document."""

from datetime import datetime

from sqlalchemy.orm import Session

from countynet.canonical import JSON
from monitoring.bridge import store
from monitoring.bridge.model import Platform

STRAYS = 50


def document(session: Session, platform: Platform) -> dict[str, JSON]:
    """Return how a platform stands. Times are UTC; `their_time` is by the platform's own clock."""
    where = session.get(store.BridgePlace, platform.name)
    due = store.all_due(session, platform.name)
    linked, _strays, gone = store.counts(session, platform.name)
    behind = store.head(session) - where.event if where is not None else None
    return {
        "platform": platform.name,
        "url": platform.url,
        "well": None if where is None or where.at is None else not where.said,
        "said": where.said if where is not None else "",
        "last_round": _time(where.at) if where is not None else None,
        "last_well": _time(where.well) if where is not None else None,
        "next_round": _time(where.due) if where is not None else None,
        "failures": where.attempts if where is not None else 0,
        "events_behind": behind,
        "their_time": _time(where.updated) if where is not None else None,
        "linked": linked,
        "gone": gone,
        "waiting": [_due(row) for row in due if not row.given_up],
        "given_up": [_due(row) for row in due if row.given_up],
        "strays": [{"ticket": row.ticket, "said": row.said} for row in store.strays(session, platform.name, STRAYS)],
    }


def _due(row: store.BridgeDue) -> JSON:
    since, due = _time(row.since), _time(row.due)
    return {"fault": row.fault, "since": since, "attempts": row.attempts, "due": due, "said": row.said}


def _time(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None
