"""What a fault's events say once what was undone, and what other faults brought along, are taken into account. Pure.

Events are only ever added, so "undone" is an event as well. Whoever counts (clocks, evaluation) or replays a state
reads `effective(events)`; whoever shows a history shows the events themselves.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from monitoring.tags import FaultTag

WITH = "with"
"""in the data of a step: the number of the fault that took it for this one, too"""


class Happened(Protocol):
    """An event of a fault."""

    @property
    def id(self) -> int:
        """Its number in the event log."""
        ...

    @property
    def at(self) -> datetime:
        """When."""
        ...

    @property
    def tag(self) -> str:
        """What: a `FaultTag`."""
        ...

    @property
    def data(self) -> Mapping[str, Any]:
        """What else it says."""
        ...


@dataclass(frozen=True)
class Past:
    """One step of a fault's history."""

    at: datetime
    actor: str
    tag: FaultTag
    data: Mapping[str, Any] = field(default_factory=dict)
    id: int = 0


@dataclass(frozen=True)
class _Brought:
    """A step that stood on the leading fault when this one was merged into it."""

    id: int
    at: datetime
    tag: str
    data: Mapping[str, Any]


def effective(events: Sequence[Happened]) -> list[Happened]:
    """Return the events that count: none of a merger that was undone; a merger brings what the leader had behind it."""
    kept: list[Happened] = []
    merged: int | None = None
    for event in events:
        if event.tag == FaultTag.MERGED:
            merged = len(kept)
            kept += [event, *_brought(event)]
        elif event.tag == FaultTag.PARTED:
            if event.data.get("undo") and merged is not None:
                kept[merged:] = [one for one in kept[merged:] if one.tag != FaultTag.MERGED and not _from_outside(one)]
            merged = None
            kept.append(event)
        else:
            kept.append(event)
    return kept


def _from_outside(event: Happened) -> bool:
    return WITH in event.data


def _brought(event: Happened) -> Iterator[Happened]:
    for tag, data in event.data.get("brought", {}).items():
        yield _Brought(event.id, event.at, tag, {**data, WITH: event.data.get("into")})


def taken_in(events: Sequence[Happened]) -> dict[int, datetime]:
    """Return the faults that go with this one, each with the time at which it was opened."""
    found: dict[int, datetime] = {}
    for event in events:
        if event.tag == FaultTag.TAKEN_IN:
            found[event.data["fault"]] = datetime.fromisoformat(event.data["opened"])
        elif event.tag == FaultTag.LET_GO:
            found.pop(event.data["fault"], None)
    return found


def begin(opened: datetime, events: Sequence[Happened]) -> datetime:
    """Return when a fault's clocks begin: its own opening, or the earliest of those that go with it."""
    return min([opened, *taken_in(events).values()])
