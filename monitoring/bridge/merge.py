"""What a change of theirs does here: the rule for two sides that both change. Pure.

- How far the work is, our fault says; the ticket says what the platform wants. So their status never becomes our state:
  it does what `incoming` says of it (a comment, unless the county says otherwise).
- When both changed since they last agreed, ours stands and is pushed; what theirs was is kept as a comment.
- Notes are never lost: each of theirs becomes a comment, once; each of ours a note, once.
- Title, description and severity belong to the side that opened it; the other side's changes of them do nothing.
- What is older than what was seen already is nothing: answers may come out of order.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from countynet.i18n import _, translate
from monitoring.bridge.model import Bridge, Deed, Platform
from monitoring.bridge.ticket import Ticket, own


@dataclass(frozen=True)
class Seen:
    """What both sides last agreed on: our status as they have it, theirs as we know it, their notes."""

    ours: str = ""
    theirs: str = ""
    notes: frozenset[str] = frozenset()
    updated: datetime | None = None


@dataclass(frozen=True)
class Act:
    """One thing to do here: a deed, and the words of a comment beside it or instead of it."""

    deed: Deed
    text: str


def heard(bridge: Bridge, platform: Platform, seen: Seen, ticket: Ticket, mapped: str) -> tuple[tuple[Act, ...], Seen]:
    """Return what a ticket asks of us, and what is agreed after it; `mapped` is the status of our fault now."""
    if stale(seen, ticket):
        return (), seen
    acts = (*_notes(platform, seen, ticket), *_status(bridge, platform, seen, ticket, mapped))
    known = seen.notes | {note.id for note in ticket.notes}
    return acts, replace(seen, theirs=ticket.status or seen.theirs, notes=known, updated=ticket.updated or seen.updated)


def stale(seen: Seen, ticket: Ticket) -> bool:
    """Whether a ticket is as it was before what we have seen of it."""
    return seen.updated is not None and ticket.updated is not None and ticket.updated < seen.updated


def agreed(platform: Platform, seen: Seen, answer: Ticket, ours: str) -> Seen:
    """Return what is agreed after we changed a ticket: our status is as we set it, the rest as the server answered.

    A note of theirs that came in between stays unknown, and is heard with the next look.
    """
    mine = {note.id for note in answer.notes if own(platform, note.text) is not None}
    return replace(seen, ours=ours, theirs=answer.status or seen.theirs, notes=seen.notes | mine)


def _notes(platform: Platform, seen: Seen, ticket: Ticket) -> Iterator[Act]:
    for note in ticket.notes:
        if note.id not in seen.notes and own(platform, note.text) is None and note.text:
            yield Act(Deed.COMMENT, f"{note.author}: {note.text}" if note.author else note.text)


def _status(bridge: Bridge, platform: Platform, seen: Seen, ticket: Ticket, mapped: str) -> Iterator[Act]:
    if not ticket.status or ticket.status in (seen.theirs, mapped):
        return
    reason = f" ({ticket.reason})" if ticket.reason else ""
    if mapped != seen.ours:
        text = _("{platform} set {status}{reason} while {ours} was set here: ours stands")
        yield Act(Deed.COMMENT, _worded(platform, text, ticket, reason, mapped))
        return
    deed = bridge.deed(ticket.status)
    if deed is not Deed.NOTHING:
        yield Act(deed, _worded(platform, _("{platform} set {status}{reason}"), ticket, reason, mapped))


def _worded(platform: Platform, text: str, ticket: Ticket, reason: str, mapped: str) -> str:
    values = {"platform": platform.name, "status": ticket.status, "reason": reason}
    return translate(text, **values, **({"ours": mapped} if "{ours}" in text else {}))
