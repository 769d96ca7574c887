"""What the pages about playbooks ask: the descriptions, runs, and who may do what with one now.

The rules are the runner's (`playbooks.runner`): this only asks them in the name of whoever is signed in. A county's
file of playbooks is read again when it changed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from sqlalchemy import Engine

from countynet import clock
from countynet.errors import BadInput, NotAllowed, Problem
from countynet.people import Actor
from countynet.settings import Settings
from countynet.vocabulary import Role
from dashboard.runs.schedules.service import Schedules
from dashboard.stream import News
from dashboard.users.model import Person
from inventory.model import County
from playbooks.runner import book, catalogue, form, frozen, reserved, states
from playbooks.runner.defaults import Found, bound
from playbooks.runner.model import Field, Playbook
from playbooks.runner.run import Line, Run
from playbooks.runner.show import line as said
from playbooks.runner.states import AGREED, RunState

MOST = 20_000
"""lines of a run that a page reads; 120 hosts and 40 tasks are 4,840"""
BATCH = 2_000
"""lines that one step of a stream tells"""
SOON = timedelta(minutes=1)
"""how long a queued run is expected to begin at any moment"""
UNDER_WAY = frozenset({RunState.QUEUED, RunState.RUNNING})
FAILED = frozenset({RunState.FAILED, RunState.CANCELLED, RunState.BROKEN})


@dataclass(frozen=True)
class Runs:
    """The playbooks of a county and their runs."""

    settings: Settings
    engine: Engine

    @property
    def schedules(self) -> Schedules:
        """What the same playbooks are run by the calendar."""
        return Schedules(self.settings, self.engine)

    def playbooks(self, person: Person) -> Sequence[Playbook]:
        """Return the playbooks that somebody is shown. Raises BadInput for a county's file that is wrong."""
        found = _catalogue(self.settings.county, _stamp(self.settings.county))
        return [playbook for playbook in found.values() if states.may_see(playbook, actor(person))]

    def playbook(self, name: str) -> Playbook | None:
        """Return a playbook by its id, None when there is none. Raises BadInput as `playbooks` does."""
        return _catalogue(self.settings.county, _stamp(self.settings.county)).get(name)

    def took(self) -> Mapping[str, float]:
        """Return of every playbook the seconds of its last run that changed and ended well."""
        return book.took(self.engine)

    def latest(self, person: Person) -> Mapping[str, Run]:
        """Return the last run of every playbook that somebody may see."""
        return {name: run for name, run in book.latest(self.engine).items() if run.seen_by(actor(person))}

    def offered(self, person: Person, playbook: Playbook) -> tuple[Field, ...]:
        """Return the fields of the launch form that are this person's to fill in; none for who may not start it."""
        return form.offered(playbook, actor(person)) if actor(person).role in playbook.may_run else ()

    def may_start(self, person: Person, playbook: Playbook) -> bool:
        """Whether somebody may start a playbook."""
        return person.role in playbook.may_run

    def touches(self, person: Person, county: County, playbook: Playbook, given: Mapping[str, str]) -> tuple[str, ...]:
        """Return the devices and servers that a run would lay hold of. Raises BadInput, NotAllowed."""
        look_up = bound(self.settings, county, playbook)
        values = form.filled(playbook, given, county, actor(person), look_up)
        return book.touches(self.settings, county, playbook, values, actor(person))

    def defaults(
        self, person: Person, county: County, playbook: Playbook, given: Mapping[str, str]
    ) -> Mapping[str, Found]:
        """Return the default of every field to which nothing was given, or why it has none."""
        return form.defaults(playbook, given, county, actor(person), bound(self.settings, county, playbook))

    def closed(self, person: Person, county: County, playbook: Playbook) -> frozenset[str]:
        """Return the applications and hosts that a playbook's form does not offer somebody."""
        if not playbook.program.startswith(reserved.SERVERS):
            return frozenset()
        found = reserved.closed(self.settings, county, person.role)
        return frozenset(found) | {host for application in found.values() for host in application.hosts}

    def ask(self, person: Person, county: County, playbook: Playbook, given: Mapping[str, str]) -> int:
        """Ask for a look, or the run where the playbook cannot look; return its number. Raises BadInput, NotAllowed."""
        try:
            return book.ask(self.settings, self.engine, county, playbook.id, given, actor(person)).number
        except BadInput as error:
            raise BadInput(
                [*error.problems, *_beyond(self.settings, playbook, given, county, actor(person), error)]
            ) from error

    def newest(
        self, person: Person, limit: int, playbook: str = "", asker: str = "", state: str = "", before: int = 0
    ) -> tuple[Run, ...]:
        """Return the newest runs that somebody is shown, those before one where it is given, without their hosts."""
        return book.newest(self.engine, actor(person), limit, playbook, asker, state, before)

    def waiting(self, person: Person) -> tuple[Run, ...]:
        """Return the runs that wait for this person's approval, the newest first; never their own."""
        if person.role is not Role.CENTER:
            return ()
        return tuple(
            run
            for run in self.newest(person, 50, state=RunState.WAITING.value)
            if "approve" in self.possible(person, run)
        )

    def awaited(self, person: Person) -> int:
        """Return how many runs wait for this person's approval, for the front pages."""
        return len(self.waiting(person))

    def get(self, number: int) -> Run | None:
        """Return a run with its hosts; None when there is none of that number."""
        try:
            return book.get(self.engine, number)
        except BadInput:
            return None

    def lines(self, number: int) -> tuple[Line, ...]:
        """Return what a run said, oldest first."""
        return book.lines(self.engine, number, limit=MOST)

    def standing(self, numbers: Sequence[int]) -> Mapping[int, tuple[RunState, bool]]:
        """Return the states of runs, and whether each only looks."""
        return book.standing(self.engine, numbers)

    def tallies(self, number: int) -> Mapping[str, Mapping[str, int]]:
        """Return by task how many hosts came out of it how."""
        return book.tallies(self.engine, number)

    def news(self, number: int, after: int, fits: Callable[[Line], bool]) -> News:
        """Return what a run said after a line, for `dashboard.stream.follow`; only what fits."""
        busy = streams(book.get(self.engine, number))
        fresh = book.lines(self.engine, number, after, BATCH)
        return News(tuple((line.number, said(line)) for line in fresh if fits(line)), busy or len(fresh) == BATCH)

    def possible(self, person: Person, run: Run, now: datetime | None = None) -> frozenset[str]:
        """Return which of go, again, approve, refuse and cancel a person may do with a run now."""
        who = actor(person)
        mine = _allows(lambda: states.may_touch(who, run.asker.name))
        starts = mine and person.role in run.playbook.may_run and _allows(lambda: self._theirs(run, who))
        fresh = run.ended is not None and (now or clock.now()) - run.ended <= AGREED
        agrees = run.state is RunState.WAITING and _allows(lambda: states.may_agree(who, run.asker.name))
        found = {
            "go": starts and run.looks and run.state is RunState.DONE and fresh,
            "again": starts and run.state in FAILED,
            "approve": agrees,
            "refuse": agrees,
            "cancel": mine and not run.over and not run.cancelled_by,
        }
        return frozenset(name for name, may in found.items() if may)

    def _theirs(self, run: Run, who: Actor) -> None:
        if run.state in FAILED or (run.looks and run.state is RunState.DONE):
            reserved.may_follow(self.settings, run, who)

    def forms(self, person: Person, run: Run) -> tuple[str, ...]:
        """Return what of it a person may do with a run in some state of it, now or later."""
        mine = _allows(lambda: states.may_touch(actor(person), run.asker.name))
        agrees = _allows(lambda: states.may_agree(actor(person), run.asker.name))
        return (*(("go", "again", "cancel") if mine else ()), *(("approve",) if agrees else ()))

    def go(self, person: Person, number: int) -> int:
        """Ask for the change that a look has shown; return its run. Raises NotAllowed, Conflict."""
        look = book.get(self.engine, number)
        reserved.may_follow(self.settings, look, actor(person))
        frozen.may_follow(self.settings, self.engine, look)
        return book.carry_out(self.engine, number, actor(person)).number

    def again(self, person: Person, number: int) -> int:
        """Ask for a run again where it failed; return the new run. Raises NotAllowed, Conflict."""
        before = book.get(self.engine, number)
        reserved.may_follow(self.settings, before, actor(person))
        if not before.looks:
            frozen.may_follow(self.settings, self.engine, before)
        return book.again(self.engine, number, actor(person)).number

    def approve(self, person: Person, number: int) -> None:
        """Agree to a run. Raises NotAllowed, Conflict."""
        book.approve(self.engine, number, actor(person))

    def refuse(self, person: Person, number: int, reason: str) -> None:
        """Refuse a run. Raises NotAllowed, Conflict, BadInput without a reason."""
        book.refuse(self.engine, number, actor(person), reason)

    def cancel(self, person: Person, number: int) -> None:
        """Cancel a run, or have one that runs stop. Raises NotAllowed, Conflict."""
        book.cancel(self.engine, number, actor(person))


