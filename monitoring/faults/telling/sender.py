"""Sends units' notices: in the worker's process, called once a second; each unit's message in a thread of its own.

The channels, the vault and what an answer means are those of `monitoring.notices`. A slow gateway keeps only the unit
that it is to tell; at most THREADS messages are under way. Rules that are wrong stop it, and nothing is lost.
"""

import logging
import threading
import time
from collections.abc import Mapping
from datetime import datetime
from functools import partial

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from countynet import clock
from countynet.db import reading
from countynet.i18n import CHINESE, language, set_language, translate
from countynet.moments import shown
from countynet.settings import Settings
from inventory import load_county
from inventory.model import County, Unit
from monitoring.faults.clocks import PauseReason
from monitoring.faults.config import COUNTY, FaultRules, UnitNotice, load
from monitoring.faults.show import REASONS
from monitoring.faults.telling import outbox, store
from monitoring.faults.telling.outbox import Step, Taken
from monitoring.faults.telling.templates import DEFAULTS, fill
from monitoring.notices.deliver import Outcome, deliver
from monitoring.notices.model import NoticeState, Quiet, Recipient, Rules
from monitoring.notices.model import load as load_notices
from monitoring.notices.sender import county_name
from monitoring.notices.ticking import Ticking
from monitoring.notices.words import Message

THREADS = 8
_log = logging.getLogger(__name__)


class Teller:
    """A county's sender of units' notices."""

    def __init__(self, settings: Settings, engine: Engine) -> None:
        self._settings, self._engine = settings, engine
        self._under_way: dict[str, threading.Thread] = {}
        self._seen = outbox.begin(engine)
        self._read: tuple[object, tuple[Rules, FaultRules, County]] | None = None

    def step(self, now: datetime) -> int:
        """Queue what happened, begin to send what is due; return how many messages were begun.

        Raises BadInput for files that are wrong: then nothing is sent and nothing is lost.
        """
        if not (self._settings.county / COUNTY).is_file():  # nobody is told, and nobody will be told of it later
            self._seen = outbox.newest(self._engine)
            return 0
        rules, ours, county = self._files()
        known = {unit.id: unit for unit in county.units}

        def reached(unit: str) -> bool:
            return unit in known and recipient(rules, ours.of(unit), known[unit]) is not None

        def quiet(unit: str) -> Quiet | None:
            found = recipient(rules, ours.of(unit), known[unit]) if unit in known else None
            return found.quiet if found else None

        self._seen = outbox.queue(self._engine, self._seen, reached, quiet, now)
        return sum(iter(lambda: self._begin(rules, ours, known, now), False))

    def wait(self, seconds: float | None = None) -> None:
        """Wait until what is under way is through."""
        for thread in list(self._under_way.values()):
            thread.join(seconds)

    def _files(self) -> tuple[Rules, FaultRules, County]:
        """Return notices' rules, faults' rules and the county, read anew when a file changed."""
        folder = self._settings.county
        files = [*sorted(folder.glob("*.yml")), *sorted((folder / "monitoring").glob("*.yml"))]
        stamp = tuple((str(file), file.stat().st_mtime_ns) for file in files)
        if self._read is None or self._read[0] != stamp:
            county = load_county(folder)
            rules = load_notices(folder) or Rules()
            self._read = stamp, (rules, load(folder, rules, [unit.id for unit in county.units]), county)
        return self._read[1]

    def _begin(self, rules: Rules, ours: FaultRules, known: Mapping[str, Unit], now: datetime) -> bool:
        self._under_way = {unit: thread for unit, thread in self._under_way.items() if thread.is_alive()}
        if len(self._under_way) >= THREADS:
            return False
        taken = outbox.take(self._engine, self._under_way, now)
        if taken is None:
            return False
        work = partial(self._send, rules, ours.of(taken.unit), known.get(taken.unit), taken)
        thread = threading.Thread(target=work, name=f"fault notice to {taken.unit}", daemon=True)
        self._under_way[taken.unit] = thread
        thread.start()
        return True

    def _send(self, rules: Rules, rule: UnitNotice | None, unit: Unit | None, taken: Taken) -> None:
        who = recipient(rules, rule, unit) if unit is not None else None
        try:
            if who is None or unit is None:
                outcome = Outcome(NoticeState.DROPPED, "")
            else:
                with reading(self._engine) as session:
                    own = store.sentences(session)
                set_language(who.language)
                message = compose(county_name(self._settings.county), unit, taken.steps, own)
                number = f"f{taken.notices[0]}-{taken.notices[-1]}"
                outcome = Outcome(NoticeState.DROPPED, "")
                if message is not None:
                    outcome = deliver(self._settings, rules.channel(who), who, lambda: message, number)
        except Exception as error:  # what was under way is settled whatever happens
            outcome = Outcome(NoticeState.DOUBTFUL, type(error).__name__)
        if outcome.state is not NoticeState.SENT:
            _log.warning("fault notices %s to %s: %s", taken.notices, taken.unit, outcome.state)
        self._settle(taken, outcome)

    def _settle(self, taken: Taken, outcome: Outcome) -> None:
        """Keep how it went, however busy the database is for a while."""
        for pause in (0.5, 2.0, 10.0, 0.0):
            try:
                outbox.settle(self._engine, taken.notices, outcome, clock.now())
                return
            except OperationalError as error:
                _log.warning("fault notices to %s: %s could not be kept: %s", taken.unit, outcome.state, error.orig)
                time.sleep(pause)


def recipient(rules: Rules, rule: UnitNotice | None, unit: Unit) -> Recipient | None:
    """Return where a unit is told; None when nothing says so, or it has no information officer."""
    if rule is None:
        return None
    if rule.recipient:
        return rules.recipient(rule.recipient)
    if unit.officer is None:
        return None
    number = "".join(letter for letter in unit.officer.telephone if letter.isdigit())
    return Recipient(name=unit.id, channel=rule.channel, to=(number,), language=rule.language, quiet=rule.quiet)


def compose(county: str, unit: Unit, steps: tuple[Step, ...], own: Mapping[tuple[str, str], str]) -> Message | None:
    """Return what a unit is told of some steps, in the language of the context; None when it is nothing."""
    lines = tuple(line for step in steps if (line := sentence(unit, step, own)))
    return Message(f"[{county}] {lines[0]}" if len(lines) == 1 else f"[{county}]", lines) if lines else None


def sentence(unit: Unit, step: Step, own: Mapping[tuple[str, str], str]) -> str:
    """Return one step in words: the center's sentence for it, else ours; empty when it is not to be told."""
    text = own.get((step.tag.value, language()), translate(DEFAULTS[step.tag]))
    reason = step.data.get("reason")
    values = {
        "unit": unit.name if language() == CHINESE else unit.name_en,
        "fault": str(step.fault),
        "at": shown(step.at),
        "title": step.title,
        "cause": str(step.data.get("cause", "")),
        "reason": translate(REASONS[PauseReason(reason)]) if reason else "",
    }
    return fill(text, values) if text else ""


_tellers = Ticking(Teller)


def tick(settings: Settings, engine: Engine, now: datetime) -> None:
    """Tell units what is to be told. The worker's clockwork calls this.

    Raises CountyError with every problem in its words, which the clockwork logs once, for files that are wrong.
    """
    _tellers.tick(settings, engine, now)
