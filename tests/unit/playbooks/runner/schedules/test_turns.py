"""Schedules from being made to their turns: asked for in time, carried out once agreed to, missed with why."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, select, update

from countynet import clock
from countynet.db import reading
from countynet.errors import BadInput, Conflict, NotAllowed
from countynet.events import Event
from countynet.people import Actor
from countynet.settings import Settings
from countynet.vocabulary import Role
from playbooks.freezes.model import OWN
from playbooks.runner import book as runs
from playbooks.runner import catalogue, dispatch
from playbooks.runner.programs.work import Ended
from playbooks.runner.schedules import book
from playbooks.runner.schedules.store import ScheduleRow, TurnState
from playbooks.runner.states import RunState
from tests.unit.playbooks.runner.schedules.samples import AMY, ANN, BOB, FREE, NIGHT, Desk, Fake

PLAYBOOK = "  approval: true\n  target: devices\n"


def test_what_the_center_agreed_to_is_looked_at_and_carried_out_once(desk: Desk, fake: Fake) -> None:
    made = desk.make()
    assert (made.given["key"], made.rhythm, made.seen_by(Actor("joe", Role.UNIT, "u001"))) == ("••••", NIGHT, False)
    book.approve(desk.engine, made.number, clock.now() + timedelta(days=30), BOB)
    desk.at(made.due - timedelta(seconds=1))
    assert book.get(desk.engine, made.number).last is None
    for _tick in range(2):
        desk.at(made.due)
    look = desk.last(made.number).look
    assert desk.carried(look).looks
    for _tick in range(2):
        desk.at(made.due + timedelta(minutes=1))
    change = desk.carried(desk.last(made.number).run)
    assert (change.state, change.approver, change.follows, change.asker) == (RunState.DONE, "bob", look, AMY)
    desk.at(made.due + timedelta(minutes=2))
    assert desk.last(made.number).state is TurnState.ENDED
    assert book.get(desk.engine, made.number).due == made.due + timedelta(days=1)
    assert [(w.looks, w.values["key"]) for w in fake.seen] == [(True, "very-secret"), (False, "very-secret")]
    assert desk.tags(made.number) == ["made", "approved", "due", "done"]


def test_without_an_agreement_that_counts_it_only_looks(desk: Desk, settings: Settings) -> None:
    for change, words in {
        "never agreed": "the center has not agreed",
        "over by then": "the center has not agreed",
        "another playbook": "the playbook is another",
    }.items():
        made = desk.make()
        if change != "never agreed":
            book.approve(desk.engine, made.number, clock.now() + timedelta(days=30), BOB)
        if change == "over by then":
            agreed_until(desk.engine, made.number, made.due)
        if change == "another playbook":
            file = settings.county / catalogue.OWN
            file.write_text(file.read_text(encoding="utf-8").replace(PLAYBOOK, PLAYBOOK + "  minutes: 99\n"), "utf-8")
        desk.at(made.due)
        desk.carried(desk.last(made.number).look)
        desk.at(made.due)
        last = desk.last(made.number)
        assert (last.state, last.run) == (TurnState.MISSED, None), change
        assert words in last.words, change
        assert desk.tags(made.number)[-1] == "missed"
        book.end(desk.engine, made.number, AMY)


def test_in_a_freeze_period_it_looks_and_what_it_would_change_is_missed_with_why(
    desk: Desk, settings: Settings
) -> None:
    made = desk.make()
    book.approve(desk.engine, made.number, clock.now() + timedelta(days=30), BOB)
    (settings.county / OWN).write_text(
        "freezes:\n- {id: week, begins: 2020-01-01, ends: 2020-06-01, reason: past}\n"
        f"- {{id: now, begins: {clock.today()}, ends: {clock.today() + timedelta(days=3)}, reason: 值守}}\n", "utf-8"
    )  # fmt: skip
    desk.at(made.due)
    assert desk.carried(desk.last(made.number).look).state is RunState.DONE
    desk.at(made.due)
    last = desk.last(made.number)
    assert (last.state, last.run) == (TurnState.MISSED, None)
    assert "值守" in last.words


def test_a_worker_that_was_away_does_once_what_was_due_ten_times(desk: Desk) -> None:
    made = desk.make("read", FREE)
    desk.at(made.due + timedelta(days=9, hours=5))
    assert len(runs.newest(desk.engine, BOB)) == 1
    assert desk.last(made.number).due == made.due + timedelta(days=9)
    assert book.get(desk.engine, made.number).due == made.due + timedelta(days=10)


def test_what_cannot_begin_in_its_window_is_missed(desk: Desk, fake: Fake) -> None:
    away, held, looked = (desk.make("read", NIGHT, actor) for actor in (AMY, BOB, ANN))
    book.end(desk.engine, away.number, AMY)
    late = desk.make("read", NIGHT)
    desk.at(late.due + timedelta(hours=2))
    assert [desk.last(one.number).state for one in (held, looked, late)] == [TurnState.MISSED] * 3
    assert not runs.newest(desk.engine, BOB)
    desk.at(late.due + timedelta(days=1))
    waits = desk.last(late.number)
    desk.at(late.due + timedelta(days=1, hours=2))
    assert waits.run is not None
    assert runs.get(desk.engine, waits.run).state is RunState.CANCELLED
    missed = desk.last(late.number)
    assert (missed.state, "its window closed" in missed.words) == (TurnState.MISSED, True)
    assert desk.tags(late.number) == ["made", "due", "missed", "due", "missed"]


def test_a_run_that_goes_on_past_its_window_is_left_and_the_next_time_waits_for_it(desk: Desk) -> None:
    made = desk.make("read", FREE)
    desk.at(made.due)
    first = desk.last(made.number)
    dispatch.once(desk.settings, desk.engine)
    desk.at(made.due + timedelta(days=1))
    assert desk.last(made.number).state is TurnState.WAITING
    assert len(runs.newest(desk.engine, BOB)) == 1
    desk.carried(first.run)
    desk.at(made.due + timedelta(days=1, minutes=1))
    desk.at(made.due + timedelta(days=1, minutes=2))
    assert desk.last(made.number).state is TurnState.CHANGING


def test_a_look_that_went_wrong_or_leaves_a_plan_waiting_changes_nothing(desk: Desk, fake: Fake) -> None:
    for end, words in ((Ended(False, words="no"), "its look, run"), (Ended(True, words="plan 7 waits"), "plan 7")):
        made, fake.end = desk.make(), end
        book.approve(desk.engine, made.number, clock.now() + timedelta(days=30), BOB)
        desk.at(made.due)
        desk.carried(desk.last(made.number).look)
        desk.at(made.due)
        assert words in desk.last(made.number).words
        assert desk.last(made.number).run is None
        book.end(desk.engine, made.number, AMY)


def test_the_rights_are_those_of_the_day_it_is_due(desk: Desk, accounts: list[Actor]) -> None:
    made = desk.make("read")
    accounts[:] = [Actor("amy", Role.AUDITOR), BOB]
    desk.at(made.due)
    assert "may not run" in desk.last(made.number).words
    accounts[:] = [BOB]
    desk.at(made.due + timedelta(days=1))
    assert desk.last(made.number).words == "the account amy is gone or closed"


def test_an_agreement_is_the_centers_and_nobody_gives_it_to_themselves(desk: Desk) -> None:
    own, plain = desk.make(actor=BOB), desk.make("read", actor=BOB)
    soon = clock.now() + timedelta(days=30)
    for actor in (AMY, BOB):
        with pytest.raises(NotAllowed):
            book.approve(desk.engine, own.number, soon, actor)
    for until in (clock.now(), clock.now() + timedelta(days=400)):
        with pytest.raises(BadInput):
            book.approve(desk.engine, own.number, until, ANN)
    with pytest.raises(Conflict):
        book.approve(desk.engine, plain.number, soon, ANN)
    assert book.approve(desk.engine, own.number, soon, ANN).approver == "ann"


def test_a_schedule_is_ended_by_its_maker_or_the_center_once(desk: Desk) -> None:
    made = desk.make("read")
    with pytest.raises(NotAllowed):
        book.end(desk.engine, made.number, Actor("joe", Role.OPERATOR))
    book.end(desk.engine, made.number, BOB)
    desk.at(made.due)
    assert (book.shown(desk.engine, BOB), runs.newest(desk.engine, BOB)) == ((), ())
    with pytest.raises(Conflict):
        book.end(desk.engine, made.number, BOB)
    with pytest.raises(BadInput):
        book.end(desk.engine, 99, BOB)


def test_a_secret_of_a_schedule_stands_nowhere_in_clear(desk: Desk) -> None:
    desk.make()
    with reading(desk.engine) as session:
        row = session.scalars(select(ScheduleRow)).one()
        assert (row.given["devices"], "very-secret" in str(row.given)) == ("cpe-001", False)
        assert not [event for event in session.scalars(select(Event)) if "very-secret" in str(event.data)]


def agreed_until(engine: Engine, number: int, until: datetime) -> None:
    """Set back when an agreement ends, past the events."""
    with engine.begin() as connection:
        connection.execute(update(ScheduleRow).where(ScheduleRow.id == number).values(approved_until=until))
