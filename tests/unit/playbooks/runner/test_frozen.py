"""Freeze periods hold changes, not looks: what is asked for, what waits, what is repeated, what the calendar does."""

from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from countynet import clock
from countynet.db import reading
from countynet.errors import BadInput, Conflict, NotAllowed
from countynet.events import Event
from countynet.people import Actor
from countynet.settings import Settings
from countynet.vocabulary import Role
from inventory import create
from inventory.model import County
from playbooks.freezes.book import holding, let, under
from playbooks.freezes.model import OWN
from playbooks.runner import book, catalogue, dispatch, frozen, process
from playbooks.runner.programs import PROGRAMS
from playbooks.runner.run import Run
from playbooks.runner.states import RunState
from tests.unit.playbooks.runner.test_book import AMY_GIVEN, Fake

CENTER, OPERATOR = Actor("bob", Role.CENTER), Actor("amy", Role.OPERATOR)


@pytest.fixture
def looked(settings: Settings, engine: Engine, county: County, monkeypatch: pytest.MonkeyPatch) -> Run:
    """A look that ended well, of a change that the center has to agree to."""
    monkeypatch.setitem(PROGRAMS, "action", Fake())
    monkeypatch.setattr(dispatch, "_start", lambda _settings, _number: None)
    create.create_folder(settings)
    run = book.ask(settings, engine, county, "greet", AMY_GIVEN, OPERATOR)
    dispatch.once(settings, engine)
    process.carry(settings, engine, run.number)
    return book.get(engine, run.number)


def freeze(settings: Settings, on: str = "", begins: timedelta = timedelta(hours=-1)) -> None:
    start = clock.now().astimezone(clock.CHINA) + begins
    rows = f"id: week, begins: '{start:%Y-%m-%d %H:%M}', ends: '{start + timedelta(hours=9):%Y-%m-%d %H:%M}'"
    (settings.county / OWN).write_text(f"freezes:\n- {{{rows}, reason: 值守, on: '{on}'}}\n", encoding="utf-8")


def test_a_change_does_not_begin_but_by_the_centers_word_with_a_reason(
    settings: Settings, engine: Engine, looked: Run
) -> None:
    freeze(settings)
    with pytest.raises(Conflict, match="nothing is changed until"):
        frozen.may_follow(settings, engine, looked)
    with pytest.raises(NotAllowed):
        let(settings, engine, looked.targets, frozen.subject(looked.number), OPERATOR, "urgent")
    with pytest.raises(BadInput):
        let(settings, engine, looked.targets, frozen.subject(looked.number), CENTER, " ")
    let(settings, engine, looked.targets, frozen.subject(looked.number), CENTER, "the line is down")
    frozen.may_follow(settings, engine, looked)
    change = book.carry_out(engine, looked.number, OPERATOR)
    book.approve(engine, change.number, CENTER)
    dispatch.once(settings, engine)
    assert book.get(engine, change.number).state is RunState.RUNNING
    with reading(engine) as session:
        (event,) = session.scalars(select(Event).where(Event.tag == "freeze.passed"))
    assert (event.actor, event.subject) == ("bob", f"run:{looked.number}")
    assert "the line is down" in str(event.data)


def test_what_waited_is_refused_when_it_would_begin_in_a_period(
    settings: Settings, engine: Engine, looked: Run
) -> None:
    change = book.carry_out(engine, looked.number, OPERATOR)
    freeze(settings)
    book.approve(engine, change.number, CENTER)
    dispatch.once(settings, engine)
    ended = book.get(engine, change.number)
    assert ended.state is RunState.REFUSED
    assert "值守" in ended.words


def test_looks_and_what_lies_elsewhere_are_free(
    settings: Settings, engine: Engine, county: County, looked: Run
) -> None:
    freeze(settings)
    look = book.ask(settings, engine, county, "greet", AMY_GIVEN, OPERATOR)
    dispatch.once(settings, engine)
    assert book.get(engine, look.number).state is RunState.RUNNING
    job = book.ask(settings, engine, county, "read", {"devices": "cpe-001"}, OPERATOR)
    assert job.state is RunState.QUEUED
    freeze(settings, on="zone=server")
    frozen.may_follow(settings, engine, looked)
    freeze(settings, begins=timedelta(hours=1))
    frozen.may_follow(settings, engine, looked)
    freeze(settings, on="cpe-001")
    with pytest.raises(Conflict), under("run:99"):
        frozen.may_follow(settings, engine, looked)


def test_a_wrong_file_holds_everything_but_emergencies(settings: Settings, engine: Engine, looked: Run) -> None:
    for text in ("freezes:\n- {id: a, begins: x, ends: y, reason: z}\n", "freezes: no\n"):
        (settings.county / OWN).write_text(text, encoding="utf-8")
        with pytest.raises(BadInput):
            frozen.may_follow(settings, engine, looked)
    freeze(settings, on="zone=moon")
    with pytest.raises(BadInput) as error:
        holding(settings, looked.targets, clock.now())
    assert "week" in str(error.value.problems[0].values)
    emergency = catalogue.playbook(settings.county, "isolate-unit")
    frozen.may_ask(settings, engine, emergency, looked.targets)
    (settings.county / OWN).unlink()
    with pytest.raises(Conflict):
        let(settings, engine, looked.targets, "run:1", CENTER, "why not")
