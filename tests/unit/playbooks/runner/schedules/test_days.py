"""Schedules by working days: what a changed calendar moves, what a wrong one keeps from beginning, what is noted."""

import os
from datetime import date, datetime, time

from countynet import clock
from inventory.calendar.model import COUNTY, load
from playbooks.runner.schedules import book
from playbooks.runner.schedules.days import notes
from playbooks.runner.schedules.rhythm import Every, Rhythm
from playbooks.runner.schedules.store import TurnState
from tests.unit.playbooks.runner.schedules.samples import NIGHT, Desk

WORKDAYS = Rhythm(Every.WORKDAY, 0, time(2), time(4), date(2020, 1, 1))
"""of a year that no notice is known of"""


def calendar(desk: Desk, text: str, stamp: int) -> None:
    """Write the county's own calendar, with a time of change of its own."""
    file = desk.settings.county / COUNTY
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")
    os.utime(file, (stamp, stamp))


def closed(day: date) -> str:
    return f"years: [{{year: {day.year}, notice: ours, holidays: [{{name: 假, first: {day}, last: {day}}}]}}]\n"


def test_a_holiday_that_is_published_later_moves_what_is_due(desk: Desk) -> None:
    made, other = desk.make("read", WORKDAYS), desk.make("read", NIGHT)
    due = made.due.astimezone(clock.CHINA).date()
    calendar(desk, closed(due), 1)
    now = clock.now()
    desk.at(now)
    found = book.get(desk.engine, made.number).due
    assert found == WORKDAYS.after(now, load(desk.settings.county))
    assert found.astimezone(clock.CHINA).date() != due
    assert (desk.tags(made.number), desk.tags(other.number)) == (["made", "moved"], ["made"])
    desk.at(found)
    assert desk.last(made.number).state is TurnState.CHANGING


def test_with_a_wrong_calendar_nothing_that_depends_on_it_begins_and_the_rest_does(desk: Desk) -> None:
    made, other = desk.make("read", WORKDAYS), desk.make("read", NIGHT)
    calendar(desk, "years: [{year: next}]\n", 2)
    desk.at(max(made.due, other.due))
    missed = desk.last(made.number)
    assert (missed.state, COUNTY.as_posix() in missed.words) == (TurnState.MISSED, True)
    assert desk.last(other.number).state is TurnState.CHANGING
    calendar(desk, closed(date(2020, 1, 1)), 3)
    again = book.get(desk.engine, made.number).due
    desk.at(again)
    assert desk.last(made.number).state is TurnState.CHANGING


def test_who_has_it_run_while_people_work_or_in_a_year_without_notice_is_told(desk: Desk) -> None:
    noon = Rhythm(Every.WORKDAY, 0, time(10), None, date(2031, 6, 1))
    made = desk.make("greet", noon)
    said = list(notes(made, load(desk.settings.county)))
    assert made.due.astimezone(clock.CHINA) == datetime(2031, 6, 2, 10, tzinfo=clock.CHINA)
    assert [words[:20] for words in said] == ["people work at that ", "the holidays of 2031"]
    assert not list(notes(desk.make("read", NIGHT), load(desk.settings.county)))
