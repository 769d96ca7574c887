"""The sender: in the worker's process, called once a second; each recipient's message goes in a thread of its own.

It knows nothing of what it tells. Quiet hours and digests are not asked: what other rooms write waits for nobody
(`countynet.tellings`). A name that nobody here can reach is said on the telling itself, at once.
"""

import logging
import threading
import time
from collections.abc import Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from countynet import clock
from countynet.errors import CountyError
from countynet.i18n import _, set_language, translate, translate_error
from countynet.settings import Settings
from countynet.tellings import UNIT, Telling
from inventory import load_county
from monitoring.faults.config import load as load_units
from monitoring.faults.telling.sender import recipient
from monitoring.notices.deliver import Outcome, deliver
from monitoring.notices.model import NoticeState, Recipient, Rules
from monitoring.notices.model import load as load_rules
from monitoring.notices.sender import county_name
from monitoring.notices.ticking import Ticking
from monitoring.notices.words import Message
from monitoring.tellings import outbox

THREADS = 8
_log = logging.getLogger(__name__)


class Teller:
    """A county's sender of what other rooms wrote."""

    def __init__(self, settings: Settings, engine: Engine) -> None:
        self._settings, self._engine = settings, engine
        self._under_way: dict[str, threading.Thread] = {}
        outbox.begin(engine)

    def step(self, now: datetime) -> int:
        """Begin to send what is due; return how many messages were begun.

        Raises BadInput for files that are wrong: then nothing is sent and nothing is lost.
        """
        if outbox.idle(self._engine, now):
            return 0
        rules = load_rules(self._settings.county) or Rules()
        return sum(iter(lambda: self._begin(rules, now), False))

    def wait(self, seconds: float | None = None) -> None:
        """Wait until what is under way is through."""
        for thread in list(self._under_way.values()):
            thread.join(seconds)

    def _begin(self, rules: Rules, now: datetime) -> bool:
        self._under_way = {name: thread for name, thread in self._under_way.items() if thread.is_alive()}
        if len(self._under_way) >= THREADS:
            return False
        rows = outbox.take(self._engine, self._under_way, now)
        if not rows:
            return False
        name = rows[0].recipient
        thread = threading.Thread(target=self._send, args=(rules, rows), name=f"telling {name}", daemon=True)
        self._under_way[name] = thread
        thread.start()
        return True

    def _send(self, rules: Rules, rows: Sequence[Telling]) -> None:
        name, number = rows[0].recipient, f"t{rows[0].id}-{rows[-1].id}"
        set_language(self._settings.language)
        try:
            who = self._who(rules, name)
            if who is None:
                outcome = Outcome(NoticeState.FAILED, translate(_("the county's notices know nobody of this name")))
            else:
                make = partial(compose, county_name(self._settings.county), rows)
                outcome = deliver(self._settings, rules.channel(who), who, make, number)
        except CountyError as error:  # a file is wrong now: it may be right later
            outcome = Outcome(NoticeState.QUEUED, translate_error(error))
        except Exception as error:  # what was under way is settled whatever happens
            outcome = Outcome(NoticeState.DOUBTFUL, type(error).__name__)
        if outcome.state is not NoticeState.SENT:
            _log.warning("tellings %s to %s: %s", number, name, outcome.state)
        self._settle(rows, outcome)

    def _who(self, rules: Rules, name: str) -> Recipient | None:
        """Return who a name is; for a unit its information officer, or as faults.yml says."""
        if not name.startswith(UNIT):
            return rules.recipient(name)
        county = load_county(self._settings.county)
        unit = county.unit_by_id.get(name.removeprefix(UNIT))
        return recipient(rules, load_units(self._settings.county).of(unit.id), unit) if unit else None

    def _settle(self, rows: Sequence[Telling], outcome: Outcome) -> None:
        """Keep how it went, however busy the database is for a while."""
        for pause in (0.5, 2.0, 10.0, 0.0):
            try:
                outbox.settle(self._engine, [row.id for row in rows], outcome, clock.now())
                return
            except OperationalError as error:
                _log.warning("tellings to %s: %s could not be kept: %s", rows[0].recipient, outcome.state, error.orig)
                time.sleep(pause)


def compose(county: str, rows: Sequence[Telling]) -> Message:
    """Return what a recipient is told, in the language of the context."""
    lines = tuple(" ".join(row.text.split()) for row in rows)
    head = lines[0] if len(lines) == 1 else translate(_("urgent: {count} messages"), count=len(lines))
    return Message(f"[{county}] {head}", lines)


_tellers = Ticking(Teller)


def tick(settings: Settings, engine: Engine, now: datetime) -> None:
    """Tell what is to be told. The worker's clockwork calls this.

    Raises CountyError with every problem in its words, which the clockwork logs once, for files that are wrong.
    """
    _tellers.tick(settings, engine, now)
