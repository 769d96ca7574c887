"""A twin of a few units at which day-two playbooks are run as the runner runs them, and approved by others."""

import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine

from countynet import clock
from countynet.db import open_database
from countynet.errors import DeviceError
from countynet.people import Actor
from countynet.secrets import Secrets
from countynet.settings import Settings
from countynet.vocabulary import Access, DeviceRole, Role, UnitKind
from inventory import load_county
from inventory.allocate import NewUnit
from inventory.allocate.fiber import Move, move_to_fiber
from inventory.allocate.join import join
from inventory.create import create_folder, create_repository, create_secrets
from inventory.model import County, Person
from inventory.record import Author, Repository
from inventory.subset import only_units
from playbooks.device.results import Limits
from playbooks.device.service import apply as configure
from playbooks.device.service import around_of, fetch, opener
from playbooks.plan.book import Book
from playbooks.runner import book as runner
from playbooks.runner.catalogue import playbook
from playbooks.runner.defaults import bound
from playbooks.runner.follow import follow
from playbooks.runner.form import filled, targets
from playbooks.runner.programs import program_of
from playbooks.runner.programs.work import Ended, Work
from playbooks.runner.run import Run
from playbooks.runner.states import RunState
from playbooks.servers.run import Heard
from topology import twin

ENOUGH = 90
"""seconds in which whatever is waited for comes true"""

AMY, CENTER = Actor("amy", Role.CENTER), (Actor("bob", Role.CENTER), Actor("carl", Role.CENTER))
PLANS = 8
"""a change that is not done after so many plans never will be"""


@dataclass
class Scene:
    """The county that runs, and what its playbooks said."""

    settings: Settings
    county: County
    said: list[Heard] = field(default_factory=list)
    cut: list[tuple[str, ...]] = field(default_factory=list)
    """what the last run said to cut off, each time that it did"""

    def run(self, name: str, given: Mapping[str, str], *, looks: bool = False, plan: int | None = None) -> Ended:
        """Run a playbook once, in amy's name."""
        self.said.clear()
        self.cut.clear()
        book = playbook(self.settings.county, name)
        county = Repository(self.settings).county()
        values = filled(book, given, county, AMY, bound(self.settings, county, book))
        engine = open_database(self.settings)
        names = targets(book, values)
        try:
            work = Work(self.settings, engine, book, values, names, AMY, looks, plan=plan, heard=self.said.append,
                        cuts=lambda names: self.cut.append(tuple(names)))  # fmt: skip
            return program_of(book).run(work)
        finally:
            engine.dispose()

    def look(self, name: str, given: Mapping[str, str]) -> str:
        """Look at what a playbook would do, and return what it said."""
        assert self.run(name, given, looks=True).good
        return self.words

    @property
    def words(self) -> str:
        """What the last run said."""
        return "\n".join(one.task for one in self.said)

    def through(
        self, name: str, given: Mapping[str, str], between: Callable[[int], None] = lambda _plans: None
    ) -> Ended:
        """Run a playbook until it ends well or fails otherwise than by waiting; others approve its plans.

        `between` is called with the number of plans so far before each is approved.
        """
        end = self.run(name, given)
        for count in range(1, PLANS):
            if end.good or end.plan is None or "approval counts" not in end.words:
                return end
            between(count)
            self.approve(end.plan)
            end = self.run(name, given, plan=end.plan)
        raise AssertionError(end.words)

    def ran(self, name: str, given: Mapping[str, str]) -> tuple[Run, ...]:
        """Run a playbook as the runner does, each run a process of its own; others approve it, and its plans."""
        engine = open_database(self.settings)
        try:
            return tuple(self._ran(engine, name, given))
        finally:
            engine.dispose()

    def _ran(self, engine: Engine, name: str, given: Mapping[str, str]) -> Iterator[Run]:
        self.said.clear()
        yield (look := self.end(engine, runner.ask(self.settings, engine, self.county, name, given, AMY)))
        assert look.state is RunState.DONE, look.words
        yield (run := self.end(engine, runner.carry_out(engine, look.number, AMY)))
        yield from self.rest(engine, run)

    def rest(self, engine: Engine, run: Run) -> Iterator[Run]:
        """Have a run's plan approved and it run again as long as that is what it waits for; yields each."""
        for _plan in range(PLANS):
            if run.state is not RunState.FAILED or run.plan is None or "approval counts" not in run.words:
                return
            self.approve(run.plan)
            yield (run := self.end(engine, runner.again(engine, run.number, AMY)))

    def end(self, engine: Engine, run: Run) -> Run:
        """Follow a run to its end; somebody else agrees to it where that is needed."""

        def followed() -> Run:
            return follow(self.settings, engine, run.number, AMY, lambda line: self.said.append(Heard(line.task)))

        found = followed()
        if found.state is RunState.WAITING:
            runner.approve(engine, run.number, CENTER[0])
            found = followed()
        return found

    def approve(self, number: int) -> None:
        """Have a plan approved by as many people as it needs."""
        book = Book.open(self.settings)
        for person in CENTER[: book.get(number).plan.approvals]:
            book.approve(number, person)

    def on(self, node: str, script: str) -> str:
        """Run a script on a node and return what it printed."""
        done = twin.exec_in(self.settings, node, ["sh", "-c", script])
        assert done.returncode == 0, (node, script, done.stderr)
        return done.stdout

    def answers(self, node: str, address: str) -> bool:
        """Whether an address answers a node's ping."""
        return twin.exec_in(self.settings, node, ["ping", "-c2", "-i0.3", "-W1", address]).returncode == 0


