"""What the pages about schedules ask: schedules, when they are due, and who may do what with one now.

The rules are the runner's (`playbooks.runner.schedules`): this only asks them in the name of whoever is signed in.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from countynet import clock
from countynet.errors import BadInput, NotAllowed, Problem
from countynet.moments import moment
from countynet.people import Actor
from countynet.settings import Settings
from dashboard.users.model import Person
from inventory.calendar.present import known
from inventory.model import County
from playbooks.runner import book as runs
from playbooks.runner import form, states
from playbooks.runner.defaults import bound
from playbooks.runner.model import Playbook
from playbooks.runner.schedules import book, days
from playbooks.runner.schedules.rhythm import Rhythm
from playbooks.runner.schedules.schedule import Schedule, Turn
from playbooks.runner.schedules.written import rhythm

WORDS = ("every", "on", "at", "until", "from")
"""what is said of a rhythm, in the order of the form"""
AHEAD, PAST = 5, 50
"""times that are shown of a schedule: to come, and past"""


@dataclass(frozen=True)
class Schedules:
    """The schedules of a county."""

    settings: Settings
    engine: Engine

    def shown(self, person: Person, playbook: str = "") -> tuple[Schedule, ...]:
        """Return the live schedules that somebody is shown, of one playbook where given, the next that is due first."""
        found = book.shown(self.engine, _actor(person))
        return tuple(sorted((s for s in found if playbook in ("", s.playbook.id)), key=lambda s: (s.due, s.number)))

    def get(self, number: int) -> Schedule | None:
        """Return a schedule, None when there is none of that number."""
        try:
            return book.get(self.engine, number)
        except BadInput:
            return None

    def turns(self, number: int) -> tuple[Turn, ...]:
        """Return the times that it was due, the newest first."""
        return book.turns(self.engine, number, PAST)

    def next_times(self, schedule: Schedule) -> tuple[datetime, ...]:
        """Return the times at which it is due next; none of one that has been ended."""
        if schedule.ended:
            return ()
        later = days.after(schedule.rhythm, schedule.due, known(self.settings.county), AHEAD - 1)
        return (schedule.due, *later)

    def notes(self, schedule: Schedule) -> tuple[str, ...]:
        """Return what has to be known of when it is due."""
        return tuple(days.notes(schedule, known(self.settings.county)))

    def awaited(self, person: Person) -> tuple[Schedule, ...]:
        """Return the schedules that wait for this person's agreement."""
        return tuple(one for one in self.shown(person) if self.waits(one) and "approve" in self.possible(person, one))

    def waits(self, schedule: Schedule) -> bool:
        """Whether it changes nothing until the center agrees."""
        return not schedule.ended and not schedule.agreed(clock.now())

    def possible(self, person: Person, schedule: Schedule) -> frozenset[str]:
        """Return which of approve and end a person may do with a schedule now."""
        if schedule.ended:
            return frozenset()
        who, maker = _actor(person), schedule.maker.name
        agrees = schedule.playbook.approval and _allows(states.may_agree, who, maker)
        ends = _allows(states.may_touch, who, maker)
        return frozenset(name for name, may in (("approve", agrees), ("end", ends)) if may)

    def make(
        self, person: Person, county: County, playbook: Playbook, given: Mapping[str, str], words: Mapping[str, str]
    ) -> int:
        """Make a schedule; return its number. Raises BadInput with all that is wrong, NotAllowed, Conflict."""
        found, problems = _rhythm(words)
        try:
            values = form.filled(playbook, given, county, _actor(person), bound(self.settings, county, playbook))
            runs.touches(self.settings, county, playbook, values, _actor(person))
        except BadInput as error:
            problems += error.problems
        if found is None or problems:
            raise BadInput(problems)
        return book.make(self.settings, self.engine, county, playbook.id, given, found, _actor(person)).number

    def end(self, person: Person, number: int) -> None:
        """End a schedule. Raises NotAllowed, Conflict."""
        book.end(self.engine, number, _actor(person))

    def approve(self, person: Person, number: int, until: str) -> None:
        """Agree to a schedule until the end of a day. Raises NotAllowed, Conflict, BadInput for what is no such day."""
        book.approve(self.engine, number, moment(until, "--until", end_of_day=True), _actor(person))


def _rhythm(words: Mapping[str, str]) -> tuple[Rhythm | None, list[Problem]]:
    """Return the rhythm that was written, or what is wrong with it."""
    every, on, at, until, first = (words.get(name, "") for name in WORDS)
    try:
        return rhythm(every, on, at, until, first, clock.today()), []
    except BadInput as error:
        return None, list(error.problems)


def _allows(rule: Callable[[Actor, str], None], who: Actor, name: str) -> bool:
    try:
        rule(who, name)
    except NotAllowed:
        return False
    return True


def _actor(person: Person) -> Actor:
    return Actor(person.login, person.role, person.unit)
