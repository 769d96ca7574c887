"""Emergencies from the start to the review: who may do what, what actions are asked, what starts one by itself."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

import inventory
from countynet import clock
from countynet.db import open_database, transaction
from countynet.errors import BadInput, Conflict, NotAllowed
from countynet.events import record
from countynet.fixes import Outcome, Preview, Told
from countynet.i18n import set_language
from countynet.people import Actor
from countynet.settings import Settings
from countynet.vocabulary import Role
from inventory.intent.adapt import adapted
from inventory.load import load_county
from inventory.model import County
from inventory.platforms import registry
from playbooks.emergency import book, carry, isolate, read, watch
from playbooks.emergency.rules import StepState
from playbooks.rehearsal.cut import units_cut
from tests.unit.inventory.mixed_county import mixed_county, secrets

CENTER, OPERATOR = Actor("bob", Role.CENTER), Actor("amy", Role.OPERATOR)
AUDITOR = Actor("eve", Role.AUDITOR)
EXAMPLE = Path(inventory.__file__).parent / "example"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    set_language("en")
    found = Settings.load(tmp_path / "county")
    found.county.mkdir(parents=True)
    for file in EXAMPLE.glob("*.yml"):
        (found.county / file.name).write_bytes(file.read_bytes())
    return found


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    found = open_database(settings)
    yield found
    found.dispose()


@pytest.fixture
def county(settings: Settings) -> County:
    return load_county(settings.county)


class Recorded:
    """An action that only notes what it was asked."""

    def __init__(self, waits: str = "") -> None:
        self.asked: list[tuple[str, tuple[str, ...]]] = []
        self.waits = waits
        self.lines: tuple[str, ...] = ("a port",)

    def check(self, settings: Settings, names: Sequence[str], actor: Actor, plan: int | None) -> Preview:
        self.asked.append(("check", tuple(names)))
        return Preview(self.lines, 7 if self.lines else None, self.waits)

    def run(self, settings: Settings, names: Sequence[str], preview: Preview, actor: Actor, told: Told) -> Outcome:
        self.asked.append(("run", tuple(names)))
        return Outcome(True, "plan 7: done")


def silent(_device: str, _words: str) -> None:
    """Hear nothing."""


def infected(engine: Engine, county: County, settings: Settings, *, drill: bool = False) -> book.Emergency:
    plan = read.plan(settings.county, "ransomware")
    return book.start(engine, county, plan, {"unit": "u031"}, CENTER, drill=drill)


def test_six_plans_are_shipped_in_both_languages_and_every_step_has_its_time(settings: Settings) -> None:
    plans = read.plans(settings.county)
    assert set(plans) == {"cut-cable", "core-failure", "ransomware", "exit-attack", "power-failure", "data-loss"}
    for plan in plans.values():
        within = [step.within for step in plan.steps]
        assert within == sorted(within)
        assert within[-1] <= plan.goal
        assert all(step.text != step.text_en for step in plan.steps)


def test_a_countys_own_file_replaces_plans_and_every_mistake_in_it_is_told_at_once(settings: Settings) -> None:
    own = settings.county / read.FILE
    own.parent.mkdir()
    step = "{id: a, text: 甲, text_en: A, who: center, within: 5}"
    head = "plans:\n- {id: data-loss, title: 数据, title_en: Data, when: 丢, when_en: lost, goal: 9, steps: "
    own.write_text(f"{head}[{step}]}}\n")
    assert read.plan(settings.county, "data-loss").goal == 9
    assert len(read.plans(settings.county)) == 6
    wrong = step.replace("within: 5", "within: 0, action: isolate").replace("center", "nobody")
    own.write_text(f"{head}[{wrong}]}}\n")
    with pytest.raises(BadInput) as error:
        read.plans(settings.county)
    assert {(p.file, p.line) for p in error.value.problems} == {(read.FILE, 2)}
    assert len(error.value.problems) == 2


def test_an_emergency_goes_from_start_to_review_and_its_log_says_who_did_what(
    engine: Engine, county: County, settings: Settings
) -> None:
    found = infected(engine, county, settings)
    assert [place.state for place in found.places] == [StepState.WAITING] * 8
    assert found.place("isolate").due - found.started == timedelta(minutes=15)
    with pytest.raises(Conflict, match="emergency 1"):
        infected(engine, county, settings)
    with pytest.raises(Conflict, match="unplug"):
        book.close(engine, 1, CENTER, "well done")
    with pytest.raises(BadInput):
        book.step(engine, 1, "unplug", StepState.SKIPPED, CENTER)
    for place in found.places:
        book.step(engine, 1, place.step.id, StepState.DONE, CENTER, "by telephone")
    with pytest.raises(BadInput):
        book.close(engine, 1, CENTER, " ")
    with transaction(engine) as session:
        record(session, "audit.looked", "eve", "emergency:1", {})  # others note things of it, too
    ended = book.close(engine, 1, CENTER, "a mail was opened")
    assert (ended.ended is not None, ended.review) == (True, "a mail was opened")
    assert [e.tag for e in book.log(engine, 1)] == ["emergency.started", *["emergency.step"] * 8, "emergency.ended"]
    with pytest.raises(Conflict):
        book.note(engine, 1, CENTER, "too late")


def test_each_role_does_its_own(engine: Engine, county: County, settings: Settings) -> None:
    infected(engine, county, settings)
    with pytest.raises(NotAllowed):
        book.start(engine, county, read.plan(settings.county, "power-failure"), {}, AUDITOR)
    with pytest.raises(NotAllowed):
        book.step(engine, 1, "evidence", StepState.DONE, AUDITOR)
    with pytest.raises(NotAllowed, match="others"):
        book.step(engine, 1, "tell", StepState.DONE, OPERATOR)
    with pytest.raises(NotAllowed):
        book.close(engine, 1, OPERATOR, "over")
    assert book.step(engine, 1, "isolate", StepState.DONE, OPERATOR).place("isolate").login == "amy"


def test_what_it_is_about_is_asked_for_and_has_to_be_there(engine: Engine, county: County, settings: Settings) -> None:
    plan = read.plan(settings.county, "ransomware")
    for given in ({}, {"unit": "nobody"}, {"unit": "u031", "host": "dns"}):
        with pytest.raises(BadInput) as error:
            book.start(engine, county, plan, given, CENTER)
        assert len(error.value.problems) == 1
    assert book.newest(engine) == []


def test_an_action_is_looked_at_waits_for_its_approval_and_ticks_its_step_off(
    engine: Engine, county: County, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    infected(engine, county, settings)
    acting = Recorded("plan 7 needs 1 approval and has none yet")
    monkeypatch.setattr(carry, "action", lambda _name: acting)
    seen = carry.look(settings, engine, 1, "isolate", OPERATOR)
    assert seen.emergency.place("isolate").plan == 7
    with pytest.raises(Conflict):
        carry.carry(settings, engine, seen, "isolate", OPERATOR, silent)
    acting.waits = ""
    seen = carry.look(settings, engine, 1, "isolate", OPERATOR)
    done = carry.carry(settings, engine, seen, "isolate", OPERATOR, silent)
    assert done.emergency.place("isolate").state is StepState.DONE
    assert acting.asked == [("check", ("u031",)), ("check", ("u031",)), ("run", ("u031",))]
    carry.look(settings, engine, 1, "release", OPERATOR)
    assert acting.asked[-1] == ("check", (county.cpe_by_unit["u031"].name,))
    with pytest.raises(BadInput, match="1 problem"):
        carry.look(settings, engine, 1, "unplug", CENTER)


@pytest.mark.parametrize("good", [True, False])
def test_a_drill_is_tried_on_a_twin_and_does_nothing_for_real(
    engine: Engine, county: County, settings: Settings, monkeypatch: pytest.MonkeyPatch, good: bool
) -> None:
    infected(engine, county, settings, drill=True)
    acting = Recorded("no approval")
    monkeypatch.setattr(carry, "action", lambda _name: acting)
    seen = carry.look(settings, engine, 1, "isolate", OPERATOR)
    with pytest.raises(Conflict, match="drill"):
        carry.carry(settings, engine, seen, "isolate", OPERATOR, silent)
    tried: list[int] = []

    def try_it(plan: int, _told: Told) -> Outcome:
        tried.append(plan)
        return Outcome(good, "tried")

    built: list[Sequence[str]] = []

    def anew(names: Sequence[str], _told: Told) -> Outcome:
        built.append(names)
        return Outcome(good, "built")

    done = carry.rehearse(settings, engine, seen, "isolate", OPERATOR, silent, try_it, anew)
    assert (tried, built) == ([7], [])
    assert (done.emergency.place("isolate").state is StepState.DONE) is good
    assert ("run", ("u031",)) not in acting.asked
    acting.lines, acting.waits = (), ""  # they run what they shall: built anew, unless an isolation brought them back
    seen = carry.look(settings, engine, 1, "release", OPERATOR)
    assert carry.rehearse(settings, engine, seen, "release", OPERATOR, silent, try_it, anew).outcome
    assert built == ([] if good else [[county.cpe_by_unit["u031"].name]])
    infected(engine, county, settings)  # a drill stands in nobody's way


def test_an_alarm_starts_the_plan_that_waits_for_it_once(engine: Engine, settings: Settings) -> None:
    def alarm(number: int, key: str) -> None:
        with transaction(engine) as session:
            record(session, "alarm.opened", "machine", f"alarm:{number}", {"key": key})

    alarm(1, "device:core-1")
    watch.tick(settings, engine, clock.now())
    assert book.newest(engine) == []  # that was before anybody watched
    for number, key in ((2, "line:cable-u031"), (3, "device:core-2"), (4, "device:core-2"), (5, "device:core-9")):
        alarm(number, key)
    watch.tick(settings, engine, clock.now())
    watch.tick(settings, engine, clock.now())
    (found,) = book.newest(engine)
    assert (found.plan.id, found.targets, found.alarm, found.login) == (
        "core-failure", {"device": "core-2"}, "alarm:3", "machine",
    )  # fmt: skip


def test_every_makers_access_device_can_shut_its_units_ports_and_nothing_else_changes() -> None:
    county = mixed_county()
    configs = adapted(county, secrets)
    seen = set()
    for unit, device in county.cpe_by_unit.items():
        if (device.platform, switched := len(county.unit_by_id[unit].terminals) > 1) in seen:
            continue
        seen.add((device.platform, switched))
        config = configs[device.name]
        shut = isolate.without(config, isolate.ports(county, unit, config))
        platform = registry.platform(device.platform)
        read_back = platform.parse(platform.render(shut)).config
        before = {i.name: i.enabled for i in platform.parse(platform.render(config)).config.interfaces}
        after = {i.name: i.enabled for i in read_back.interfaces}
        lan = isolate.ports(county, unit, config)
        assert lan
        assert {name for name in before if before[name] != after[name]} <= lan
        assert not any(after.get(name, False) for name in lan)
        assert units_cut(county, {device.name: platform.render(shut)}) == (unit,)
        assert units_cut(county, {device.name: platform.render(config), "core-1": "no unit's"}) == ()
    assert len({platform for platform, _switched in seen}) >= 4
