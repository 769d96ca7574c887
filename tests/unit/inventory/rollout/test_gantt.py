"""The Gantt's bars: planned, actual, open, and where today is."""

from datetime import date

import pytest

from countynet.vocabulary import RolloutPhase
from inventory.model import Batch, County
from inventory.rollout import Gantt, Row, Span, gantt
from inventory.rollout.gantt import RowState
from tests.unit.inventory.rollout.small import TODAY, C, I, L, P, S, changed, day, small, step, with_phases, with_steps


@pytest.fixture
def few(county: County) -> County:
    return with_phases(small(county))


def row(drawn: Gantt, batch: str | None, phase: RolloutPhase | None) -> Row:
    return next(r for r in drawn.rows if (r.batch.id if r.batch else None) == batch and r.phase is phase)


def span(begins: str, ends: str) -> Span:
    return Span(day(begins), day(ends))


def test_the_countys_phases_come_first_and_then_each_batch_with_its_own(few: County) -> None:
    names = [(r.batch.id if r.batch else "", r.phase) for r in gantt(few, TODAY).rows]
    phases = list(RolloutPhase)
    assert names == [
        (b, p) for b, ps in (("", phases), ("first", [None, *phases]), ("second", [None, *phases])) for p in ps
    ]


def test_a_phase_of_the_county_has_the_plans_dates_and_is_open_until_all_have_done_it(few: County) -> None:
    survey = row(gantt(few, TODAY), None, S)
    assert survey.planned == span("01-01", "01-31")
    assert survey.actual == Span(day("01-01"), TODAY)
    assert (survey.done, survey.total, survey.state) == (4, 5, RowState.LATE)
    assert survey.late == (TODAY - day("01-31")).days


def test_a_unit_works_on_a_phase_from_the_day_it_finished_the_one_before(few: County) -> None:
    line = row(gantt(few, TODAY), "first", L)
    assert line.planned == span("01-28", "02-28")
    assert line.actual == span("01-20", "03-05")
    assert (line.state, line.late) == (RowState.DONE, 5)


def test_the_first_phase_of_a_batch_begins_with_the_batch(few: County) -> None:
    assert row(gantt(few, TODAY), "first", S).actual == span("01-05", "01-28")
    assert row(gantt(few, TODAY), "second", S).actual == Span(day("01-01"), TODAY)


def test_a_phase_that_units_work_on_and_none_has_finished_is_an_open_bar(few: County) -> None:
    trial = row(gantt(few, TODAY), "second", P)
    assert trial.actual == Span(day("05-01"), TODAY)
    assert (trial.done, trial.state) == (0, RowState.RUNNING)
    assert row(gantt(few, day("11-16")), "second", P).state is RowState.LATE


def test_a_batch_as_a_whole_reaches_around_its_phases(few: County) -> None:
    first = row(gantt(few, TODAY), "first", None)
    assert first.planned == span("01-05", "12-31")
    assert first.actual == Span(day("01-05"), TODAY)
    assert (first.done, first.total, first.state) == (1, 2, RowState.RUNNING)


def test_a_batchs_own_dates_never_make_it_late_before_its_phases_are(few: County) -> None:
    """The dates of a batch may be those of connecting only."""
    short = few.batches[0].model_copy(update={"begins": day("03-01"), "ends": day("03-31")})
    drawn = gantt(changed(few, batches=(short,)), TODAY)
    assert row(drawn, "first", None).planned == span("01-01", "12-31")
    assert row(drawn, "first", S).actual == span("01-01", "01-28")
    bare = tuple(with_steps(u) for u in few.units)
    alone = gantt(changed(few, batches=(short,), units=bare, phases=()), TODAY)
    assert row(alone, "first", None).planned == span("03-01", "03-31")
    assert row(alone, "first", None).state is RowState.LATE


def test_what_nobody_works_on_is_ahead(few: County) -> None:
    ahead = row(gantt(few, TODAY), "second", I)
    assert (ahead.actual, ahead.state, ahead.late) == (None, RowState.AHEAD, 0)


def test_the_picture_reaches_from_the_first_day_to_the_last_and_holds_today(few: County) -> None:
    drawn = gantt(few, TODAY)
    assert (drawn.begins, drawn.ends) == (day("01-01"), day("12-31"))
    assert drawn.part(day("01-01")) == 0
    assert 0 < drawn.part(TODAY) < 1
    later = gantt(few, date(2027, 6, 1))
    assert later.ends == date(2027, 6, 1)
    assert later.part(later.ends) < 1


def test_on_an_earlier_day_nothing_that_came_later_is_drawn(few: County) -> None:
    drawn = gantt(few, day("02-10"))
    assert row(drawn, None, C).actual is None
    assert row(drawn, "first", L).actual == span("01-20", "02-10")
    assert all(r.actual.ends <= day("02-10") for r in drawn.rows if r.actual)


def test_a_county_without_dates_is_one_day_wide(county: County) -> None:
    plain = changed(county, units=tuple(with_steps(u) for u in county.units), batches=(), phases=())
    drawn = gantt(plain, TODAY)
    assert (drawn.begins, drawn.ends) == (TODAY, TODAY)
    assert all((r.planned, r.actual, r.state) == (None, None, RowState.AHEAD) for r in drawn.rows)


def test_a_batch_of_unknown_or_no_units_is_ahead_and_never_done(few: County) -> None:
    empty = Batch(id="empty", name="空", name_en="Empty", units=("u404",))
    drawn = gantt(changed(few, batches=(empty,)), TODAY)
    assert row(drawn, "empty", None).state is RowState.AHEAD
    assert row(drawn, "empty", S).total == 0


def test_a_phase_that_all_passed_over_without_a_date_is_done_and_has_no_bar(few: County) -> None:
    units = tuple(with_steps(u, step(C, "", "05-01")) for u in few.units)
    skipped = row(gantt(changed(few, units=units), TODAY), None, L)
    assert (skipped.actual, skipped.state, skipped.late) == (None, RowState.DONE, 0)
