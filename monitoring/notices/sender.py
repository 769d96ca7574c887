"""The sender: in the worker's process, called once a second; each recipient's message goes in a thread of its own.

It is not a job: jobs run one at a time, and a plan that is applied for an hour must not keep an alarm from anybody. It
is not in the poller, which stands in the twin's network. A slow server keeps only its own recipient waiting; at most
THREADS messages are under way. One worker runs per county (its lock), so one sender does.
"""

import logging
import threading
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache, partial
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from countynet import clock
from countynet.errors import BadInput
from countynet.settings import Settings
from inventory import load_county
from inventory.calendar.model import load as load_calendar
from monitoring.notices import outbox
from monitoring.notices.deliver import Outcome, deliver
from monitoring.notices.hints import hints
from monitoring.notices.model import NoticeState, Recipient, Rules, load
from monitoring.notices.ticking import Ticking
from monitoring.notices.words import Item, Message, compose

THREADS = 8
LOOK = timedelta(seconds=10)
_log = logging.getLogger(__name__)


class Sender:
    """A county's sender."""

    def __init__(self, settings: Settings, engine: Engine) -> None:
        self._settings, self._engine = settings, engine
        self._under_way: dict[str, threading.Thread] = {}
        self._standing: object = None
        self._looked = datetime.min.replace(tzinfo=UTC)
        outbox.begin(engine)

    def step(self, now: datetime) -> int:
        """Queue what is to be told, and begin to send what is ready; return how many messages were begun.

        Raises BadInput for rules or a calendar that are wrong: then nothing is sent and nothing is lost.
        """
        if outbox.idle(self._engine):
            return 0
        rules = load(self._settings.county)
        if rules is None:
            outbox.forget(self._engine)
            return 0
        self._queue(rules, now)
        return sum(self._begin(rules, recipient, now) for recipient in rules.recipients)

    def _queue(self, rules: Rules, now: datetime) -> None:
        """Queue what is to be told: at once when an alarm opened or closed, for the sake of the clock every LOOK."""
        standing = outbox.standing(self._engine)
        if (standing, rules) == self._standing and now < self._looked + LOOK:
            return
        outbox.queue(self._engine, rules, load_calendar(self._settings.county), places(self._settings.county), now)
        self._standing, self._looked = (standing, rules), now

    def wait(self, seconds: float | None = None) -> None:
        """Wait until what is under way is through."""
        for thread in list(self._under_way.values()):
            thread.join(seconds)

    def _begin(self, rules: Rules, recipient: Recipient, now: datetime) -> bool:
        self._under_way = {name: thread for name, thread in self._under_way.items() if thread.is_alive()}
        if recipient.name in self._under_way or len(self._under_way) >= THREADS:
            return False
        taken = outbox.take(self._engine, recipient, now)
        if taken is None:
            return False
        work = partial(self._send, rules, recipient, taken)
        thread = threading.Thread(target=work, name=f"notice to {recipient.name}", daemon=True)
        self._under_way[recipient.name] = thread
        thread.start()
        return True

    def _send(self, rules: Rules, recipient: Recipient, taken: outbox.Taken) -> None:
        def make() -> Message:
            return compose(county_name(self._settings.county), taken.items, self._hints(taken.items))

        try:
            number = "-".join(str(n) for n in (taken.notices[0], taken.notices[-1]))
            outcome = deliver(self._settings, rules.channel(recipient), recipient, make, number)
        except Exception as error:  # what was under way is settled whatever happens
            outcome = Outcome(NoticeState.DOUBTFUL, type(error).__name__)
        if outcome.state is not NoticeState.SENT:
            _log.warning("notices %s to %s: %s, %s", taken.notices, recipient.name, outcome.state, outcome.said)
        self._settle(recipient, taken, outcome)

    def _hints(self, items: Sequence[Item]) -> tuple[str, ...]:
        """Return what may help; nothing, rather than no notice, when the database is busy."""
        try:
            return hints(self._engine, items)
        except SQLAlchemyError as error:
            _log.warning("no hints: %s", error)
            return ()

    def _settle(self, recipient: Recipient, taken: outbox.Taken, outcome: Outcome) -> None:
        """Keep how it went, however busy the database is for a while."""
        for pause in (0.5, 2.0, 10.0, 0.0):
            try:
                outbox.settle(self._engine, taken.notices, outcome, clock.now())
                return
            except OperationalError as error:
                _log.warning("notices to %s: %s could not be kept: %s", recipient.name, outcome.state, error.orig)
                time.sleep(pause)


_senders = Ticking(Sender)


def tick(settings: Settings, engine: Engine, now: datetime) -> None:
    """Tell what is to be told. The worker's clockwork calls this.

    Raises CountyError with every problem in its words, which the clockwork logs once, for rules that are wrong.
    """
    _senders.tick(settings, engine, now)


def places(county: Path) -> Mapping[str, str]:
    """Return the site of each device and unit that has one; none while the inventory is not valid."""
    return _places(county, _stamp(county))


def county_name(county: Path) -> str:
    """Return the county's name, for a message's head."""
    return _name(county, _stamp(county))


def _stamp(county: Path) -> tuple[tuple[str, int], ...]:
    return tuple((file.name, file.stat().st_mtime_ns) for file in sorted(county.glob("*.yml")))


@lru_cache(maxsize=2)
def _places(county: Path, _stamp: tuple[tuple[str, int], ...]) -> Mapping[str, str]:
    try:
        loaded = load_county(county)
    except BadInput:
        return {}
    sites = {building.id: building.site or "" for building in loaded.buildings}
    found = {device.name: sites.get(device.building, "") for device in loaded.devices}
    return found | {unit.id: sites.get(unit.building, "") for unit in loaded.units}


@lru_cache(maxsize=2)
def _name(county: Path, _stamp: tuple[tuple[str, int], ...]) -> str:
    try:
        return load_county(county).plan.name
    except BadInput:
        return "countynet"
