"""What people do with work windows; each step is an event in the same transaction.

`add` and `remove` announce: the event names the units that are touched, and their pages show it as long as it is to
come. `recover` computes anew whom the windows cover from now on, after a window or the inventory changed; what was
covered until now stays as it was.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from countynet import clock
from countynet.db import transaction
from countynet.errors import BadInput, Conflict, NotAllowed, Problem
from countynet.events import JSON, record
from countynet.i18n import _
from countynet.moments import shown
from countynet.people import Actor
from countynet.vocabulary import Role
from monitoring.alarms.service import MACHINE
from monitoring.detect.topology import Topology
from monitoring.tags import WindowTag
from monitoring.windows import model, store
from monitoring.windows.cover import covers
from monitoring.windows.model import Window


def add(
    engine: Engine, topology: Topology, devices: Sequence[str], start: datetime, end: datetime, reason: str, login: str
) -> Window:
    """Set a window and return it with the units that it touches. Raises BadInput with all that is wrong."""
    now = clock.now()
    named = tuple(dict.fromkeys(devices))
    model.judge(named, start, end, reason, topology.watched, now)
    with transaction(engine) as session:
        row = store.WorkWindow(
            devices=list(named), start=max(start, now), end=end, reason=reason.strip(), login=login, removed=None
        )
        session.add(row)
        session.flush()
        announced(session, topology, row, now, login)
        return store.window(session, row)


def announced(session: Session, topology: Topology, row: store.WorkWindow, now: datetime, login: str) -> None:
    """Have a window cover what it covers, and announce it, be there units that it touches or none."""
    touched = recover(session, topology, now, login)
    if row.id not in touched:
        _announce(session, store.window(session, row), login)


def change(
    engine: Engine,
    topology: Topology,
    number: int,
    devices: Sequence[str],
    start: datetime,
    end: datetime,
    reason: str,
    login: str,
) -> Window:
    """Give a window other devices, times or words; of one that runs only its end and its words.

    Raises BadInput with all that is wrong, Conflict when it is over or withdrawn. Units newly touched are told.
    """
    now = clock.now()
    named = tuple(dict.fromkeys(devices))
    with transaction(engine) as session:
        row, found = _standing(session, number, now)
        model.judge_change(found, named, start, end, reason, topology.watched, now)
        if found.state(now) != "running":
            row.devices, row.start = list(named), max(start, now)
        row.end, row.reason = end, reason.strip()
        session.flush()
        after = store.window(session, row)
        before = {"devices": list(found.devices), "start": found.start.isoformat(), "end": found.end.isoformat()}
        data: dict[str, JSON] = {**_words(after), "before": {**before, "reason": found.reason}}
        record(session, WindowTag.CHANGED, login, f"window:{number}", data)
        recover(session, topology, now, login)
        return store.window(session, row)


def preview(
    session: Session, topology: Topology, devices: Sequence[str], start: datetime, end: datetime, number: int = 0
) -> tuple[frozenset[str], frozenset[str]]:
    """Return the devices and the units that a window would cover, with what stands beside it; nothing is written.

    `number`: the window that it would take the place of.
    """
    now = clock.now()
    known = [name for name in dict.fromkeys(devices) if name in topology.watched]
    others = [w for w in store.standing(session, now) if w.number != number]
    new = Window(number or max((w.number for w in others), default=0) + 1, tuple(known), start, end, "", "")
    pieces = [c for c in covers((*others, new), topology, min(now, start)) if c.window == new.number]
    found = frozenset(piece.device for piece in pieces)
    return found, frozenset(topology.watched[name].unit for name in found if name in topology.watched) - {""}


def get(session: Session, number: int) -> Window | None:
    """Return one window with the units that it touches."""
    row = session.get(store.WorkWindow, number)
    return None if row is None else store.window(session, row)


def remove(engine: Engine, topology: Topology, number: int, login: str) -> Window:
    """Take a window back, or end one that runs. Raises BadInput for no such window, Conflict when it is over."""
    now = clock.now()
    with transaction(engine) as session:
        row, found = _standing(session, number, now)
        row.removed = now
        session.flush()
        data: dict[str, JSON] = {"state": found.state(now), "units": list(found.units)}
        record(session, WindowTag.WITHDRAWN, login, f"window:{number}", data)
        recover(session, topology, now, login)
        return Window(number, found.devices, found.start, found.end, found.reason, found.login, now, found.units)


def _standing(session: Session, number: int, now: datetime) -> tuple[store.WorkWindow, Window]:
    """Return a window that runs or is to come. Raises BadInput for none, Conflict for one that is over."""
    row = session.get(store.WorkWindow, number)
    if row is None:
        raise BadInput([Problem(_("there is no window {window}"), {"window": number})])
    found = store.window(session, row)
    if found.removed is not None:
        raise Conflict(_("window {window} was withdrawn {at} already"), window=number, at=shown(found.removed))
    if found.state(now) == "over":
        raise Conflict(_("window {window} is over since {at}"), window=number, at=shown(found.end))
    return row, found


def recover(session: Session, topology: Topology, now: datetime, login: str = MACHINE) -> frozenset[int]:
    """Compute anew whom windows cover from now on; announce to units newly touched. Returns the windows announced."""
    before = {w.number: w for w in store.standing(session, now)}
    store.cut(session, now)
    units = {name: watched.unit for name, watched in topology.watched.items()}
    new = covers(tuple(before.values()), topology, now)
    store.add_covers(
        session,
        (
            store.WindowCover(window=c.window, device=c.device, unit=units.get(c.device, ""), start=c.start, end=c.end)
            for c in new
        ),
    )
    grown = [w for w in store.standing(session, now) if set(w.units) - set(before[w.number].units)]
    for window in grown:
        _announce(session, window, login)
    return frozenset(window.number for window in grown)


def _announce(session: Session, window: Window, login: str) -> None:
    said: Mapping[str, JSON] = {**_words(window), "units": list(window.units)}
    record(session, WindowTag.ANNOUNCED, login, f"window:{window.number}", said)


def _words(window: Window) -> dict[str, JSON]:
    return {
        "devices": list(window.devices),
        "start": window.start.isoformat(),
        "end": window.end.isoformat(),
        "reason": window.reason,
    }


def may(person: Actor) -> None:
    """Raise NotAllowed for whoever may not announce work: it is for the center and the operator."""
    if person.role not in (Role.CENTER, Role.OPERATOR):
        raise NotAllowed(
            _("{actor} may not set a work window: it is for the center and the operator"), actor=person.name
        )
