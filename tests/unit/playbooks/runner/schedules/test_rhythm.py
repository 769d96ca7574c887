"""When schedules are due: ends of months, windows over midnight, a worker that was away, and what is no rhythm."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from countynet import clock
from countynet.errors import BadInput
from inventory.calendar.model import Calendar, load
from playbooks.runner.schedules.rhythm import FIRST_WORKDAY, LAST, LAST_WORKDAY, Every, Rhythm
from playbooks.runner.schedules.written import rhythm

TODAY = date(2026, 11, 26)
PLAIN = Calendar()
"""weekends alone"""
CHINA = load(Path("no such county"))


def china(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=clock.CHINA)


def test_the_31st_is_the_last_day_of_a_shorter_month() -> None:
    monthly = Rhythm(Every.MONTHLY, 31, time(2), None, date(2027, 12, 15))
    dues, at = list[str](), china("2020-01-01")
    for _month in range(4):
        at = monthly.after(at, PLAIN)
        dues.append(f"{at.astimezone(clock.CHINA):%Y-%m-%d %H:%M}")
    assert dues == ["2027-12-31 02:00", "2028-01-31 02:00", "2028-02-29 02:00", "2028-03-31 02:00"]


def test_a_window_over_midnight_ends_on_the_next_day() -> None:
    night = Rhythm(Every.WEEKLY, 4, time(23, 30), time(2), TODAY)
    due = night.after(china("2026-11-26T12:00"), PLAIN)
    assert due == china("2026-11-27T23:30")
    assert night.end(due, PLAIN) == china("2026-11-28T02:00")
    assert Rhythm(Every.WEEKLY, 4, time(1), time(2), TODAY).end(china("2026-11-27T01:00"), PLAIN) == china(
        "2026-11-27T02:00"
    )


def test_without_an_end_it_is_due_until_it_is_due_again() -> None:
    assert Rhythm(Every.DAILY, 0, time(2), None, TODAY).end(china("2026-11-27T02:00"), PLAIN) == china(
        "2026-11-28T02:00"
    )


def test_what_was_passed_over_is_counted_and_the_last_one_counts() -> None:
    daily = Rhythm(Every.DAILY, 0, time(2), None, TODAY)
    assert daily.passed(china("2026-11-27T02:00"), china("2026-12-07T01:59"), PLAIN) == (china("2026-12-06T02:00"), 9)
    assert daily.passed(china("2026-11-27T02:00"), china("2026-11-27T02:00"), PLAIN) == (china("2026-11-27T02:00"), 0)


@given(
    st.sampled_from((Every.DAILY, Every.WEEKLY, Every.MONTHLY)),
    st.integers(1, 31),
    st.times(),
    st.datetimes(datetime(2026, 1, 1), datetime(2040, 1, 1)),
)
def test_every_next_time_is_later_and_none_is_left_out(every: Every, day: int, at: time, moment: datetime) -> None:
    chosen = 0 if every is Every.DAILY else day % 7 if every is Every.WEEKLY else day
    found, now = Rhythm(every, chosen, at, None, date(2026, 1, 1)), moment.replace(tzinfo=UTC)
    due = found.after(now, PLAIN)
    assert due > now
    assert due - now <= timedelta(days={Every.DAILY: 1, Every.WEEKLY: 7, Every.MONTHLY: 31}[every])
    assert found.after(due - timedelta(microseconds=1), PLAIN) == due
    assert due.astimezone(clock.CHINA).time() == at


def days(found: Rhythm, begin: str, times: int) -> list[str]:
    """Return the days on which something is due."""
    dues, at = list[str](), china(begin)
    for _time in range(times):
        at = found.after(at, CHINA)
        dues.append(f"{at.astimezone(clock.CHINA):%m-%d}")
    return dues


def test_working_days_and_days_off_are_those_of_the_state_councils_notice() -> None:
    def due(every: Every, day: int = 0) -> Rhythm:
        return Rhythm(every, day, time(2), None, date(2026, 1, 1))

    # Saturday 10 October 2026 is worked for the National Day holiday, which is 1 to 7 October.
    assert days(due(Every.WORKDAY), "2026-09-30", 5) == ["09-30", "10-08", "10-09", "10-10", "10-12"]
    assert days(due(Every.RESTDAY), "2026-09-30", 9) == [f"10-0{day}" for day in range(1, 8)] + ["10-11", "10-17"]
    assert days(due(Every.MONTHLY, FIRST_WORKDAY), "2026-09-15", 2) == ["10-08", "11-02"]
    assert days(due(Every.MONTHLY, LAST_WORKDAY), "2026-01-15", 2) == ["01-30", "02-28"]


def test_words_are_taken_as_people_write_them() -> None:
    assert rhythm("weekly", "周日", "２：３０", "", "", TODAY) == Rhythm(Every.WEEKLY, 6, time(2, 30), None, TODAY)
    assert rhythm("Monthly", "月底", "02:00", "04:00", "2026-12-01", TODAY).day == LAST
    assert rhythm("weekly", "Thursday", "2:05", "", "", TODAY).day == 3
    assert rhythm("monthly", "15", "02:00", "", "", TODAY).day == 15
    assert rhythm("工作日", "", "02:00", "", "", TODAY).every is Every.WORKDAY
    assert rhythm("monthly", "最后一个工作日", "02:00", "", "", TODAY).on == "last-workday"


def test_everything_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(BadInput) as error:
        rhythm("weekly", "t", "24:00", "4", "2026-11-25", TODAY)
    assert [problem.where for problem in error.value.problems] == ["--on", "--at", "--until", "--from"]
    for every, on, until in (("yearly", "", ""), ("daily", "mon", ""), ("monthly", "32", ""), ("daily", "", "02:00")):
        with pytest.raises(BadInput) as error:
            rhythm(every, on, "02:00", until, "", TODAY)
        assert len(error.value.problems) == 1
