"""How the bridge stands, as a document."""

from datetime import datetime

from sqlalchemy.orm import Session

from countynet.canonical import JSON
from monitoring.bridge.model import Platform
from monitoring.bridge.standing import Standing, Told, Waiting, standing
from monitoring.bridge.turns import Way


def document(session: Session, platform: Platform) -> dict[str, JSON]:
    """Return how a platform stands. Times are UTC; `their_time` is by the platform's own clock."""
    found = standing(session, platform)
    return {
        "platform": platform.name,
        "url": platform.url,
        "well": found.well,
        "said": found.said,
        "last_round": _time(found.last_round),
        "last_well": _time(found.last_well),
        "next_round": _time(found.next_round),
        "failures": found.failures,
        "events_behind": found.events_behind,
        "their_time": _time(found.their_time),
        "linked": found.linked,
        "gone": found.gone,
        **{way.value: _turn(found, way) for way in Way},
        "waiting": [_waiting(one) for one in found.waiting],
        "given_up": [_waiting(one) for one in found.given_up],
        "strays": [_told(one) for one in found.strays],
        "objections": [{**_told(one), "fault": one.fault} for one in found.objections],
    }


def _turn(found: Standing, way: Way) -> JSON:
    turn = found.turn(way)
    if turn is None:
        return None
    return {"at": _time(turn.at), "moved_at": _time(turn.moved_at), "moved": turn.moved}


def _waiting(one: Waiting) -> JSON:
    since, due = _time(one.since), _time(one.due)
    return {"fault": one.fault, "since": since, "attempts": one.attempts, "due": due, "said": one.said}


def _told(one: Told) -> dict[str, JSON]:
    return {"ticket": one.ticket, "said": one.said}


def _time(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None
