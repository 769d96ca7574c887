"""The clocks of a fault as timelines, and their laws for any course of events."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import inventory
from countynet.db import open_database
from countynet.errors import BadInput, Conflict, NotAllowed
from countynet.people import Actor
from countynet.settings import Settings
from countynet.vocabulary import Role
from inventory.calendar.model import Calendar, Holiday, Year
from inventory.load import load_county
from monitoring.faults import targets
from monitoring.faults.clocks import Clock, ClockKind, PauseReason, Target, clocks, paused
from monitoring.faults.service import Faults
from monitoring.tags import FaultTag

MONDAY = datetime(2026, 11, 23, 1, tzinfo=UTC)
"""nine o'clock on the county's clock"""
CALENDAR = Calendar(years={2026: Year(year=2026, notice="x", holidays=())})
WALL = {kind: Target(60) for kind in ClockKind}
OPERATOR, CENTER = Actor("operator", Role.OPERATOR), Actor("center", Role.CENTER)
CLERK = Actor("u001", Role.UNIT, "u001")


@dataclass(frozen=True)
class Said:
    """An event so many minutes after the opening."""

    minute: int
    tag: FaultTag
    data: Mapping[str, object] = field(default_factory=dict)

    @property
    def id(self) -> int:
        return self.minute

    @property
    def at(self) -> datetime:
        return MONDAY + timedelta(minutes=self.minute)


def at(minute: int, *events: tuple[int, FaultTag], target: dict[ClockKind, Target] = WALL) -> dict[ClockKind, Clock]:
    found = clocks(MONDAY, [Said(*e) for e in events], target, CALENDAR, MONDAY + timedelta(minutes=minute))
    return {clock.kind: clock for clock in found}


def used(clock: Clock) -> int:
    return int(clock.used.total_seconds() // 60)


def due(clock: Clock) -> int | None:
    return None if clock.due is None else int((clock.due - MONDAY).total_seconds() // 60)


def test_all_begin_at_the_opening_and_each_ends_by_its_own_step() -> None:
    events = (20, FaultTag.STARTED), (50, FaultTag.ARRIVED), (90, FaultTag.REPAIRED)
    found = at(200, *events)
    assert [used(found[kind]) for kind in ClockKind] == [20, 50, 90]
    assert [found[kind].missed for kind in ClockKind] == [False, False, True]
    assert [due(found[kind]) for kind in ClockKind] == [None, None, 60]
    assert [due(clock) for clock in at(10).values()] == [60, 60, 60]


def test_who_repairs_from_afar_need_not_arrive() -> None:
    found = at(100, (5, FaultTag.STARTED), (30, FaultTag.REPAIRED))
    assert (used(found[ClockKind.ARRIVE]), found[ClockKind.ARRIVE].missed) == (30, False)


def test_a_pause_stops_two_clocks_and_moves_what_is_due() -> None:
    events = (10, FaultTag.STARTED), (20, FaultTag.PAUSED)
    stands = at(500, *events)
    assert (used(stands[ClockKind.REPAIR]), due(stands[ClockKind.REPAIR]), stands[ClockKind.REPAIR].paused) == (
        20,
        None,
        True,
    )
    assert stands[ClockKind.REPAIR].ended is None
    assert not stands[ClockKind.RESPOND].paused
    runs = at(530, *events, (520, FaultTag.RESUMED))
    assert (used(runs[ClockKind.REPAIR]), due(runs[ClockKind.REPAIR]), runs[ClockKind.REPAIR].paused) == (
        30,
        560,
        False,
    )
    done = at(900, *events, (520, FaultTag.RESUMED), (540, FaultTag.REPAIRED))
    assert (used(done[ClockKind.REPAIR]), done[ClockKind.REPAIR].missed) == (40, False)


def test_what_the_unit_took_to_look_does_not_count_when_it_is_still_broken() -> None:
    events = (10, FaultTag.STARTED), (40, FaultTag.REPAIRED), (1000, FaultTag.REOPENED)
    found = at(1010, *events)[ClockKind.REPAIR]
    assert (used(found), due(found), found.ended) == (50, 1020, None)


def test_working_minutes_pass_over_noon_the_night_and_the_weekend() -> None:
    working = {ClockKind.RESPOND: Target(240, working=True)}
    found = at(3 * 60, target=working)[ClockKind.RESPOND]
    assert used(found) == 180
    assert found.due == datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
    friday = datetime(2026, 11, 27, 9, tzinfo=UTC)
    late = clocks(friday, [], working, CALENDAR, friday + timedelta(days=1))[0]
    assert (used(late), late.due) == (30, datetime(2026, 11, 30, 4, tzinfo=UTC))


def test_a_holiday_that_is_corrected_later_moves_what_is_due() -> None:
    working = {ClockKind.RESPOND: Target(60, working=True)}
    off = Holiday(name="x", first=date(2026, 11, 23), last=date(2026, 11, 23))
    corrected = Calendar(years={2026: Year(year=2026, notice="x", holidays=(off,))})
    found = clocks(MONDAY, [], working, corrected, MONDAY + timedelta(hours=9))[0]
    assert (used(found), found.due) == (0, datetime(2026, 11, 24, 1, 30, tzinfo=UTC))


STEPS = st.sampled_from(
    [FaultTag.STARTED, FaultTag.ARRIVED, FaultTag.PAUSED, FaultTag.RESUMED, FaultTag.REPAIRED, FaultTag.REOPENED]
)
COURSES = st.lists(st.tuples(st.integers(1, 300), STEPS), max_size=8).map(
    lambda steps: [Said(sum(m for m, _t in steps[: n + 1]), tag) for n, (_m, tag) in enumerate(steps)]
)


@given(COURSES, st.integers(0, 3000), st.integers(0, 500), st.booleans())
def test_no_clock_runs_backwards_faster_than_time_or_past_its_end(
    course: list[Said], minute: int, more: int, working: bool
) -> None:
    target = {kind: Target(90, working) for kind in ClockKind}
    first, last = MONDAY + timedelta(minutes=minute), MONDAY + timedelta(minutes=minute + more)
    so_far = [event for event in course if event.at <= first]
    for one, two in zip(*(clocks(MONDAY, so_far, target, CALENDAR, now) for now in (first, last)), strict=True):
        assert timedelta() <= one.used <= two.used <= one.used + (last - first)
        assert one.used <= first - MONDAY
        if one.ended or one.paused:
            assert one.used == two.used
        if one.due is not None and not working:
            assert one.missed is (one.due < first)
        if one.missed:
            assert one.due is not None
    assert not (
        paused(so_far) and so_far[-1].tag is not FaultTag.PAUSED and FaultTag.PAUSED not in [e.tag for e in so_far]
    )


ENDS: Mapping[FaultTag, set[ClockKind]] = {
    FaultTag.STARTED: {ClockKind.RESPOND},
    FaultTag.ARRIVED: {ClockKind.RESPOND, ClockKind.ARRIVE},
    FaultTag.REPAIRED: set(ClockKind),
}
NEVER = 1 << 30


def counted(course: list[Said], now: int, stopping: set[str]) -> dict[ClockKind, int]:
    """Return the minutes that each clock used, by walking through every minute: another way to the same figures."""
    used, ended, runs_again = dict.fromkeys(ClockKind, 0), set[ClockKind](), 0
    void = {event.data["pause"] for event in course if event.tag is FaultTag.PAUSE_CORRECTED}
    happens = {event.minute: event for event in course if event.tag is not FaultTag.PAUSE_CORRECTED}
    for minute in range(now):
        event = happens.get(minute)
        if event is not None:
            stops = event.tag is FaultTag.PAUSED and event.id not in void and event.data["reason"] in stopping
            runs_again = int(str(event.data.get("minute", NEVER))) if stops else 0
            ended |= ENDS.get(event.tag, set())
            ended -= {ClockKind.REPAIR} if event.tag is FaultTag.REOPENED else set()
        for kind in set(ClockKind) - ended:
            used[kind] += minute >= runs_again or kind is ClockKind.RESPOND
    return used


@st.composite
def true_courses(draw: st.DrawFn) -> list[Said]:
    """The way of a fault as the state machine lets it go, with pauses of any reason, some meant until a moment."""
    found, minute, state = list[Said](), 0, "dispatched"
    ways = {
        "dispatched": (FaultTag.STARTED,),
        "started": (FaultTag.ARRIVED, FaultTag.PAUSED, FaultTag.REPAIRED),
        "paused": (FaultTag.RESUMED, FaultTag.ARRIVED, FaultTag.REPAIRED),
        "repaired": (FaultTag.REOPENED,),
    }
    after = {FaultTag.PAUSED: "paused", FaultTag.REPAIRED: "repaired", FaultTag.REOPENED: "dispatched"}
    for _each in range(draw(st.integers(0, 12))):
        minute += draw(st.integers(1, 40))
        tag = draw(st.sampled_from(ways[state]))
        data: dict[str, object] = {}
        if tag is FaultTag.PAUSED:
            data["reason"] = draw(st.sampled_from(list(PauseReason))).value
            until = minute + draw(st.integers(0, 120))
            if until % 2:
                data |= {"minute": until, "until": (MONDAY + timedelta(minutes=until)).isoformat()}
        found.append(Said(minute, tag, data))
        state = after.get(tag, "started")
    begun = [0, *(event.id for event in found if event.tag is FaultTag.PAUSED)]
    wrong = draw(st.sampled_from(begun))
    return [*found, Said(minute + 1, FaultTag.PAUSE_CORRECTED, {"pause": wrong, "void": True})]


@given(true_courses(), st.integers(0, 60), st.sets(st.sampled_from([reason.value for reason in PauseReason])))
def test_clocks_with_pauses_use_what_a_walk_through_every_minute_counts(
    course: list[Said], more: int, stopping: set[str]
) -> None:
    now = course[-1].minute + more
    found = clocks(MONDAY, course, WALL, CALENDAR, MONDAY + timedelta(minutes=now), stopping)
    assert {one.kind: used(one) for one in found} == counted(course, now, stopping)


@pytest.fixture
def faults(tmp_path: Path) -> Faults:
    return Faults(open_database(Settings(county=tmp_path, language="en")))


def started(faults: Faults) -> int:
    number = faults.report("u001", "no net", "", "", CLERK)
    faults.dispatch(number, CENTER)
    faults.start(number, OPERATOR)
    return number


def test_marks_are_events_and_each_says_what_was_not_so_before(faults: Faults) -> None:
    number = started(faults)
    faults.arrive(number, OPERATOR, "two people")
    with pytest.raises(Conflict):
        faults.arrive(number, OPERATOR)
    with pytest.raises(Conflict):
        faults.resume(number, OPERATOR)
    faults.pause(number, CENTER, PauseReason.POWER, "no current in the house")
    with pytest.raises(Conflict):
        faults.pause(number, OPERATOR, PauseReason.UNIT, "again")
    faults.resume(number, OPERATOR)
    last = faults.history(number)[-3:]
    assert [past.tag for past in last] == [FaultTag.ARRIVED, FaultTag.PAUSED, FaultTag.RESUMED]
    assert last[1].data == {"reason": "power", "note": "no current in the house"}


def test_a_pause_without_words_by_the_wrong_person_or_too_early_is_refused(faults: Faults) -> None:
    number = faults.report("u001", "no net", "", "", CLERK)
    with pytest.raises(Conflict):
        faults.pause(number, OPERATOR, PauseReason.UNIT, "early")
    faults.dispatch(number, CENTER)
    faults.start(number, OPERATOR)
    with pytest.raises(BadInput):
        faults.pause(number, OPERATOR, PauseReason.UNIT, "  ")
    for actor in (CLERK, Actor("auditor", Role.AUDITOR)):
        with pytest.raises(NotAllowed):
            faults.pause(number, actor, PauseReason.UNIT, "x")
        with pytest.raises(NotAllowed):
            faults.arrive(number, actor)


def test_a_lines_contract_gives_its_hours_to_repair_and_the_file_overrides(example: Path) -> None:
    county = load_county(example)
    hours = county.circuit_by_unit["u001"].repair_hours
    found = targets.load(example).of(county, "u001")
    assert found[ClockKind.REPAIR] == Target(hours * 60)
    assert found[ClockKind.RESPOND] == Target(30, working=True)
    own = targets.read(
        "clocks.yml", b"targets:\n- {clock: respond, access: fiber, minutes: 10}\n- {clock: respond, minutes: 20}\n"
    )
    both = targets.Targets(own.rules, CALENDAR)
    assert both.of(county, "u001")[ClockKind.RESPOND] == Target(10)
    assert both.of(county, "u109")[ClockKind.RESPOND] == Target(20)


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        (b"targets:\n- {clock: nap, minutes: 5}\n- {clock: repair, minutes: 0}\n", [2, 3]),
        (b"targets:\n- {clock: repair, minutes: 5}\n- {clock: repair, minutes: 6}\n", [3]),
        (b"colour: red\n", [1]),
    ],
)
def test_targets_that_cannot_be_are_told_with_their_lines(content: bytes, lines: list[int]) -> None:
    with pytest.raises(BadInput) as told:
        targets.read("clocks.yml", content)
    assert sorted({problem.line for problem in told.value.problems}) == lines


@pytest.fixture
def example() -> Path:
    return Path(inventory.__file__).parent / "example"
