"""A failed check becomes a plan: one over many devices, never by who may not, found again while it is open."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import Engine, select

from audit import evidence, report, store
from audit.checks import BY_ID, run
from audit.facts import Facts
from audit.fix import harden as hardening
from audit.fix import service
from audit.fix.desk import KIND, Fixes
from audit.fix.model import Kind
from audit.tags import AuditTag
from countynet.db import open_database, reading, transaction
from countynet.errors import BadInput, Conflict, NotAllowed
from countynet.events import Event, record
from countynet.i18n import set_language
from countynet.people import Actor
from countynet.planners import Drawn, Standing
from countynet.settings import Settings
from countynet.vocabulary import Role, Verdict
from inventory.platforms.registry import platform
from tests.unit.audit import facts_of, test_mixed
from tests.unit.inventory.mixed_county import secrets

CENTER = Actor("amy", Role.CENTER)
CHECK = "password-length"


@dataclass
class FakePlanner:
    """Numbers plans; a device named `silent` cannot be planned."""

    silent: str = ""
    made: list[tuple[str, tuple[str, ...], str]] = field(default_factory=list)
    state: str = "open"

    def allow(self, actor: Actor) -> None:
        if actor.role not in (Role.CENTER, Role.OPERATOR):
            raise NotAllowed("no")

    def intended(self, settings: Settings, devices: Sequence[str], actor: Actor) -> Drawn:
        return self._drawn("intended", devices, "")

    def lines(self, settings: Settings, wanted: Mapping[str, Sequence[str]], about: str, actor: Actor) -> Drawn:
        return self._drawn("lines", wanted, about)

    def standing(self, settings: Settings, plans: Collection[int]) -> Mapping[int, Standing]:
        done = self.state == "done"
        return {
            n: Standing(n, self.state, self.state, not done, 0, 1, frozenset(self.made[n - 1][1] if done else ()))
            for n in plans
        }

    def _drawn(self, kind: str, devices: Collection[str], about: str) -> Drawn:
        inside = tuple(name for name in devices if name != self.silent)
        left = dict.fromkeys({*devices} - {*inside}, "does not answer")
        if not inside:
            return Drawn(None, left)
        self.made.append((kind, inside, about))
        return Drawn(len(self.made), left)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A county of several makers whose devices run what they should."""
    set_language("en")
    texts = {name: held.config for name, held in test_mixed.devices().items()}

    def original(_settings: Settings, name: str) -> SecretStr:
        device, config = test_mixed.county().device_by_name[name], texts[name]
        assert config is not None
        return SecretStr(platform(device.platform).render(config))

    class Known:
        get = staticmethod(secrets)

    monkeypatch.setattr(service, "load_county", lambda _folder: test_mixed.county())
    monkeypatch.setattr(service, "present", lambda county, _settings: county)
    monkeypatch.setattr("audit.fix.service.Secrets.load", lambda _settings: Known())
    monkeypatch.setattr("audit.fix.service.running.devices", lambda _settings: tuple(texts))
    monkeypatch.setattr("audit.fix.service.running.original", original)
    return Settings(county=tmp_path, language="en")


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    found = open_database(settings)
    yield found
    found.dispose()


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> FakePlanner:
    found = FakePlanner()
    monkeypatch.setattr(service, "planner", lambda: found)
    monkeypatch.setattr("audit.fix.desk.planner", lambda: found)
    return found


@pytest.fixture
def failing(settings: Settings, engine: Engine) -> list[str]:
    """Keep a run in which vendors' devices fail the check; return which, of Huawei."""
    facts = Facts(test_mixed.county(), facts_of.AT, test_mixed.devices())
    result = run(BY_ID[CHECK], facts)
    files = {CHECK: evidence.save(settings, report.evidence(result, facts_of.AT)), "report": "r", "page": "p"}
    with transaction(engine) as session:
        at = facts_of.AT
        store.add(session, [result], files, started=at, finished=at, actor="auditor", devices=9)
        record(session, AuditTag.RUN, "auditor", "audit:1", {})
    huawei = {d.name for d in test_mixed.county().devices if d.platform == "huawei_vrp"}
    return sorted({p.subject for p in result.points if p.verdict is Verdict.FAIL and p.subject in huawei})[:2]