def actor(person: Person) -> Actor:
    """Return a person as the runner's rules see one."""
    return Actor(person.login, person.role, person.unit)


def streams(run: Run) -> bool:
    """Whether a run is followed by a stream: while it runs, and at first while it is queued.

    One that waits long for a device is asked for from time to time: streams are few.
    """
    return run.state is RunState.RUNNING or (run.state is RunState.QUEUED and clock.now() - run.asked < SOON)


def _beyond(
    settings: Settings, playbook: Playbook, given: Mapping[str, str], county: County, who: Actor, error: BadInput
) -> Sequence[Problem]:
    """Return what is wrong with a form's target, which the runner looks at only once all values are right."""
    target = playbook.field(playbook.target or "")
    if target is None or any(problem.where in ("", target.name) for problem in error.problems):
        return ()
    looked = form.defaults(playbook, given, county, who, bound(settings, county, playbook)).get(target.name, Found())
    alone, named = playbook.model_copy(update={"fields": (target,)}), given.get(target.name) or looked.value
    try:
        values = form.filled(alone, {target.name: named} if named else {}, county, who)
        book.touches(settings, county, playbook, values, who)
    except BadInput as wrong:
        return wrong.problems
    except NotAllowed as wrong:
        return (Problem(wrong.message, wrong.values, where=target.name),)
    return ()


def _allows(rule: Callable[[], None]) -> bool:
    try:
        rule()
    except NotAllowed:
        return False
    return True


def _stamp(county: Path) -> int:
    own = county / catalogue.OWN
    return own.stat().st_mtime_ns if own.is_file() else 0


@lru_cache(maxsize=4)
def _catalogue(county: Path, _stamp: int) -> dict[str, Playbook]:
    return catalogue.catalogue(county)
