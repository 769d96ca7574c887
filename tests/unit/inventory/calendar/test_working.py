"""The working calendar against the State Council's notices, and the laws of its arithmetic."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from countynet.clock import CHINA
from countynet.errors import BadInput
from inventory.calendar.model import Calendar, load, read
from inventory.calendar.working import add, between, daily_end, next_working, unknown_years, within, working

KNOWN = load(Path("no such county"))
TIMES = st.datetimes(datetime(2024, 12, 1), datetime(2027, 3, 1), timezones=st.just(CHINA))
MINUTES = st.integers(0, 6000)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        ("2025-01-01", False),
        ("2025-01-26", True),  # a Sunday, worked for Spring Festival
        ("2025-01-27", True),
        ("2025-01-28", False),
        ("2025-02-04", False),
        ("2025-02-08", True),
        ("2025-04-27", True),
        ("2025-06-02", False),
        ("2025-10-08", False),
        ("2025-10-11", True),
        ("2025-10-12", False),
        ("2026-01-02", False),
        ("2026-01-04", True),
        ("2026-02-14", True),
        ("2026-02-23", False),
        ("2026-02-24", True),
        ("2026-02-28", True),
        ("2026-05-09", True),
        ("2026-09-20", True),
        ("2026-10-07", False),
        ("2026-10-10", True),
        ("2026-11-26", True),
    ],
)
def test_days_are_as_the_state_council_announced(day: str, worked: bool) -> None:
    assert KNOWN.workday(date.fromisoformat(day)) is worked


def test_the_years_have_as_many_days_off_as_the_notices_count() -> None:
    """28 days in 2025 and 33 in 2026, of which the law gives 13; each workday moved is one make-up day."""
    assert {year: len(found.off) for year, found in KNOWN.years.items()} == {2025: 28, 2026: 33}
    for year in KNOWN.years.values():
        moved = sum(day.weekday() < 5 for day in year.off) - len(year.workdays)
        assert 10 <= moved <= 13


def test_a_year_that_is_not_published_is_unknown_and_counts_weekends_only() -> None:
    assert not KNOWN.knows(2027)
    assert KNOWN.workday(date(2027, 1, 1))
    assert not KNOWN.workday(date(2027, 1, 2))
    assert unknown_years(KNOWN, at("2026-11-26T09:00")) == (2027,)
    assert unknown_years(KNOWN, at("2026-09-30T09:00")) == ()
    assert unknown_years(KNOWN, at("2027-01-01T00:00")) == (2027,)


def test_hours_are_half_open_on_the_countys_clock() -> None:
    assert [working(KNOWN, at(f"2026-11-26T{t}")) for t in ("08:29", "08:30", "11:59", "12:00", "14:30", "17:30")] == [
        False, True, True, False, True, False,
    ]  # fmt: skip
    assert working(KNOWN, datetime(2026, 11, 26, 1, tzinfo=UTC))


def test_minutes_jump_over_noon_night_and_spring_festival() -> None:
    assert add(KNOWN, at("2026-11-26T11:50"), 30) == at("2026-11-26T14:50")
    assert add(KNOWN, at("2026-11-26T11:30"), 30) == at("2026-11-26T12:00")
    assert add(KNOWN, at("2026-02-14T17:20"), 20) == at("2026-02-24T08:40")
    assert next_working(KNOWN, at("2026-10-01T03:00")) == at("2026-10-08T08:30")
    assert next_working(KNOWN, at("2026-11-26T09:00")) == at("2026-11-26T09:00")


@settings(max_examples=60)
@given(TIMES, MINUTES)
def test_what_is_added_has_passed(start: datetime, minutes: int) -> None:
    end = add(KNOWN, start, minutes)
    assert end >= start
    assert between(KNOWN, start, end) == timedelta(minutes=minutes)
    if minutes:
        assert between(KNOWN, start, end - timedelta(microseconds=1)) < timedelta(minutes=minutes)


@settings(max_examples=60)
@given(TIMES, MINUTES, MINUTES)
def test_adding_twice_is_adding_the_sum(start: datetime, first: int, second: int) -> None:
    assert add(KNOWN, add(KNOWN, start, first), second) == add(KNOWN, start, first + second)


@settings(max_examples=60)
@given(TIMES)
def test_the_next_working_time_is_the_first(start: datetime) -> None:
    found = next_working(KNOWN, start)
    assert working(KNOWN, found)
    assert found == start or not working(KNOWN, start)
    assert between(KNOWN, start, found) == timedelta()


def test_working_time_never_runs_backward() -> None:
    with pytest.raises(ValueError, match="forward"):
        add(KNOWN, at("2026-11-26T09:00"), -1)
    assert between(KNOWN, at("2026-11-26T10:00"), at("2026-11-26T09:00")) == timedelta()


def test_a_daily_stretch_may_run_over_midnight() -> None:
    night = time(22), time(7)
    assert [within(at(f"2026-11-26T{t}"), *night) for t in ("21:59", "22:00", "06:59", "07:00")] == [
        False, True, True, False,
    ]  # fmt: skip
    assert daily_end(at("2026-11-26T23:00"), time(7)) == at("2026-11-27T07:00")
    assert daily_end(at("2026-11-26T03:00"), time(7)) == at("2026-11-26T07:00")


def test_a_countys_own_file_adds_hours_and_years(tmp_path: Path) -> None:
    (tmp_path / "monitoring").mkdir()
    own = (
        'hours: [{start: "09:00", end: "13:00"}]\n'
        "years:\n"
        "  - {year: 2027, notice: n, holidays: [{name: 元旦, first: 2027-01-01, last: 2027-01-03}]}\n"
    )
    (tmp_path / "monitoring" / "calendar.yml").write_text(own)
    found = load(tmp_path)
    assert found.knows(2026)
    assert not found.workday(date(2027, 1, 1))
    assert working(found, at("2026-11-26T12:30"))
    assert not working(found, at("2026-11-26T15:00"))


def test_everything_wrong_with_a_calendar_is_told_at_once() -> None:
    text = (
        'hours:\n  - {start: "12:00", end: "09:00"}\n'
        "years:\n  - year: 2027\n    notice: n\n    holidays:\n      - {name: a, first: 2027-01-03, last: 2027-01-01}\n"
        "    workdays: [2027-01-04, 2026-01-04]\n"
    )
    with pytest.raises(BadInput) as caught:
        read("calendar.yml", text.encode())
    assert [(p.line, p.where) for p in caught.value.problems] == [
        (2, "hours[0]"),
        (7, "years[0].holidays[0]"),
        (8, "years[0].workdays[0]"),
        (8, "years[0].workdays[1]"),
    ]


def test_a_calendar_without_hours_keeps_the_usual_ones() -> None:
    assert read("c.yml", b"") == Calendar()
