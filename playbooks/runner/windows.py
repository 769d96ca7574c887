"""Work windows of runs: a change that cuts something off announces itself for as long as it runs (`countynet.works`).

The window is opened by the run when it is about to touch the first device, so that one that only makes a plan and waits
for approvals announces nothing; it names the devices and servers that are cut off, no others. It is closed where the
run ends, and by the dispatcher for a run that is gone, however it ended. A schedule's window, announced before, goes on
as its run's. That no window could be announced is said in the run's log and holds nothing up.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Engine

from countynet import clock, works
from countynet.db import reading
from countynet.errors import CountyError
from countynet.i18n import _, translate, translate_error
from countynet.moments import shown
from countynet.settings import Settings
from inventory.model import County
from playbooks.present import present_county
from playbooks.runner import form
from playbooks.runner.model import Playbook
from playbooks.runner.programs.targets import devices_of
from playbooks.runner.schedules import store as schedules
from playbooks.runner.states import UNENDED
from playbooks.runner.store import RunRow, states
from playbooks.servers.run import Heard

KIND, WORKER = "run:", "schedule"
_log = logging.getLogger(__name__)
NAMED = 12
"""units that a run's log names"""
OPENED = _("work window {window} is announced until {until}; units that it touches: {units}")
NOT_OPENED = _("no work window could be announced: {why}")
NOT_CLOSED = _("the work window could not be closed, the worker tries again: {why}")


def meant(county: County, playbook: Playbook, values: Mapping[str, str], targets: Sequence[str]) -> tuple[str, ...]:
    """Return the devices and servers that a change cuts off: what its target means, of that what it lays hold of."""
    named = form.targets(playbook, values)
    target = playbook.field(playbook.target) if playbook.target else None
    if target is None or not named:
        return tuple(targets)
    if target.kind == "application":
        named = tuple(host for a in county.applications if a.id in named for host in a.hosts)
    elif target.kind != "host":
        named = devices_of(county, playbook, named)
    return tuple(name for name in named if name in targets) or named


def reason(playbook: Playbook, what: str) -> str:
    """Return what units are told, in both languages."""
    return f"{playbook.title} {playbook.title_en} ({what})"


class Cutting:
    """A run's window: opened once by what its program calls before it cuts something off, closed at the block's end."""

    def __init__(self, settings: Settings, engine: Engine, row: RunRow, say: Callable[[Heard], None]) -> None:
        self._settings, self._engine, self._row, self.say = settings, engine, row, say
        self._playbook = Playbook.model_validate(row.description)
        self._values = {name: str(value) for name, value in row.given.items()}
        self._open = False

    def cuts(self, names: Sequence[str] = ()) -> None:
        """Announce it for the devices and servers named, else for what the target means."""
        if self._open or self._row.looks or not self._playbook.cuts(self._values):
            return
        self._open = True
        try:
            self._announce(names)
        except CountyError as error:
            self.say(Heard(translate(NOT_OPENED, why=translate_error(error))))

    def __enter__(self) -> None:
        """Open nothing yet."""

    def __exit__(self, *_error: object) -> None:
        """End the window, where one was opened."""
        if not self._open:
            return
        try:
            works.over(self._settings, self._engine, subject(self._row.id), self._row.actor)
        except CountyError as error:
            self.say(Heard(translate(NOT_CLOSED, why=translate_error(error))))

    def _announce(self, names: Sequence[str]) -> None:
        row, now = self._row, clock.now()
        found = names or meant(present_county(self._settings), self._playbook, self._values, row.targets)
        end = (row.started or now) + timedelta(minutes=self._playbook.minutes)
        work = works.Work(subject(row.id), tuple(found), now, end, reason(self._playbook, f"run {row.id}"), row.actor)
        with reading(self._engine) as session:
            turn = schedules.turn_of(session, row.id)
            before = of_turn(turn.schedule, turn.due) if turn else ""
        window = works.announce(self._settings, self._engine, work, before)
        if window is not None:
            units = ", ".join(window.units[:NAMED]) + (" …" if len(window.units) > NAMED else "")
            words = translate(OPENED, window=window.number, until=shown(window.end), units=units or "-")
            self.say(Heard(words))


def sweep(settings: Settings, engine: Engine) -> None:
    """End the windows of runs that have ended without doing so; what cannot be ended now is tried again."""
    open_ = {int(one.removeprefix(KIND)): one for one in works.standing(engine, KIND)}
    if not open_:
        return
    with reading(engine) as session:
        unended = {number for number, state in states(session, list(open_)).items() if state in UNENDED}
    for number in open_.keys() - unended:
        try:
            works.over(settings, engine, open_[number], WORKER)
        except CountyError as error:
            _log.warning("%s", error)


def subject(number: int) -> str:
    """Return as what a run's window is announced."""
    return f"{KIND}{number}"


def of_turn(schedule: int, due: datetime) -> str:
    """Return as what the window of a schedule's time is announced before its run begins."""
    return f"schedule:{schedule}@{due:%Y%m%dT%H%M}"
