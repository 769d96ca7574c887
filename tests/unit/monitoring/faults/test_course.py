"""Whatever people do in whatever order: rows say what events say, nothing is lost, what was undone leaves no trace."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from countynet.db import open_database, reading
from countynet.errors import BadInput, Conflict, NotAllowed
from countynet.events import Event, verify
from countynet.people import Actor
from countynet.settings import Settings
from countynet.vocabulary import Role
from inventory.calendar.model import Calendar, Year
from monitoring.faults import store
from monitoring.faults.clocks import ClockKind, PauseReason, Target, clocks, pauses
from monitoring.faults.past import begin, taken_in
from monitoring.faults.reports.store import FaultReport, of_fault
from monitoring.faults.rules import replay
from monitoring.faults.service import Faults
from monitoring.faults.ties import store as tied
from monitoring.faults.ties.service import Ties
from monitoring.faults.waves import Wave
from monitoring.tags import FaultTag
from tests.unit.monitoring.faults.conftest import CENTER, OPERATOR

ACTS = ("report", "dispatch", "start", "arrive", "pause", "resume", "repaired", "confirm", "reopen", "merge", "part",
        "split")  # fmt: skip
COURSES = st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 2), st.integers(0, 2)), min_size=5, max_size=25)
_numbers = count(1)


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return open_database(Settings(county=tmp_path_factory.mktemp("county"), language="en"))


def act(engine: Engine, units: list[str], name: str, one: int, other: int) -> None:
    """Do something to a unit's newest fault; whoever it is for."""
    faults, ties, clerk = Faults(engine, Wave(units=0)), Ties(engine), Actor(units[one], Role.UNIT, units[one])
    if name == "report":
        faults.report(units[one], f"trouble {next(_numbers)}", "", "", clerk)
        return
    fault, second = newest(engine, units[one]), newest(engine, units[other])
    if name == "split":
        with reading(engine) as session:
            reports = [report.id for report in of_fault(session, fault)]
        ties.split(fault, reports[:1], CENTER)
        return
    steps: dict[str, Callable[[], object]] = {
        "dispatch": lambda: faults.dispatch(fault, CENTER),
        "start": lambda: faults.start(fault, OPERATOR),
        "arrive": lambda: faults.arrive(fault, OPERATOR),
        "pause": lambda: faults.pause(fault, OPERATOR, PauseReason.UNIT, "nobody there"),
        "resume": lambda: faults.resume(fault, OPERATOR),
        "repaired": lambda: faults.repaired(fault, OPERATOR, "cable"),
        "confirm": lambda: faults.confirm(fault, clerk, 4),
        "reopen": lambda: faults.reopen(fault, clerk),
        "merge": lambda: ties.merge(fault, second, CENTER),
        "part": lambda: ties.part(fault, CENTER),
    }
    steps[name]()


def newest(engine: Engine, unit: str) -> int:
    with reading(engine) as session:
        rows = store.of_unit(session, unit)
    return rows[0].id if rows else 0


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(COURSES)
def test_rows_say_what_events_say_and_a_refused_step_leaves_nothing(
    county: Engine, course: list[tuple[str, int, int]]
) -> None:
    units = [f"v{next(_numbers)}" for _each in range(3)]
    for n in range(3):
        act(county, units, "report", n, n)
    there = kept(county)
    for name, one, other in course:
        before = events(county)
        try:
            act(county, units, name, one, other)
        except (BadInput, Conflict, NotAllowed):
            assert events(county) == before
        now = kept(county)
        assert now >= there, "no fault and no report is ever gone"
        there = now
    with reading(county) as session:
        rows = [row for unit in units for row in store.of_unit(session, unit)]
        for row in rows:
            past = store.events(session, row.id)
            assert replay(past) is row.state, [e.tag for e in past]
            assert row.assignee is not None
            above, below = tied.ancestors(session, row.id), tied.members(session, row.id)
            assert row.id not in above
            assert set(taken_in(past)) == set(below)
            assert begin(row.opened, past) == min([row.opened, *(each.opened for each in rows if each.id in below)])
            assert (row.closed is not None) is (row.state == "confirmed")
        assert verify(session) == ()


def kept(engine: Engine) -> set[tuple[str, int]]:
    """Every fault and report that is in the database."""
    with reading(engine) as session:
        found = {table.__tablename__: session.scalars(select(table.id)).all() for table in (store.Fault, FaultReport)}
    return {(name, number) for name, numbers in found.items() for number in numbers}


def events(engine: Engine) -> int:
    with reading(engine) as session:
        return session.scalars(select(Event.id).order_by(Event.id.desc()).limit(1)).one()


