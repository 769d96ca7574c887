"""Work windows: whom they cover, what they mute, what the ledger says of them, and what is refused."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from countynet import clock
from countynet.db import open_database, reading
from countynet.errors import BadInput, Conflict, NotAllowed
from countynet.events import Event, verify
from countynet.people import Actor
from countynet.settings import Settings
from countynet.vocabulary import LineState, Role
from monitoring import read as monitoring
from monitoring.tags import WindowTag
from monitoring.windows import book, model, store
from monitoring.windows.cover import covered, covers
from monitoring.windows.model import Window
from tests.unit.monitoring.ledger.timeline import ALL, BEGIN, PLAN, SECOND, County

TOPOLOGY = PLAN.topology
FIBER = frozenset(("cpe-001", "cpe-002"))
HOUR = timedelta(hours=1)


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return open_database(Settings(county=tmp_path, language="en"))


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> "Clock":
    return Clock(monkeypatch)


class Clock:
    """The county's clock, set by hand."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = BEGIN
        monkeypatch.setattr(clock, "now", lambda: self.now)

    def __call__(self, now: datetime) -> None:
        self.now = now


def window(number: int, *devices: str, start: datetime = BEGIN, hours: float = 1) -> Window:
    return Window(number, devices, start, start + hours * HOUR, "work", "center")


def add(engine: Engine, *devices: str, start: datetime = BEGIN, seconds: float = 3600) -> Window:
    return book.add(engine, TOPOLOGY, devices, start, start + seconds * SECOND, "new optics", "center")


@pytest.mark.parametrize("device", sorted(ALL))
def test_one_device_covers_what_is_behind_it(device: str) -> None:
    assert covered(TOPOLOGY, [device]) == TOPOLOGY.behind[device]


def test_a_redundant_path_counts() -> None:
    assert covered(TOPOLOGY, ["core-1"]) == {"core-1"}
    assert covered(TOPOLOGY, ["core-1", "core-2"]) >= FIBER
    assert covered(TOPOLOGY, ["sw-admin"]) == FIBER | {"sw-admin", "building:admin:sw-admin"}


def test_windows_that_overlap_cover_together_what_neither_covers_alone() -> None:
    first, second = window(1, "core-1", hours=2), window(2, "core-2", start=BEGIN + HOUR, hours=2)
    found = covers([first, second], TOPOLOGY, BEGIN)
    (mine,) = [cover for cover in found if cover.device == "cpe-001"]
    assert (mine.window, mine.start, mine.end) == (2, BEGIN + HOUR, BEGIN + 2 * HOUR)
    (core,) = [cover for cover in found if cover.device == "core-1"]
    assert (core.start, core.end) == (BEGIN, BEGIN + 2 * HOUR)


def test_what_is_over_or_withdrawn_covers_nothing() -> None:
    gone = Window(1, ("sw-admin",), BEGIN, BEGIN + HOUR, "", "", removed=BEGIN - HOUR)
    assert covers([gone, window(2, "sw-admin", start=BEGIN - 2 * HOUR)], TOPOLOGY, BEGIN) == ()
    assert (gone.state(BEGIN), window(2, "x").state(BEGIN + HOUR)) == ("withdrawn", "over")


def test_a_window_is_announced_to_the_units_it_touches(engine: Engine, at: Clock) -> None:
    made = add(engine, "sw-admin", start=BEGIN + HOUR)
    assert (made.units, made.state(BEGIN)) == (("u001", "u002"), "waiting")
    with reading(engine) as session:
        assert [w.number for w in store.of_unit(session, "u001", BEGIN)] == [made.number]
        assert store.of_unit(session, "u025", BEGIN) == []
        assert store.of_unit(session, "u001", BEGIN + 3 * HOUR) == []
        (event,) = session.query(Event).all()
        assert (event.tag, event.subject) == (WindowTag.ANNOUNCED, f"window:{made.number}")
        assert event.data["units"] == ["u001", "u002"]
        assert verify(session) == ()


def test_a_window_that_touches_nobody_is_announced_once_too(engine: Engine, at: Clock) -> None:
    made = add(engine, "core-1")
    assert made.units == ()
    add(engine, "core-2")
    with reading(engine) as session:
        told = [(e.subject, e.data["units"]) for e in session.query(Event).order_by(Event.id)]
    assert told == [("window:1", []), ("window:2", ["u001", "u002", "u025", "u026"])]


def test_it_mutes_alarms_and_not_measurement(engine: Engine, at: Clock) -> None:
    county = County(engine).rounds(10)
    add(engine, "sw-admin", start=BEGIN + 10 * SECOND, seconds=60)
    county.rounds(40, "sw-admin", *FIBER).rounds(20)
    assert county.alarms == []
    ledger = county.unit("u001")
    assert county.told(ledger) == [("up", 0, 10), ("planned", 10, 50), ("planned", 50, 70)]
    assert [s.measured for s in ledger.stretches][-2:] == ["shadowed", "up"]
    assert len(ledger.outages) == 1
    assert ledger.sums.availability == 100
    assert county.told(county.unit("u025")) == [("up", 0, 70)]


def test_states_are_shown_as_they_are_within_a_window(engine: Engine, at: Clock) -> None:
    county = County(engine).rounds(10)
    add(engine, "cpe-001", start=BEGIN + 10 * SECOND)
    county.rounds(20, "cpe-001")
    with reading(engine) as session:
        assert monitoring.lines(session)["u001"].state is LineState.DOWN
        assert monitoring.open_alarms(session) == []


