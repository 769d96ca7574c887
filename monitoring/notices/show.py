"""Notices, rules and the calendar as documents and rows; no secret is read for it."""

from collections.abc import Sequence
from datetime import datetime

from countynet.events import JSON
from countynet.i18n import _, translate
from countynet.moments import shown
from inventory.calendar.model import Calendar
from inventory.calendar.working import next_working, unknown_years, working
from monitoring.notices.deliver import names
from monitoring.notices.formats import masked
from monitoring.notices.model import CLOSED, ESCALATED, OPENED, Channel, NoticeState, Rules
from monitoring.notices.store import Notice

STATES = {
    NoticeState.QUEUED: _("queued"),
    NoticeState.SENDING: _("being sent"),
    NoticeState.SENT: _("sent"),
    NoticeState.DOUBTFUL: _("not known whether it arrived"),
    NoticeState.DROPPED: _("over before it was told"),
    NoticeState.FAILED: _("given up"),
}

STEPS = {OPENED: _("begin"), ESCALATED: _("escalation"), CLOSED: _("end")}


def notice(row: Notice) -> dict[str, JSON]:
    """Return a notice as a document."""
    return {
        "id": row.id,
        "alarm": row.alarm,
        "step": row.step,
        "recipient": row.recipient,
        "state": row.state.value,
        "created": row.created.isoformat(),
        "due": row.due.isoformat(),
        "tried": row.tried.isoformat() if row.tried else None,
        "attempts": row.attempts,
        "said": row.said,
    }


def row(found: Notice) -> Sequence[object]:
    """Return a notice as a row: number, alarm, step, recipient, state, tries, time, answer."""
    at = shown(found.tried or found.due)
    state = translate(STATES[found.state])
    return found.id, found.alarm, step(found.step), found.recipient, state, found.attempts, at, found.said


def step(name: str) -> str:
    """Return a step in words."""
    word, _dash, number = name.partition("-")
    return f"{translate(STEPS[word])} {number}".strip()


def rules(found: Rules | None, calendar: Calendar, now: datetime) -> dict[str, JSON]:
    """Return who is told what, and what the calendar says of now."""
    said = found or Rules()
    return {
        "present": found is not None,
        "channels": [_channel(channel) for channel in said.channels],
        "recipients": [recipient.model_dump(mode="json") for recipient in said.recipients],
        "rules": [rule.model_dump(mode="json") for rule in said.rules],
        "calendar": {
            "working": working(calendar, now),
            "next_working": next_working(calendar, now).isoformat(),
            "hours": [hours.model_dump(mode="json") for hours in calendar.hours],
            "years": sorted(calendar.years),
            "unknown_years": list(unknown_years(calendar, now)),
        },
    }


def where(channel: Channel) -> str:
    """Return where a channel leads, without what may be a key."""
    if channel.kind == "mail":
        return f"{channel.host}:{channel.port} {channel.security}"
    return masked(channel.url) if channel.kind == "sms" else channel.url


def _channel(channel: Channel) -> JSON:
    return {"name": channel.name, "kind": channel.kind, "where": where(channel), "secrets": list(names(channel))}