def test_one_plan_carries_the_lines_of_many_devices_and_is_no_second_time_made(
    settings: Settings, engine: Engine, made: FakePlanner, failing: list[str]
) -> None:
    found = service.fix(settings, engine, CENTER, 1, CHECK, failing)
    assert [(plan.number, plan.kind, set(plan.devices)) for plan in found.plans] == [(1, Kind.LINES, {*failing})]
    assert made.made[0][2] == "password-length, audit 1"
    again = service.fix(settings, engine, CENTER, 1, CHECK, failing)
    assert ([plan.number for plan in again.plans], again.plans[0].fresh, len(made.made)) == ([1], False, 1)
    made.state = "done"
    assert service.fix(settings, engine, CENTER, 1, CHECK, failing).plans[0].number == 2
    with reading(engine) as session:
        events = session.scalars(select(Event).where(Event.tag == AuditTag.FIX).order_by(Event.id)).all()
    assert [(event.actor, event.data["plan"]) for event in events] == [("amy", 1), ("amy", 2)]


def test_a_finding_knows_its_plan_and_whether_the_device_has_it(
    settings: Settings, engine: Engine, made: FakePlanner, failing: list[str]
) -> None:
    desk = Fixes(settings, engine)
    assert desk.links() == {}
    service.fix(settings, engine, CENTER, 1, CHECK, failing)
    link = desk.links()[CHECK, failing[0]]
    assert (link.run, link.standing.plan, link.done) == (1, 1, False)
    made.state = "done"
    assert desk.links()[CHECK, failing[0]].done


def test_a_device_that_cannot_be_planned_is_named_with_the_reason(
    settings: Settings, engine: Engine, made: FakePlanner, failing: list[str]
) -> None:
    made.silent = failing[0]
    found = service.fix(settings, engine, CENTER, 1, CHECK, failing)
    assert (found.plans[0].devices, found.left) == ((failing[1],), {failing[0]: "does not answer"})
    assert service.fix(settings, engine, CENTER, 1, CHECK, failing[:1]).plans == ()


def test_nothing_differs_is_told_and_makes_no_plan(
    settings: Settings, engine: Engine, made: FakePlanner, failing: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_said: object) -> Drawn:
        raise Conflict("every device runs what the inventory says")

    monkeypatch.setattr(made, "lines", refuse)
    found = service.fix(settings, engine, CENTER, 1, CHECK, failing)
    assert (found.plans, {*found.left}) == ((), {*failing})


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.UNIT, Role.ADMIN])
def test_who_makes_no_plans_makes_none_here(
    settings: Settings, engine: Engine, made: FakePlanner, failing: list[str], role: Role
) -> None:
    with pytest.raises(NotAllowed):
        service.fix(settings, engine, Actor("eve", role), 1, CHECK, failing)
    with pytest.raises(NotAllowed):
        Fixes(settings, engine).start(Actor("eve", role), 1, CHECK, failing)
    assert (made.made, Fixes(settings, engine).job(1, CHECK)) == ([], None)


def test_the_button_queues_a_job_and_a_wrong_run_check_or_device_is_refused(
    settings: Settings, engine: Engine, made: FakePlanner, failing: list[str]
) -> None:
    desk = Fixes(settings, engine)
    number = desk.start(CENTER, 1, CHECK, failing)
    job = desk.job(1, CHECK)
    assert job is not None
    assert (job.id, job.busy, job.plans, KIND) == (number, True, (), "audit-fix")
    for wrong in ((9, CHECK, ()), (1, "no-such", ()), (1, CHECK, ("station",))):
        with pytest.raises(BadInput):
            service.look(settings, engine, *wrong)


def test_hardening_makes_no_second_plan_beside_one_that_is_open(
    settings: Settings, engine: Engine, made: FakePlanner, failing: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hardening, "planner", lambda: made)
    one = hardening.harden(settings, engine, CENTER, 1, failing[:1])
    both = hardening.harden(settings, engine, CENTER, 1, failing)
    assert ((one.plans, one.open), (both.plans, both.open)) == (((1,), ()), ((2,), (1,)))
    assert [devices for _kind, devices, _about in made.made] == [(failing[0],), (failing[1],)]
    assert [why for why in both.left[failing[0]] if "plan 1" in why]
    assert "open: 1" in both.words
    made.state = "done"
    assert hardening.harden(settings, engine, CENTER, 1, failing).open == ()


def test_hardening_names_the_checks_whose_evidence_is_gone(
    settings: Settings, engine: Engine, made: FakePlanner, failing: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hardening, "planner", lambda: made)
    whole = hardening.harden(settings, engine, CENTER, 1, failing)
    assert (whole.failed, whole.plans, whole.lost) == ((CHECK,), (1,), {})
    for file in (settings.state / "evidence").rglob("*"):
        if file.is_file():
            file.unlink()
    gone = hardening.harden(settings, engine, CENTER, 1, failing)
    assert (gone.plans, set(gone.lost), gone.document()["lost"]) == ((), {CHECK}, gone.lost)
    assert CHECK in gone.words
    assert "evidence" in gone.words
