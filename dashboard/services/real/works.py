"""Work windows of the network out of `monitoring.windows`."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from countynet import clock
from countynet.db import reading
from countynet.errors import BadInput, Problem
from countynet.i18n import describe, translate
from countynet.people import Actor
from dashboard.services.protocols import CountySource
from dashboard.services.works import WorkPreview, WorkView, WorkWords
from dashboard.users.model import Person
from monitoring.detect.topology import Topology, topology
from monitoring.windows import book, model, store
from monitoring.windows.model import Window

FIELDS = {"--device": "devices", "--from": "start", "--to": "end", "--reason": "reason"}
"""a field of the page by the option that a problem names"""


@dataclass(frozen=True)
class RealWorks:
    """The `Works` protocol."""

    engine: Engine
    source: CountySource

    def all(self, past: int) -> Sequence[WorkView]:
        """Return those that run or are to come, then some that are over."""
        now = clock.now()
        with reading(self.engine) as session:
            standing = store.standing(session, now)
            known = {window.number for window in standing}
            newest = [w for w in store.newest(session, past + len(standing)) if w.number not in known][:past]
        return [_view(window, now) for window in (*standing, *newest)]

    def get(self, number: int) -> WorkView | None:
        """Return one."""
        with reading(self.engine) as session:
            found = book.get(session, number)
        return None if found is None else _view(found, clock.now())

    def devices(self) -> Sequence[str]:
        """Return the names of all devices."""
        return sorted(device.name for device in self.source.county().devices)

    def preview(self, words: WorkWords, number: int = 0) -> WorkPreview:
        """Return what a window would cover, or what is wrong with it."""
        way, now, devices = self._topology(), clock.now(), names(words.devices)
        with reading(self.engine) as session:
            before = book.get(session, number) if number else None

            def judged(start: datetime, end: datetime) -> None:
                if before is None:
                    model.judge(devices, start, end, words.reason, way.watched, now)
                else:
                    model.judge_change(before, devices, start, end, words.reason, way.watched, now)

            problems, times = _problems(words, devices, way, judged)
            if problems or times is None:
                return WorkPreview(problems=problems)
            covered, units = book.preview(session, way, devices, *times, number)
        return WorkPreview(sorted(covered), sorted(units))

    def announce(self, person: Person, words: WorkWords) -> int:
        """Announce a window."""
        book.may(Actor(person.login, person.role, person.unit))
        start, end = model.read(words.start, words.end, clock.now())
        return book.add(
            self.engine, self._topology(), names(words.devices), start, end, words.reason, person.login
        ).number

    def change(self, person: Person, number: int, words: WorkWords) -> None:
        """Change a window."""
        book.may(Actor(person.login, person.role, person.unit))
        start, end = model.read(words.start, words.end, clock.now())
        way = self._topology()
        book.change(self.engine, way, number, names(words.devices), start, end, words.reason, person.login)

    def end(self, person: Person, number: int) -> None:
        """Withdraw a window, or end it."""
        book.may(Actor(person.login, person.role, person.unit))
        book.remove(self.engine, self._topology(), number, person.login)

    def _topology(self) -> Topology:
        return topology(self.source.county())


def names(text: str) -> list[str]:
    """Return the names in a text: separated by spaces, commas or line ends, Chinese ones too."""
    return [name for name in re.split(r"[\s,;，、；]+", text) if name]


def _problems(
    words: WorkWords, devices: Sequence[str], way: Topology, judged: Callable[[datetime, datetime], None]
) -> tuple[dict[str, str], tuple[datetime, datetime] | None]:
    """Return everything that is wrong by field, and the times when they can be read."""
    times, found = None, list[Problem]()
    try:
        times = model.read(words.start, words.end, clock.now())
        judged(*times)
    except BadInput as error:
        found += error.problems
    if times is None:
        far = clock.now() + model.GRACE
        try:
            model.judge(devices, far, far + model.GRACE, words.reason, way.watched, clock.now())
        except BadInput as error:
            found += error.problems
    texts: dict[str, list[str]] = {}
    for problem in found:
        bare = Problem(problem.message, problem.values, found=problem.found, wanted=problem.wanted)
        texts.setdefault(FIELDS.get(problem.where, ""), []).append(describe(bare))
    return {field: " ".join(said) for field, said in texts.items()}, times


def _view(window: Window, now: datetime) -> WorkView:
    state = window.state(now)
    says = translate(model.STATES[state])
    return WorkView(
        window.number,
        window.devices,
        window.start,
        window.until,
        window.reason,
        window.login,
        state,
        says,
        window.units,
    )
