"""A response is held in the inventory, planned, told, released; nobody acts who may not, and nothing is half done."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from audit.terminals import store
from audit.terminals.model import Confidence, Evidence, Kind, Suspicion
from audit.terminals.respond import service
from audit.terminals.respond.model import How, Stage
from audit.terminals.respond.service import Asked, Responses
from countynet import tellings
from countynet.db import open_database, reading, transaction
from countynet.errors import BadInput, Conflict, NotAllowed
from countynet.events import Event, record
from countynet.i18n import set_language
from countynet.people import Actor
from countynet.planners import AtOnce, Drawn, Standing
from countynet.settings import Settings
from countynet.surroundings import Table
from countynet.vocabulary import Role, Severity
from inventory import create
from inventory.record import Repository

AMY, OPAL = Actor("amy", Role.CENTER), Actor("opal", Role.OPERATOR)
STRANGER, WHY = "02:00:00:00:00:99", "nobody knows this computer"


@dataclass
class FakePlanner:
    """Numbers plans; emergency 3 runs."""

    made: list[Sequence[str]] = field(default_factory=list)
    at_once: list[AtOnce] = field(default_factory=list)
    done: set[int] = field(default_factory=set)

    def allow(self, actor: Actor) -> None:
        if actor.role not in (Role.CENTER, Role.OPERATOR):
            raise NotAllowed("no")

    def emergency(self, settings: Settings, number: int, actor: Actor) -> None:
        if number != 3:
            raise Conflict("ended")

    def intended(self, settings: Settings, devices: Sequence[str], actor: Actor) -> Drawn:
        self.made.append(devices)
        return Drawn(len(self.made), {})

    def apply_now(self, settings: Settings, order: AtOnce, actor: Actor, told: object) -> Standing:
        self.at_once.append(order)
        self.done.add(order.plan)
        return self.standing(settings, [order.plan])[order.plan]

    def standing(self, settings: Settings, plans: Collection[int]) -> Mapping[int, Standing]:
        states = {n: "done" if n in self.done else "open" for n in plans}
        device = frozenset({"cpe-001"})
        return {
            n: Standing(n, s, s, s == "open", 0, 1, device if s == "done" else frozenset()) for n, s in states.items()
        }


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    settings = Settings(county=tmp_path_factory.mktemp("held") / "county", language="en")
    create.create_folder(settings)
    create.create_repository(settings)
    return settings.county


@pytest.fixture
def engine(folder: Path) -> Iterator[Engine]:
    set_language("en")
    found = open_database(Settings(county=folder, language="en"))
    yield found
    found.dispose()


@pytest.fixture
def planner(monkeypatch: pytest.MonkeyPatch) -> FakePlanner:
    found = FakePlanner()
    monkeypatch.setattr(service, "planner", lambda: found)
    return found


@pytest.fixture
def responses(folder: Path, engine: Engine, planner: FakePlanner) -> Responses:
    return Responses(Settings(county=folder, language="en"), engine)


def finding(engine: Engine, port: str = "lan1") -> int:
    seen = Evidence(Table.FDB, "cpe-001", port, "seen", mac=STRANGER)
    said = Suspicion(Kind.UNKNOWN, "cpe-001", port, "x", "y", Severity.MAJOR, Confidence.CERTAIN, (seen,), unit="u001",
                     mac=STRANGER)  # fmt: skip
    now = datetime.now(UTC)
    with transaction(engine) as session:
        scan = store.begin(session, now, "test")
        told = store.keep(session, scan.id, [said], now, set())
        record(session, "terminals.scanned", "test", "scan", {})
        return (*told.new, *told.standing)[0].number


def test_a_port_is_held_planned_told_released_and_held_by_nobody_twice(
    responses: Responses, engine: Engine, planner: FakePlanner
) -> None:
    number = finding(engine)
    done = responses.respond(Asked(number, How.QUARANTINE, WHY), OPAL)
    assert (done.stage, planner.made) == (Stage.PLANNED, [["cpe-001"]])
    (held,) = Repository(responses.settings).county().held_ports
    assert (held.id, held.how, held.by, held.mac) == (done.hold, "confined", "opal", STRANGER)
    with pytest.raises(Conflict):
        responses.respond(Asked(number, How.PORT_DOWN, WHY), AMY)
    with reading(engine) as session:
        told = tellings.of(session, f"terminal-finding:{number}")
        tags = session.scalars(select(Event.tag).where(Event.subject == f"response:{done.number}")).all()
    assert [one.recipient for one in told] == ["unit:u001"]
    assert WHY in told[0].text
    assert set(tags) == {"terminals.held"}
    planner.done.add(1)
    assert responses.get(done.number).stage is Stage.HELD
    with pytest.raises(BadInput):
        responses.release(done.number, OPAL, " ")
    freed = responses.release(done.number, OPAL, "it is ours after all")
    assert (freed.stage, Repository(responses.settings).county().held_ports) == (Stage.RELEASING, ())
    planner.done.add(2)
    assert responses.get(done.number).stage is Stage.RELEASED
    with pytest.raises(Conflict):
        responses.release(done.number, OPAL, "it is ours after all")


def test_killed_after_the_commit_it_goes_on_with_the_same_entry(
    responses: Responses, engine: Engine, planner: FakePlanner, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = finding(engine)

    def killed(*_said: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Responses, "_new", killed)
        with pytest.raises(KeyboardInterrupt):
            responses.respond(Asked(number, How.PORT_DOWN, WHY), AMY)
    assert len(Repository(responses.settings).county().held_ports) == 1
    done = responses.respond(Asked(number, How.PORT_DOWN, WHY), AMY)
    (held,) = Repository(responses.settings).county().held_ports
    assert (done.hold, planner.made) == (held.id, [["cpe-001"]])
    responses.release(done.number, AMY, "it is ours after all")


def test_under_an_emergency_it_is_done_at_once_with_the_reason_and_an_ended_one_changes_nothing(
    responses: Responses, engine: Engine, planner: FakePlanner
) -> None:
    number, before = finding(engine), Repository(responses.settings).head()
    with pytest.raises(Conflict):
        responses.respond(Asked(number, How.PORT_DOWN, WHY, emergency=4), OPAL)
    assert Repository(responses.settings).head() == before
    done = responses.respond(Asked(number, How.PORT_DOWN, WHY, emergency=3), OPAL)
    assert planner.at_once == [AtOnce(1, 3, WHY, before)]
    assert (done.stage, done.emergency, done.confirmed_by) == (Stage.HELD, 3, "")
    responses.release(done.number, OPAL, "it is ours after all")


def test_a_warning_is_told_and_touches_no_port(responses: Responses, engine: Engine, planner: FakePlanner) -> None:
    number, before = finding(engine), Repository(responses.settings).head()
    done = responses.respond(Asked(number, How.WARN, WHY), OPAL)
    assert (done.stage, planner.made, Repository(responses.settings).head()) == (Stage.TOLD, [], before)
    with pytest.raises(Conflict):
        responses.release(done.number, OPAL, "it is ours after all")


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.UNIT, Role.ADMIN])
def test_who_makes_no_plans_responds_to_nothing(responses: Responses, engine: Engine, role: Role) -> None:
    number = finding(engine)
    for how in How:
        with pytest.raises(NotAllowed):
            responses.respond(Asked(number, how, WHY), Actor("eve", role))
    with pytest.raises(NotAllowed):
        responses.respond(Asked(number, How.WARN, WHY, fault=True), OPAL)


def test_the_uplink_is_refused_and_nothing_is_written(responses: Responses, engine: Engine) -> None:
    number, before = finding(engine, "wan0"), Repository(responses.settings).head()
    with pytest.raises(BadInput):
        responses.respond(Asked(number, How.PORT_DOWN, WHY), AMY)
    assert (Repository(responses.settings).head(), responses.of(number)) == (before, ())