START = datetime(2026, 11, 23, 1, tzinfo=UTC)
CALENDAR = Calendar(years={2026: Year(year=2026, notice="x", holidays=())})
TARGETS = {kind: Target(60) for kind in ClockKind}


@dataclass(frozen=True)
class Said:
    """An event so many minutes after the opening."""

    minute: int
    tag: FaultTag
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def at(self) -> datetime:
        return START + timedelta(minutes=self.minute)

    @property
    def id(self) -> int:
        return self.minute


OWN = st.sampled_from([FaultTag.STARTED, FaultTag.ARRIVED, FaultTag.PAUSED, FaultTag.RESUMED, FaultTag.REPAIRED])
TIMES = st.lists(st.integers(1, 400), unique=True, min_size=2, max_size=8).map(sorted)


@settings(deadline=None)
@given(TIMES, st.data())
def test_a_merger_that_is_undone_leaves_the_clocks_as_if_it_had_never_been(
    times: list[int], data: st.DataObject
) -> None:
    own = [Said(minute, data.draw(OWN)) for minute in times]
    first, last = sorted(data.draw(st.lists(st.integers(0, 401), min_size=2, max_size=2, unique=True)))
    inner = data.draw(st.lists(st.tuples(st.integers(first, last), OWN), max_size=4))
    brought = {FaultTag.STARTED.value: {}, FaultTag.PAUSED.value: {"reason": "unit"}}
    foreign = [Said(minute, tag, {"with": 9}) for minute, tag in inner]
    merged = Said(first, FaultTag.MERGED, {"into": 9, "became": "started", "brought": brought})
    outside = [one for one in own if not first <= one.minute <= last]
    before = [one for one in outside if one.minute < first]
    after = [one for one in outside if one.minute > last]
    parted = Said(last, FaultTag.PARTED, {"from": 9, "undo": True})
    course = [*before, merged, *sorted(foreign, key=lambda one: one.minute), parted, *after]
    now = START + timedelta(minutes=500)
    assert clocks(START, course, TARGETS, CALENDAR, now) == clocks(START, outside, TARGETS, CALENDAR, now)


def test_what_the_leader_had_behind_it_counts_for_who_joins_later() -> None:
    brought = {FaultTag.STARTED.value: {}, FaultTag.PAUSED.value: {"reason": "unit", "note": "x"}}
    merged = Said(20, FaultTag.MERGED, {"into": 9, "became": "started", "brought": brought})
    now = START + timedelta(minutes=300)
    respond, arrive, repair = clocks(START, [merged], TARGETS, CALENDAR, now)
    assert (respond.ended, respond.used) == (merged.at, timedelta(minutes=20))
    assert (arrive.paused, repair.paused, repair.used) == (True, True, timedelta(minutes=20))


def paused(*more: Said, until: int | None = None, now: int = 300) -> int:
    """Return the minutes that the clock to repair used, of a fault begun at 10 and paused at 20."""
    end = {"until": (START + timedelta(minutes=until)).isoformat()} if until else {}
    course = [Said(10, FaultTag.STARTED), Said(20, FaultTag.PAUSED, {"reason": "material", **end}), *more]
    found = clocks(START, course, TARGETS, CALENDAR, START + timedelta(minutes=now))
    return int(found[-1].used.total_seconds() // 60)


def corrected(minute: int, **said: object) -> Said:
    moments = {k: (START + timedelta(minutes=v)).isoformat() for k, v in said.items() if isinstance(v, int) and v > 1}
    return Said(minute, FaultTag.PAUSE_CORRECTED, {"pause": 20, **said, **moments})


def test_a_pause_ends_by_itself_at_the_moment_until_which_it_was_meant() -> None:
    assert paused(until=50, now=40) == 20
    assert paused(until=50, now=300) == 270
    assert paused(Said(30, FaultTag.RESUMED), until=50) == 290


def test_a_corrected_pause_counts_as_corrected_ever_since() -> None:
    resumed = Said(120, FaultTag.RESUMED)
    assert paused(resumed) == 200
    assert paused(resumed, corrected(130, ends=60)) == 260
    assert paused(resumed, corrected(130, begins=40, ends=60)) == 280
    assert paused(resumed, corrected(130, begins=40), corrected(140, void=True)) == 300


def test_a_reason_that_the_county_does_not_accept_stops_nothing() -> None:
    course = [Said(10, FaultTag.STARTED), Said(20, FaultTag.PAUSED, {"reason": "material", "note": "a part"})]
    now = START + timedelta(minutes=60)
    assert clocks(START, course, TARGETS, CALENDAR, now, {"unit"})[-1].used == timedelta(minutes=60)
    (one,) = pauses(course, now, {"unit"})
    assert (one.stops, one.note) == (False, "a part")
