"""Pushes our faults: one that is new there is created, one that is known brought up to date.

Sent at least once, done once: a fault is looked for by its external identifier before it is created, so what was
created by a round that was killed, or whose answer was lost, is found. A note carries its event's number for the same
reason. What is pushed is the fault as it stands now, whatever happened in between.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine

from countynet import clock
from countynet.db import reading, transaction
from countynet.events import JSON, record
from inventory.model import County
from monitoring.bridge import store
from monitoring.bridge.client import AwayError, Client, RefusedError
from monitoring.bridge.hear import hear
from monitoring.bridge.merge import Seen, agreed
from monitoring.bridge.model import Bridge
from monitoring.bridge.ours import actor_name, ours
from monitoring.bridge.ticket import Ours, Ticket, change, creation, external
from monitoring.faults import store as faults
from monitoring.faults.waves import DEFAULT, Wave
from monitoring.tags import BridgeTag

BACKOFF = (30, 60, 120, 300, 900, 3600)
"""seconds to the next attempt"""
GIVE_UP = timedelta(days=3)
"""after which a fault waits until it changes again, and stands in the status"""
ROW = 3
"""so many failures one after another end a round: the platform is not well"""


@dataclass(frozen=True)
class Ground:
    """What a round stands on."""

    engine: Engine
    bridge: Bridge
    client: Client
    county: County
    wave: Wave = DEFAULT
    """how many reports are taken for one trouble"""

    @property
    def author(self) -> str:
        """Who writes our notes there."""
        return self.county.plan.name


@dataclass
class Done:
    """What a round did."""

    created: int = 0
    changed: int = 0
    reported: int = 0
    heard: int = 0
    looked: int = 0
    failed: int = 0
    pulled: bool = False
    pushed: bool = False
    """whether each way was gone to its end"""
    said: str = ""


def push(ground: Ground, now: datetime, done: Done, limit: int = 200) -> None:
    """Push what is due. Raises AwayError when the platform is not reached or fails again and again."""
    name, failures = ground.client.platform.name, 0
    with reading(ground.engine) as session:
        waiting = [(row.fault, row.event) for row in store.waiting(session, name, now, limit)]
    for fault, event in waiting:
        try:
            _one(ground, fault, event, done)
            failures = 0
        except RefusedError as error:
            _later(ground, fault, error.said, now, done)
        except AwayError as error:
            if not error.reached:
                raise
            _later(ground, fault, error.said, now, done)
            failures += 1
            if failures == ROW:
                raise


def _one(ground: Ground, fault: int, event: int, done: Done) -> None:
    platform = ground.client.platform
    with reading(ground.engine) as session:
        known = [link.ticket for link in store.links(session, platform.name, fault) if not link.gone]
        linked = bool(known or store.links(session, platform.name, fault))
    if not linked and platform.push:
        _first(ground, fault, done)
    for ticket in known:
        _again(ground, fault, ticket, done)
    with transaction(ground.engine) as session:
        store.settled(session, platform.name, fault, event)


def _first(ground: Ground, fault: int, done: Done) -> None:
    """Create a fault's ticket, or find the one that was created."""
    client, platform = ground.client, ground.client.platform
    there = client.named(external(platform, fault))
    if there:
        adopt(ground, fault, there[0])
        _again(ground, fault, there[0].id, done)
        return
    wanted = _ours(ground, fault, 0)
    made = client.create(creation(platform, wanted, ground.author))
    notes = frozenset(note.id for note in made.notes)
    adopt(ground, fault, made, Seen(wanted.status, made.status or wanted.status, notes, made.updated), wanted)
    done.created += 1


def adopt(ground: Ground, fault: int, ticket: Ticket, seen: Seen | None = None, told: Ours | None = None) -> None:
    """Keep that a ticket there is a fault of ours; without `seen`, nothing is agreed on yet but what stands there."""
    platform = ground.client.platform
    with transaction(ground.engine) as session:
        if store.link(session, platform.name, ticket.id) is not None:
            return
        row = store.BridgeLink(platform=platform.name, ticket=ticket.id, fault=fault, origin=store.OURS)
        row.seen = seen or Seen("", ticket.status, frozenset(), None)
        row.pushed = max((int(note.id) for note in told.notes), default=0) if told else 0
        session.add(row)
        store.again(session, platform.name, fault, clock.now())
        data: dict[str, JSON] = {"fault": fault, "ticket": ticket.id, "origin": store.OURS}
        record(session, BridgeTag.LINKED, actor_name(platform), f"bridge:{platform.name}", data)


def _again(ground: Ground, fault: int, number: str, done: Done) -> None:
    """Bring a ticket up to date: hear what it says first, then change what is not as it shall be."""
    client, platform = ground.client, ground.client.platform
    ticket = client.one(number)
    if ticket is None:
        _gone(ground, number)
        return
    done.heard += hear(ground.engine, ground.bridge, platform, ticket)
    with reading(ground.engine) as session:
        link = store.link(session, platform.name, number)
        before, pushed = (link.ours, link.pushed) if link is not None else ("", 0)
    wanted = _ours(ground, fault, pushed)
    status = wanted.status if wanted.status != before else None
    body = change(platform, ticket, wanted, ground.author, status)
    answer, said = _changed(client, ticket, body) if body else (ticket, "")
    done.changed += bool(body)
    _keep(ground, number, answer, wanted, said)


def _changed(client: Client, ticket: Ticket, body: dict[str, object]) -> tuple[Ticket, str]:
    """Change a ticket; where its status may not be set any more (it is closed there), tell the notes at least."""
    try:
        return client.change(ticket.id, body), ""
    except RefusedError as error:
        rest = {name: value for name, value in body.items() if name != "status"}
        if "status" not in body:
            raise
        return (client.change(ticket.id, rest) if "note" in rest else ticket), error.said


def _keep(ground: Ground, number: str, answer: Ticket, wanted: Ours, said: str) -> None:
    platform = ground.client.platform
    with transaction(ground.engine) as session:
        row = store.link(session, platform.name, number)
        if row is not None:
            row.seen = agreed(platform, row.seen, answer, wanted.status)
            row.pushed = max((row.pushed, *(int(note.id) for note in wanted.notes)))
            row.said = said


def _gone(ground: Ground, number: str) -> None:
    with transaction(ground.engine) as session:
        row = store.link(session, ground.client.platform.name, number)
        if row is not None:
            row.gone = True


def _ours(ground: Ground, fault: int, after: int) -> Ours:
    with reading(ground.engine) as session:
        row = faults.get(session, fault)
        if row is None:
            raise RefusedError(0, f"fault {fault} is not there")
        return ours(session, ground.bridge, ground.client.platform, ground.county, row, after)


def _later(ground: Ground, fault: int, said: str, now: datetime, done: Done) -> None:
    """Try a fault again later, at last not before it changes."""
    done.failed += 1
    done.said = said
    with transaction(ground.engine) as session:
        row = session.get(store.BridgeDue, (ground.client.platform.name, fault))
        if row is not None:
            row.attempts += 1
            row.said = said[:300]
            row.due = now + timedelta(seconds=BACKOFF[min(row.attempts, len(BACKOFF)) - 1])
            row.given_up = now - row.since >= GIVE_UP
