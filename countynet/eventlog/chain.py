"""Walks a chain of events in their order and says where it does not hold, and how.

Pure: it is fed one link after the other, and asks through `Known` what the whole chain has only where something is
wrong, so millions of events need no memory. Kinds of damage: `altered` (it does not have the hash that it states),
`inserted` (it is well made, but nothing follows it: it was put in or rewritten), `removed` (what it follows is not
there), `reordered` (what it follows stands elsewhere), `truncated` (the chain goes on behind its last event).
Whoever rewrites all events from one on leaves a whole chain: checkpoints that are kept elsewhere find that.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from countynet.i18n import _

MOST = 1000
"""breaks that are told; who rewrote everything need not be told of each event"""


class Link(NamedTuple):
    """One event as a link of the chain."""

    id: int
    previous: str
    hash: str
    """the one that it states"""
    true: bool
    """whether that is the hash of what it says"""


@dataclass(frozen=True)
class Break:
    """One place where the chain does not hold."""

    event_id: int
    kind: str
    """altered, removed (before this event), inserted, reordered, or truncated (after this event)"""
    message: str
    """msgid with {id}"""


class Known(Protocol):
    """What the whole chain has, asked only where a link does not hold."""

    def has(self, hash_: str) -> bool:
        """Whether an event has this hash."""

    def follows(self, hash_: str) -> bool:
        """Whether an event, or the noted head, follows this hash."""


_MESSAGES = {
    "altered": _("event {id} was altered"),
    "inserted": _("event {id} was inserted or rewritten"),
    "removed": _("an event before event {id} is missing or was rewritten"),
    "reordered": _("event {id} is not where it belongs: the order was changed"),
    "truncated": _("the last events are missing; the chain should end with event {id}"),
}


def damage(event_id: int, kind: str) -> Break:
    """Return a break with its words."""
    return Break(event_id, kind, _MESSAGES[kind])


def walk(links: Iterable[Link], before: str, known: Known) -> Iterator[Break]:
    """Yield every break of a chain that begins behind the hash `before`, in order."""
    expected, resume = before, ""
    last: Link | None = None
    for link in links:
        if link.previous != expected and link.previous != resume:
            foreign = not known.has(link.previous)
            if foreign and last is not None and last.true and link.id == last.id + 1 and not known.follows(last.hash):
                yield damage(last.id, "inserted")
            resume = expected if foreign else ""
            if not link.true:
                yield damage(link.id, "altered")
            yield damage(link.id, "removed" if foreign else "reordered")
        else:
            resume = ""
            if not link.true:
                yield damage(link.id, "altered")
        expected, last = link.hash, link


def end(last: Link | None, before: str, head: tuple[int, str], known: Known) -> Iterator[Break]:
    """Yield what is wrong with the chain's end, given its last link and the noted head."""
    if (last.hash if last else before) == head[1]:
        return
    if last is not None and last.true and last.id >= head[0] and not known.follows(last.hash):
        yield damage(last.id, "inserted")
    if not known.has(head[1]):
        yield damage(head[0], "truncated")
