"""How the bridge stands with one platform, typed: for the center's page and for `countynet bridge status`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from monitoring.bridge import store, turns
from monitoring.bridge.model import Platform
from monitoring.bridge.turns import Way

STRAYS = 50
"""tickets of no unit, and statuses that were refused, that are listed"""


@dataclass(frozen=True)
class Turn:
    """One way: when it was last gone, and when it last carried something, and how much."""

    way: Way
    at: datetime
    moved_at: datetime | None
    moved: int


@dataclass(frozen=True)
class Waiting:
    """A fault whose present state the platform has not got."""

    fault: int
    since: datetime
    attempts: int
    due: datetime
    said: str
    """why the last attempt failed; empty before the first"""


@dataclass(frozen=True)
class Told:
    """A ticket with something to say about: it is of no unit of ours, or did not take our status."""

    ticket: str
    fault: int | None
    said: str


@dataclass(frozen=True)
class Standing:
    """A platform. Times are UTC; `their_time` is by the platform's own clock."""

    platform: Platform
    said: str
    """what ended the last round early"""
    last_round: datetime | None
    last_well: datetime | None
    next_round: datetime | None
    failures: int
    """rounds one after another that did not go well"""
    events_behind: int | None
    their_time: datetime | None
    linked: int
    gone: int
    turns: tuple[Turn, ...]
    waiting: tuple[Waiting, ...]
    given_up: tuple[Waiting, ...]
    strays: tuple[Told, ...]
    objections: tuple[Told, ...]
    """tickets that got our notes and refused our status"""

    @property
    def well(self) -> bool | None:
        """Whether the last round went well; None before the first."""
        return None if self.last_round is None else not self.said

    def turn(self, way: Way) -> Turn | None:
        """Return a way; None when it was never gone to its end."""
        return next((one for one in self.turns if one.way is way), None)


def standing(session: Session, platform: Platform) -> Standing:
    """Return how a platform stands."""
    where = session.get(store.BridgePlace, platform.name)
    due = store.all_due(session, platform.name)
    linked, _strays, gone = store.counts(session, platform.name)
    return Standing(
        platform=platform,
        said=where.said if where is not None else "",
        last_round=where.at if where is not None else None,
        last_well=where.well if where is not None else None,
        next_round=where.due if where is not None else None,
        failures=where.attempts if where is not None else 0,
        events_behind=store.head(session) - where.event if where is not None else None,
        their_time=where.updated if where is not None else None,
        linked=linked,
        gone=gone,
        turns=tuple(Turn(row.way, row.at, row.moved_at, row.moved) for row in turns.of(session, platform.name)),
        waiting=_waiting(row for row in due if not row.given_up),
        given_up=_waiting(row for row in due if row.given_up),
        strays=_told(store.strays(session, platform.name, STRAYS)),
        objections=_told(store.objections(session, platform.name, STRAYS)),
    )


def _waiting(rows: Iterable[store.BridgeDue]) -> tuple[Waiting, ...]:
    return tuple(Waiting(row.fault, row.since, row.attempts, row.due, row.said) for row in rows)


def _told(rows: Iterable[store.BridgeLink]) -> tuple[Told, ...]:
    return tuple(Told(row.ticket, row.fault, row.said) for row in rows)
