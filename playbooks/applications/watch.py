"""Watches the applications that are deployed: whether they answer, every five minutes, from the management station.

One that does not answer twice in a row is down: an event, and a fault of the unit that it belongs to, once; when it
answers again that is an event, too, and people close the fault. Under a work window of one of its hosts silence is
planned and counts for nothing; what is still wrong afterwards does. The look stands in a thread of its own: hosts that
are gone take ten seconds each, and the worker does not wait for it.
"""

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from sqlalchemy import Engine

from countynet import clock, faultdesk, works
from countynet.canonical import JSON
from countynet.db import transaction
from countynet.errors import CountyError
from countynet.events import record
from countynet.i18n import _, translate
from countynet.people import SCHEDULE, Actor
from countynet.settings import Settings
from countynet.vocabulary import Role
from inventory.model import County
from playbooks.applications import health, looks, state
from playbooks.applications.deployed import Deployed, deployable
from playbooks.applications.health import Seen
from playbooks.applications.kinds import readable
from playbooks.applications.outcome import subject
from playbooks.tags import AppTag

ACTOR = Actor(SCHEDULE, Role.CENTER)
TWICE = 2
Look = Callable[[Settings, Deployed], tuple[Seen, ...]]
_failing: dict[str, int] = {}
"""how often in a row an application of a county did not answer"""
_ends: dict[str, datetime] = {}
"""when the first certificate of an application ends, as last seen"""
_rounds: dict[str, threading.Thread] = {}


def begin(settings: Settings, engine: Engine, county: County) -> None:
    """Look at all applications in a thread of its own, unless the last one still looks."""
    name = str(settings.county)
    if name in _rounds and _rounds[name].is_alive():
        return
    _rounds[name] = threading.Thread(target=look, args=(settings, engine, county), daemon=True, name="applications")
    _rounds[name].start()


def look(settings: Settings, engine: Engine, county: County, ask: Look = health.look) -> None:
    """Look at every application that is deployed, and keep what has changed."""
    known, _problems = readable(settings.county)
    try:
        found = deployable(county, known).values()
        for one in found:
            stands = state.of(engine, one.id)
            if stands.deployed:
                _judge(settings, engine, one, stands.down, ask(settings, one), works.covered(engine))
    except CountyError:  # a description that is wrong, or a twin that is gone: every command says so
        return


def ends(settings: Settings, application: str) -> datetime | None:
    """Return when an application's first certificate ends; None while nobody looked."""
    return _ends.get(f"{settings.county}:{application}")


def _judge(
    settings: Settings, engine: Engine, one: Deployed, was_down: bool, seen: tuple[Seen, ...], planned: frozenset[str]
) -> None:
    key, words = f"{settings.county}:{one.id}", looks.complaint(seen)
    if found := [each.ends for each in seen if each.ends]:
        _ends[key] = min(found)
    with transaction(engine) as session:
        looks.keep(session, one.id, seen, clock.now())
    counts = words and not planned.intersection(one.application.hosts)
    _failing[key] = _failing.get(key, 0) + 1 if counts else 0
    if not words and was_down:
        _record(engine, one, AppTag.UP, {"words": ""})
    elif _failing[key] >= TWICE and not was_down:
        _record(engine, one, AppTag.DOWN, {"words": words, "fault": _filed(engine, one, words)})


def _filed(engine: Engine, one: Deployed, words: str) -> int | None:
    """Open a fault of the unit that the application belongs to; None where nobody keeps faults: it is down anyway."""
    title = translate(_("the application {name} does not work"), name=one.application.name)
    with suppress(CountyError):
        return faultdesk.file(engine, one.application.owner, title, words, ACTOR)
    return None


def _record(engine: Engine, one: Deployed, tag: AppTag, said: dict[str, JSON]) -> None:
    with transaction(engine) as session:
        record(session, tag, ACTOR.name, subject(one.id), {"action": "watch", **said})
