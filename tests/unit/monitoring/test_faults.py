"""Alarms and faults together: one fault a trouble, the right people in the right order, an event for every step."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from countynet import clock
from countynet.db import open_database, reading, transaction
from countynet.errors import BadInput, Conflict, CountyError, NotAllowed
from countynet.events import Event, verify
from countynet.people import Actor
from countynet.settings import Settings
from countynet.vocabulary import FaultState, LineState, Role, Severity
from monitoring.alarms.service import Trouble, close_alarm, open_alarm
from monitoring.alarms.store import TIMES, open_alarms, recent
from monitoring.faults import joining, store
from monitoring.faults.rules import STEPS, possible
from monitoring.faults.service import Faults
from monitoring.state.store import LineRow
from monitoring.tags import FaultTag

CENTER = Actor("center", Role.CENTER)
OPERATOR = Actor("operator", Role.OPERATOR)
AUDITOR = Actor("auditor", Role.AUDITOR)
ADMIN = Actor("admin", Role.ADMIN)
CLERK = Actor("u001", Role.UNIT, "u001")
OTHER = Actor("u002", Role.UNIT, "u002")
LINE = Trouble("line:line-001", Severity.MAJOR, "line-001", "Line {line} is down", {"line": "line-001"}, unit="u001")
SWITCH = Trouble("device:sw-admin", Severity.CRITICAL, "sw-admin", "Device {device} is down", {"device": "sw-admin"})


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return open_database(Settings(county=tmp_path, language="en"))


@pytest.fixture
def faults(engine: Engine) -> Faults:
    return Faults(engine)


def alarm(engine: Engine, trouble: Trouble = LINE) -> int:
    with transaction(engine) as session:
        opened, new = open_alarm(session, trouble, "ping")
        if new:
            joining.alarm_opened(session, opened)
        return opened.id


def line_state(engine: Engine, state: LineState, cause: str = "") -> None:
    with transaction(engine) as session:
        session.merge(LineRow(unit="u001", circuit="line-001", state=state, cause=cause, since=clock.now()))


def state(engine: Engine, fault: int) -> FaultState:
    with reading(engine) as session:
        found = store.get(session, fault)
        assert found is not None
        return found.state


def tags(faults: Faults, fault: int) -> list[FaultTag]:
    return [past.tag for past in faults.history(fault)]


def test_the_whole_way_with_time_and_person(engine: Engine, faults: Faults) -> None:
    number = faults.report("u001", " 上不了网 ", "整个科室", "138", CLERK)
    faults.dispatch(number, CENTER, "请尽快")
    faults.start(number, OPERATOR)
    faults.repaired(number, OPERATOR, "光纤断", "熔接")
    faults.confirm(number, CLERK, 5, "谢谢")
    history = faults.history(number)
    assert [(past.tag, past.actor) for past in history] == [
        (FaultTag.REPORTED, "u001"),
        (FaultTag.DISPATCHED, "center"),
        (FaultTag.STARTED, "operator"),
        (FaultTag.REPAIRED, "operator"),
        (FaultTag.CONFIRMED, "u001"),
    ]
    assert history[0].data["title"] == "上不了网"
    assert [past.at for past in history] == sorted(past.at for past in history)
    with reading(engine) as session:
        (closed,) = store.closed_faults(session, 5)
        assert (closed.cause, closed.work, closed.rating) == ("光纤断", "熔接", 5)
        assert store.open_faults(session) == []
        assert verify(session) == ()


def test_not_repaired_after_all(engine: Engine, faults: Faults) -> None:
    number = faults.report("u001", "down", "", "", CLERK)
    faults.dispatch(number, CENTER)
    faults.start(number, OPERATOR)
    faults.repaired(number, OPERATOR, "plug")
    faults.reopen(number, CLERK, "still dead")
    assert state(engine, number) is FaultState.DISPATCHED
    faults.start(number, OPERATOR)


def take(faults: Faults, tag: FaultTag, number: int, actor: Actor) -> None:
    steps: dict[FaultTag, Callable[[], None]] = {
        FaultTag.DISPATCHED: lambda: faults.dispatch(number, actor),
        FaultTag.STARTED: lambda: faults.start(number, actor),
        FaultTag.REPAIRED: lambda: faults.repaired(number, actor, "cause"),
        FaultTag.CONFIRMED: lambda: faults.confirm(number, actor, 3),
        FaultTag.REOPENED: lambda: faults.reopen(number, actor),
    }
    steps[tag]()


RIGHT = {Role.CENTER: CENTER, Role.OPERATOR: OPERATOR, Role.UNIT: CLERK}


@pytest.mark.parametrize("tag", list(STEPS))
@pytest.mark.parametrize("actor", [CENTER, OPERATOR, AUDITOR, ADMIN, CLERK, OTHER], ids=lambda actor: actor.name)
def test_every_step_by_every_person_in_every_state(engine: Engine, faults: Faults, tag: FaultTag, actor: Actor) -> None:
    number = faults.report("u001", "down", "", "", CLERK)
    for before in FaultState:
        with transaction(engine) as session:
            found = store.get(session, number)
            assert found is not None
            found.state, found.closed = before, None
        right = RIGHT[STEPS[tag].role] is actor
        assert (tag in possible(actor, before, "u001")) == (right and STEPS[tag].before is before)
        events = len(faults.history(number))
        expected: type[CountyError] | None = None
        if not right:
            expected = NotAllowed
        elif STEPS[tag].before is not before:
            expected = Conflict
        if expected is None:
            take(faults, tag, number, actor)
            assert state(engine, number) is STEPS[tag].after
        else:
            with pytest.raises(expected):
                take(faults, tag, number, actor)
            assert state(engine, number) is before
            assert len(faults.history(number)) == events


@pytest.mark.parametrize("actor", [OPERATOR, AUDITOR, ADMIN, OTHER], ids=lambda actor: actor.name)
def test_who_may_not_report(engine: Engine, faults: Faults, actor: Actor) -> None:
    with pytest.raises(NotAllowed):
        faults.report("u001", "down", "", "", actor)
    with reading(engine) as session:
        assert session.scalars(select(Event)).all() == []


def test_what_is_filled_in_wrongly(faults: Faults) -> None:
    with pytest.raises(BadInput) as caught:
        faults.report("u001", "x" * 201, "x" * 4001, "", CLERK)
    assert [problem.where for problem in caught.value.problems] == ["title", "description"]
    with pytest.raises(BadInput):
        faults.report("u001", "  ", "", "", CLERK)
    number = faults.report("u001", "down", "", "", CLERK)
    for rating in (0, 6, -1):
        with pytest.raises(BadInput):
            faults.confirm(number, CLERK, rating)
    with pytest.raises(BadInput):
        faults.dispatch(4711, CENTER)
    with pytest.raises(BadInput):
        faults.history(4711)


def test_alarm_then_report_is_one_fault(engine: Engine, faults: Faults) -> None:
    line_state(engine, LineState.DOWN)
    raised = alarm(engine)
    with reading(engine) as session:
        (opened,) = store.open_faults(session)
        assert (opened.alarm_id, opened.title, opened.values) == (raised, LINE.message, dict(LINE.values))
    number = faults.report("u001", "上不了网", "", "", CLERK)
    assert number == opened.id
    with reading(engine) as session:
        (joined,) = store.open_faults(session)
        assert (joined.title, joined.values, joined.reporter, joined.alarm_id) == ("上不了网", {}, "u001", raised)
    assert tags(faults, number) == [FaultTag.OPENED, FaultTag.REPORTED]


def test_report_then_alarm_is_one_fault(engine: Engine, faults: Faults) -> None:
    number = faults.report("u001", "slow", "", "", CLERK)
    raised = alarm(engine)
    with reading(engine) as session:
        (joined,) = store.open_faults(session)
        assert (joined.id, joined.alarm_id, joined.title) == (number, raised, "slow")
        assert joined.alarm is not None
    assert tags(faults, number) == [FaultTag.REPORTED, FaultTag.ALARM_JOINED]


def test_a_shadowed_units_report_joins_the_alarm_of_what_shadows_it(engine: Engine, faults: Faults) -> None:
    line_state(engine, LineState.SHADOWED, "sw-admin")
    raised = alarm(engine, SWITCH)
    with reading(engine) as session:
        assert store.open_faults(session) == []
    number = faults.report("u001", "down", "", "", CLERK)
    with reading(engine) as session:
        found = store.get(session, number)
        assert found is not None
        assert found.alarm_id == raised


def test_a_second_report_is_kept_and_changes_no_words(engine: Engine, faults: Faults) -> None:
    number = faults.report("u001", "first", "", "", CLERK)
    assert faults.report("u001", "second", "more", "", CENTER) == number
    with reading(engine) as session:
        (found,) = store.open_faults(session)
        assert found.title == "first"
    assert faults.history(number)[1].data["title"] == "second"


def test_a_line_that_fails_again_before_the_unit_confirmed(engine: Engine, faults: Faults) -> None:
    alarm(engine)
    with transaction(engine) as session:
        (opened,) = store.open_faults(session)
    faults.dispatch(opened.id, CENTER)
    faults.start(opened.id, OPERATOR)
    faults.repaired(opened.id, OPERATOR, "plug")
    with transaction(engine) as session:
        assert close_alarm(session, LINE.key) is not None
    assert state(engine, opened.id) is FaultState.REPAIRED
    second = alarm(engine)
    assert state(engine, opened.id) is FaultState.DISPATCHED
    with reading(engine) as session:
        (found,) = store.open_faults(session)
        assert found.alarm_id == second
    assert tags(faults, opened.id)[-2:] == [FaultTag.ALARM_JOINED, FaultTag.REOPENED]


def told(session: Session, alarm: int) -> list[str]:
    return [e.tag for e in session.scalars(select(Event)) if e.subject == f"alarm:{alarm}"]


def test_what_comes_again_soon_is_the_same_alarm_and_later_another(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, start = alarm(engine), clock.now()
    with transaction(engine) as session:
        close_alarm(session, LINE.key)
    monkeypatch.setattr(clock, "now", lambda: start + timedelta(minutes=4))
    assert alarm(engine) == first
    with transaction(engine) as session:
        (standing,) = open_alarms(session)
        assert (standing.id, standing.values[TIMES], standing.opened <= start) == (first, 2, True)
        assert told(session, first) == ["alarm.opened", "alarm.closed", "alarm.reopened"]
        close_alarm(session, LINE.key)
    monkeypatch.setattr(clock, "now", lambda: start + timedelta(minutes=10))
    assert alarm(engine) != first
    with reading(engine) as session:
        assert len(open_alarms(session)) == 1
        assert len(store.open_faults(session)) == 1
        assert verify(session) == ()


def test_an_alarm_opens_once_and_closes_once(engine: Engine) -> None:
    first = alarm(engine)
    assert alarm(engine) == first
    with transaction(engine) as session:
        assert close_alarm(session, LINE.key) is not None
        assert close_alarm(session, LINE.key) is None
    with reading(engine) as session:
        assert [a.id for a in recent(session, 5)] == [first]
        assert open_alarms(session) == []
        assert told(session, first) == ["alarm.opened", "alarm.closed"]
        assert verify(session) == ()


def test_the_database_itself_refuses_a_second_open_alarm(engine: Engine) -> None:
    alarm(engine)
    names = "source, key, severity, subject, device, unit, message, message_values, opened, closed"
    with pytest.raises(IntegrityError), transaction(engine) as session:
        session.execute(text(f"INSERT INTO alarm ({names}) SELECT {names} FROM alarm"))


def test_worst_alarm_first(engine: Engine) -> None:
    alarm(engine)
    alarm(engine, SWITCH)
    with reading(engine) as session:
        assert [a.severity for a in open_alarms(session)] == [Severity.CRITICAL, Severity.MAJOR]
