"""Steps that a playbook does: by runs with their rights and approvals, told in the emergency's log; drills look."""

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import Engine

from countynet import clock
from countynet.errors import BadInput, Conflict, CountyError, NotAllowed
from countynet.i18n import describe
from countynet.people import Actor
from countynet.settings import Settings
from countynet.vocabulary import Role
from inventory.load import load_county
from playbooks.emergency import book, carry, drill, read, runs
from playbooks.emergency.rules import StepState
from playbooks.emergency.words import said
from playbooks.runner import book as runner
from playbooks.runner import catalogue, dispatch, process
from playbooks.runner.programs import PROGRAMS
from playbooks.runner.programs.work import Ended
from playbooks.runner.states import RunState
from tests.unit.playbooks.emergency.test_emergency import engine, settings
from tests.unit.playbooks.runner.conftest import RUNS
from tests.unit.playbooks.runner.test_book import Fake

__all__ = ["engine", "settings"]
AMY, BOB, ANN = Actor("amy", Role.OPERATOR), Actor("bob", Role.CENTER), Actor("ann", Role.CENTER)
PLAN = """plans:
- id: broken
  title: 坏
  title_en: Broken
  when: 坏
  when_en: broken
  goal: 60
  needs: [device]
  may_name: [unit]
  steps:
  - {id: greet, who: operator, within: 10, text: 甲, text_en: Greet them, playbook: greet, given: {devices: "{device}"}}
  - {id: read, who: center, within: 20, text: 乙, text_en: Read, playbook: read, given: {devices: "{device}"}}
  - {id: line, who: center, within: 30, text: 丙, text_en: Line, playbook: test-line, given: {unit: "{unit}"}}
"""
Heard = list[str]


