"""One round with a platform: queue what changed here, pull what changed there, push what is due; and how it went.

Pull goes first, so that what they said is heard before it is answered. Only one round runs for a platform (a lock file
that the kernel frees when its holder dies). A platform that is away is asked again later, ever less often; nothing is
lost meanwhile.
"""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine

from countynet import clock
from countynet.db import reading, transaction
from countynet.errors import Conflict
from countynet.i18n import _, language, set_language
from countynet.secrets import Secrets
from countynet.settings import Settings
from inventory import load_county
from monitoring.bridge import store, turns
from monitoring.bridge.client import AwayError, Client, RefusedError
from monitoring.bridge.model import Bridge, Platform
from monitoring.bridge.pull import pull
from monitoring.bridge.push import BACKOFF, Done, Ground, push
from monitoring.bridge.turns import Way
from monitoring.faults.config import wave_of


@dataclass(frozen=True)
class Round:
    """How a round went."""

    platform: str
    well: bool
    said: str
    seconds: float
    done: Done

    def document(self) -> dict[str, Any]:
        """Return it as JSON."""
        counted = {name: value for name, value in asdict(self.done).items() if name != "said"}
        return {"platform": self.platform, "well": self.well, "said": self.said, "seconds": self.seconds, **counted}


def client(settings: Settings, platform: Platform) -> Client:
    """Return what asks a platform, its token read from the vault. Raises BadInput."""
    token = Secrets.load(settings).get(platform.token).get_secret_value().strip() if platform.token else ""
    return Client(platform, token, settings.county / platform.authorities if platform.authorities else None)


def run(settings: Settings, engine: Engine, bridge: Bridge, platform: Platform, again: bool = False) -> Round:
    """Make one round and return how it went. Raises BadInput for a missing secret, Conflict while another one runs.

    `again`: read their tickets from the first on.
    """
    began, done = time.monotonic(), Done()
    with lock(settings, platform), _speaking(platform.language):
        county, wave = load_county(settings.county), wave_of(settings.county)
        ground = Ground(engine, bridge, client(settings, platform), county, wave)
        said = _said(ground, done, clock.now(), again)
        _keep(engine, platform, said, clock.now(), done)
    return Round(
        platform.name, not said and not done.failed, said or done.said, round(time.monotonic() - began, 3), done
    )


def _said(ground: Ground, done: Done, now: datetime, again: bool) -> str:
    """Do it; return what ended it early, nothing when nothing did."""
    platform = ground.client.platform
    try:
        _feed(ground.engine, platform, now, again)
        if platform.pull:
            pull(ground, done)
            done.pulled = True
        _feed(ground.engine, platform, now, False)
        push(ground, now, done)
        done.pushed = True
    except (AwayError, RefusedError) as error:
        return error.said
    return ""


def _feed(engine: Engine, platform: Platform, now: datetime, again: bool) -> None:
    with reading(engine) as session:
        where = session.get(store.BridgePlace, platform.name)
        if where is not None and where.event == store.head(session) and not again:
            return
    with transaction(engine) as session:
        where = store.place(session, platform.name, now)
        store.feed(session, where, now)
        if again:
            where.updated = None


def failed(engine: Engine, platform: Platform, said: str) -> None:
    """Keep that a round could not begin, and try again later."""
    _keep(engine, platform, said, clock.now(), Done())


def _keep(engine: Engine, platform: Platform, said: str, now: datetime, done: Done) -> None:
    with transaction(engine) as session:
        where = store.place(session, platform.name, now)
        where.at, where.said = now, said[:300]
        where.attempts = where.attempts + 1 if said else 0
        if not said:
            where.well = now
        wait = max(BACKOFF[min(where.attempts, len(BACKOFF)) - 1], platform.every) if said else platform.every
        where.due = now + timedelta(seconds=wait)
        if done.pulled:
            turns.gone(session, platform.name, Way.PULL, done.reported + done.heard, now)
        if done.pushed:
            turns.gone(session, platform.name, Way.PUSH, done.created + done.changed, now)


@contextmanager
def lock(settings: Settings, platform: Platform) -> Iterator[None]:
    """Hold a platform's lock. Raises Conflict when another process does."""
    settings.state.mkdir(parents=True, exist_ok=True)
    with (settings.state / f"bridge-{platform.name}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Conflict(_("a round with {platform} is running already"), platform=platform.name) from None
        yield


@contextmanager
def _speaking(wanted: str) -> Iterator[None]:
    before = language()
    set_language(wanted)
    try:
        yield
    finally:
        set_language(before)