def test_what_is_still_down_after_the_window_alarms_then_and_counts_from_then(engine: Engine, at: Clock) -> None:
    county = County(engine).rounds(10)
    add(engine, "cpe-001", start=BEGIN + 10 * SECOND, seconds=30)
    county.rounds(29, "cpe-001")
    assert county.alarms == []
    county.rounds(11, "cpe-001").rounds(5)
    assert county.alarms == ["+cpe-001", "-cpe-001"]
    assert county.told(county.unit("u001")) == [("up", 0, 10), ("planned", 10, 40), ("down", 40, 50), ("up", 50, 55)]


def test_an_alarm_from_before_the_window_stays_and_closes_in_it(engine: Engine, at: Clock) -> None:
    county = County(engine).rounds(10).rounds(10, "cpe-001")
    at(county.now)
    add(engine, "cpe-001", start=county.now, seconds=60)
    county.rounds(10, "cpe-001")
    assert county.alarms == ["+cpe-001"]
    county.rounds(10)
    assert county.alarms == ["+cpe-001", "-cpe-001"]


def test_another_outage_at_the_same_time_alarms(engine: Engine, at: Clock) -> None:
    county = County(engine).rounds(10)
    add(engine, "cpe-001", start=BEGIN + 10 * SECOND)
    county.rounds(10, "cpe-001", "cpe-002")
    assert county.alarms == ["+cpe-002"]


def test_a_window_that_is_ended_early_covers_until_then(engine: Engine, at: Clock) -> None:
    county = County(engine).rounds(10)
    made = add(engine, "cpe-001", start=BEGIN + 10 * SECOND)
    county.rounds(20, "cpe-001")
    at(county.now)
    ended = book.remove(engine, TOPOLOGY, made.number, "center")
    assert (ended.until, ended.state(county.now)) == (BEGIN + 30 * SECOND, "over")
    county.rounds(10, "cpe-001")
    assert county.alarms == ["+cpe-001"]
    assert county.told(county.unit("u001")) == [("up", 0, 10), ("planned", 10, 30), ("down", 30, 40)]


def test_ending_one_of_two_takes_back_what_both_covered_together(engine: Engine, at: Clock) -> None:
    first, second = add(engine, "core-1"), add(engine, "core-2")
    at(BEGIN + 600 * SECOND)
    book.remove(engine, TOPOLOGY, first.number, "center")
    with reading(engine) as session:
        assert "cpe-001" in store.covering(session, BEGIN + 599 * SECOND)
        assert store.covering(session, BEGIN + 600 * SECOND) == {"core-2"}
    assert second.units


def test_a_window_withdrawn_before_it_begins_leaves_nothing(engine: Engine, at: Clock) -> None:
    made = add(engine, "sw-admin", start=BEGIN + HOUR)
    book.remove(engine, TOPOLOGY, made.number, "center")
    with reading(engine) as session:
        assert store.covering(session, BEGIN + 1.5 * HOUR) == frozenset()
        assert store.of_unit(session, "u001", BEGIN) == []
        assert [e.tag for e in session.query(Event).order_by(Event.id)] == [WindowTag.ANNOUNCED, WindowTag.WITHDRAWN]
    with pytest.raises(Conflict):
        book.remove(engine, TOPOLOGY, made.number, "center")


def test_a_window_that_is_over_cannot_be_taken_back(engine: Engine, at: Clock) -> None:
    made = add(engine, "sw-admin")
    at(BEGIN + 2 * HOUR)
    with pytest.raises(Conflict):
        book.remove(engine, TOPOLOGY, made.number, "center")
    with pytest.raises(BadInput):
        book.remove(engine, TOPOLOGY, 99, "center")


def test_everything_wrong_is_said_at_once(engine: Engine, at: Clock) -> None:
    with pytest.raises(BadInput) as caught:
        book.add(engine, TOPOLOGY, ["sw-admni", "core-9"], BEGIN - HOUR, BEGIN - 2 * HOUR, " ", "center")
    found = {(problem.where, problem.found) for problem in caught.value.problems}
    assert {where for where, _found in found} == {"--device", "--from", "--to", "--reason"}
    assert "sw-admin" in next(p.wanted for p in caught.value.problems if p.found == "sw-admni")
    with reading(engine) as session:
        assert store.newest(session, 5) == []


def test_an_outage_cannot_be_planned_afterwards(engine: Engine, at: Clock) -> None:
    with pytest.raises(BadInput):
        add(engine, "cpe-001", start=BEGIN - HOUR, seconds=7200)
    typed = add(engine, "cpe-001", start=BEGIN - 30 * SECOND)
    assert typed.start == BEGIN


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-03-11 02:00", "2026-03-11 04:00", (18, 20)),
        ("2026-03-11 02:00", "04:00", (18, 20)),
        ("2026-03-10T18:00:00+00:00", "2026-03-11T04:00:00+08:00", (18, 20)),
        ("2026-03-11", "2026-03-12", (16, 40)),
        ("now", "12:00", (2, 4)),
    ],
)
def test_times_are_the_countys_unless_a_zone_is_given(start: str, end: str, hours: tuple[int, int]) -> None:
    midnight = BEGIN.replace(hour=0)
    assert model.read(start, end, BEGIN) == (midnight + hours[0] * HOUR, midnight + hours[1] * HOUR)


def test_both_times_are_read_before_anything_is_said() -> None:
    with pytest.raises(BadInput) as caught:
        model.read("tomorrow", "25:00", BEGIN)
    assert [problem.where for problem in caught.value.problems] == ["--from", "--to"]


@pytest.mark.parametrize("role", [Role.UNIT, Role.AUDITOR, Role.ADMIN])
def test_only_center_and_operator_announce(role: Role) -> None:
    book.may(Actor("o", Role.OPERATOR))
    with pytest.raises(NotAllowed):
        book.may(Actor("x", role))