@pytest.fixture
def fake(settings: Settings, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Fake:
    found = Fake()
    for kind in ("action", "job"):
        monkeypatch.setitem(PROGRAMS, kind, found)
    monkeypatch.setattr(dispatch, "_start", lambda _settings, number: process.carry(settings, engine, number))
    for file, text in ((catalogue.OWN, RUNS), (read.FILE, PLAN)):
        (settings.county / file).parent.mkdir(exist_ok=True)
        (settings.county / file).write_text(text, encoding="utf-8")
    return found


@pytest.fixture
def begun(settings: Settings, engine: Engine, fake: Fake) -> Callable[..., book.Emergency]:
    def start(*, is_drill: bool = False) -> book.Emergency:
        plan, county = read.plan(settings.county, "broken"), load_county(settings.county)
        return book.start(engine, county, plan, {"device": "cpe-001"}, BOB, drill=is_drill)

    return start


def done(settings: Settings, engine: Engine, step: str, actor: Actor, heard: Heard | None = None) -> carry.Carried:
    """Look, and carry out what was looked at."""

    def told(_device: str, words: str) -> None:
        if heard is not None:
            heard.append(words)

    seen = carry.look(settings, engine, 1, step, actor, told)
    return carry.carry(settings, engine, seen, step, actor, told)


def log(engine: Engine) -> list[str]:
    found = book.get(engine, 1)
    return [said(found, event) for event in book.log(engine, 1)]


def test_a_step_is_looked_at_and_carried_out_once_somebody_at_the_center_has_agreed(
    settings: Settings, engine: Engine, fake: Fake, begun: Callable[..., book.Emergency]
) -> None:
    begun()
    heard = Heard()
    carried = done(settings, engine, "greet", AMY, heard)
    assert (carried.outcome, "waits for approval" in carried.preview.waits) == (None, True)
    assert any("hello" in words for words in heard)
    assert [work.looks for work in fake.seen] == [True]
    assert fake.seen[0].names == ("cpe-001",)
    again = carry.look(settings, engine, 1, "greet", AMY)
    assert "waits for approval" in again.preview.waits  # no second run
    runs.settle(engine, clock.now())
    assert book.get(engine, 1).place("greet").state is StepState.WAITING
    change = again.emergency.place("greet").run
    assert change is not None
    with pytest.raises(NotAllowed):
        runner.approve(engine, change, AMY)
    runner.approve(engine, change, BOB)
    dispatch.once(settings, engine)  # nobody waits for it: the worker begins it, and the watch notes its end
    runs.settle(engine, clock.now())
    runs.settle(engine, clock.now())
    place = book.get(engine, 1).place("greet")
    assert (place.state, place.login, place.run) == (StepState.DONE, "amy", change)
    assert log(engine)[1:] == [
        "Greet them · run 1 (look) of Greet was asked for",
        "Greet them · run 1 (look): done",
        "Greet them · run 2 (carry out) of Greet was asked for",
        "Greet them · run 2 (carry out): done",
        "Greet them · done · run 2 (carry out): done",
    ]


def test_a_run_that_failed_is_run_again_by_doing_the_step_again(
    settings: Settings, engine: Engine, fake: Fake, begun: Callable[..., book.Emergency]
) -> None:
    begun()
    fake.end = Ended(False, words="no answer")
    failed = done(settings, engine, "read", BOB)
    assert failed.outcome is not None
    assert (failed.outcome.good, "failed: no answer" in failed.outcome.words) == (False, True)
    assert book.get(engine, 1).place("read").state is StepState.WAITING
    fake.end = Ended(True)
    again = done(settings, engine, "read", BOB)
    assert again.outcome is not None
    assert again.outcome.good
    assert runner.get(engine, 2).follows == 1
    assert again.emergency.place("read").state is StepState.DONE
    with pytest.raises(Conflict):
        carry.look(settings, engine, 1, "read", BOB)


def test_a_look_that_failed_says_so_and_the_step_stays(
    settings: Settings, engine: Engine, fake: Fake, begun: Callable[..., book.Emergency]
) -> None:
    begun()
    fake.end = Ended(False, words="no answer")
    with pytest.raises(CountyError, match="no answer"):
        carry.look(settings, engine, 1, "greet", AMY)
    assert "run 1 (look): failed: no answer" in log(engine)[-1]
    assert book.get(engine, 1).place("greet").state is StepState.WAITING


def test_an_emergency_has_no_way_around_rights_and_needs_what_its_step_is_about(
    settings: Settings, engine: Engine, fake: Fake, begun: Callable[..., book.Emergency]
) -> None:
    begun()
    with pytest.raises(NotAllowed, match="others"):
        carry.look(settings, engine, 1, "read", AMY)
    with pytest.raises(BadInput) as error:
        carry.look(settings, engine, 1, "line", BOB)
    assert [describe(problem) for problem in error.value.problems] == [
        "line: the emergency was started without a unit: do this step by hand"
    ]
    text = (settings.county / catalogue.OWN).read_text(encoding="utf-8")
    (settings.county / catalogue.OWN).write_text(text.replace("[operator, center, unit]", "[center]"), "utf-8")
    with pytest.raises(NotAllowed, match="may not run"):
        carry.look(settings, engine, 1, "greet", AMY)


def test_a_drill_looks_and_carries_nothing_out(
    settings: Settings, engine: Engine, fake: Fake, begun: Callable[..., book.Emergency]
) -> None:
    found = begun(is_drill=True)
    heard = Heard()
    ended, good = drill.every(settings, engine, found, BOB, lambda _d, words: heard.append(words), threading.Event())
    assert not good  # the step about a unit, which nobody named
    assert [work.looks for work in fake.seen] == [True]
    assert [place.state for place in ended.places] == [StepState.DONE, StepState.DONE, StepState.WAITING]
    assert any("looked at by run 1, nothing touched" in words for words in heard)
    assert any("nothing was begun" in words for words in heard)
    assert runner.get(engine, 1).state is RunState.DONE


def test_every_mistake_about_playbooks_in_a_plan_is_told_at_once_with_its_line(settings: Settings, fake: Fake) -> None:
    def wrong(before: str, after: str) -> list[str]:
        (settings.county / read.FILE).write_text(PLAN.replace(before, after), encoding="utf-8")
        with pytest.raises(BadInput) as error:
            read.plans(settings.county)
        assert all(problem.line for problem in error.value.problems)
        return [problem.message for problem in error.value.problems]

    assert wrong("playbook: greet", "playbook: sing") == ["there is no such playbook"]
    assert wrong("playbook: greet", "playbook: greet, action: intended") == [
        "a step has an action or a playbook, not both"
    ]
    assert wrong('playbook: greet, given: {devices: "{device}"}', "given: {x: y}") == ["values belong to a playbook"]
    assert wrong('{devices: "{device}"}}\n  - {id: read', '{key: x, devices: "{host}"}}\n  - {id: read') == [
        "the plan asks for no such target",
        "the playbook has no such value, or it is a secret",
    ]
    assert wrong('playbook: read, given: {devices: "{device}"}', "playbook: read") == [
        "the playbook needs these values"
    ]
    (settings.county / read.FILE).write_text(PLAN, encoding="utf-8")
    (settings.county / catalogue.OWN).write_text("playbooks: [{id: 1}]", encoding="utf-8")
    assert "broken" in read.plans(settings.county)  # a wrong file of playbooks keeps no emergency from being started