def opened(settings: Settings, county: County, secrets: Secrets, names: Collection[str]) -> set[str]:
    """Return the devices that an administrator with a vault's secrets signs in to over SSH."""
    enter = opener(county, settings, secrets, Limits(connect=5, sign_in=30), following=False)
    found = set()
    with around_of(settings)():
        for name in names:
            with suppress(DeviceError):
                enter(name).close()
                found.add(name)
    return found


def _county(
    folder: Path, mixed: bool = False, written: Callable[[Settings], None] = lambda settings: None
) -> tuple[Settings, County]:
    settings = Settings.load(folder / "county")
    create_folder(settings, mixed=mixed)
    written(settings)
    whole = load_county(settings.county)
    create_secrets(settings, whole)
    create_repository(settings)
    return settings, whole


@contextmanager
def standing(
    folder: Path,
    *units: str,
    mixed: bool = False,
    change: Callable[[County], County] = lambda county: county,
    written: Callable[[Settings], None] = lambda settings: None,
) -> Iterator[Scene]:
    """Bring some units of the example up and configure them; with devices of several makers if that is wanted.

    `change` is made to the county as a value, the folder says it not; `written` is made to the folder.
    """
    settings, whole = _county(folder, mixed, written)
    small = change(only_units(whole, units))
    with _up(settings, small):
        assert not [result.error for result in configure(small, settings) if result.error]
        yield Scene(settings, small)


@contextmanager
def joining(folder: Path, name: str, moved: str) -> Iterator[Scene]:
    """Bring up what stands when crews have laid the cables of a new unit and of one that moves to fiber.

    The inventory says so already (as after a run that was killed once it had committed), the network's devices run what
    they ran before, and the two units' own devices are bare.
    """
    settings, before = _county(folder)
    person = Person(name="李四", telephone="0901-5550001")
    wanted = NewUnit(name, "New bureau", UnitKind.INSTITUTION, before.device_by_name["sw-admin"].building, person)
    given, _done = join(settings, wanted, Author("amy"), "a new unit", clock.today())
    repository = Repository(settings)
    edits = move_to_fiber(repository.county(), Move(moved, Access.FIBER, port="sw-admin:p20"), clock.today()).edits
    repository.commit(edits, Author("amy"), "to fiber")
    small = only_units(load_county(settings.county), [given.unit, moved])
    old = only_units(before, [moved])
    network = [device.name for device in old.devices if device.role is not DeviceRole.CPE]
    with _up(settings, small):
        assert not [result.error for result in configure(old, settings, network) if result.error]
        fetch(old, settings, network)
        yield Scene(settings, small)


def until(found: Callable[[], bool]) -> bool:
    """Whether something becomes so in time: daemons ask again by themselves, whatever happened before."""
    end = time.monotonic() + ENOUGH
    while time.monotonic() < end:
        if found():
            return True
        time.sleep(1)
    return found()


def links(county: County) -> dict[str, int]:
    """Return how many neighbours in routing each device of the center has to have."""
    ends = [end.node for transit in county.plan.transits for end in (transit.a, transit.b)]
    return {name: ends.count(name) for name in dict.fromkeys(ends)}


@contextmanager
def _up(settings: Settings, county: County) -> Iterator[None]:
    twin.up(county, settings, Secrets.load(settings))
    try:
        yield
    finally:
        twin.down(settings)
