"""Where units stand, who is late, and how far a batch is."""

from datetime import timedelta

import pytest

from countynet.vocabulary import RolloutPhase
from inventory.model import County
from inventory.rollout import board, position
from tests.unit.inventory.rollout.small import (
    TODAY,
    C,
    F,
    I,
    L,
    P,
    S,
    changed,
    day,
    small,
    step,
    with_phases,
    with_steps,
)


@pytest.fixture
def few(county: County) -> County:
    return small(county)


def columns(found: County, today: str = "11-15", batch: str | None = None) -> dict[RolloutPhase | None, list[str]]:
    drawn = board(found, day(today), batch)
    return {c.phase: [p.unit.id for p in c.positions] for c in drawn.columns if c.positions}


def test_a_unit_stands_in_the_last_phase_that_is_done(few: County) -> None:
    assert columns(few) == {None: ["u004"], S: ["u005"], C: ["u002", "u003"], I: ["u001"]}


def test_every_column_is_there_in_order_even_when_empty(few: County) -> None:
    assert [c.phase for c in board(few, TODAY).columns] == [None, S, L, C, P, F, I]


def test_the_board_of_an_earlier_day_knows_nothing_of_later_milestones(few: County) -> None:
    assert columns(few, "03-05") == {None: ["u004", "u005"], S: ["u003"], L: ["u001", "u002"]}
    assert columns(few, "01-01") == {None: ["u001", "u002", "u003", "u004", "u005"]}


def test_a_unit_is_late_from_the_day_after_the_plan_and_counts_from_the_oldest_plan(few: County) -> None:
    late = {p.unit.id: p.late for p in board(few, TODAY).positions}
    assert late == {"u001": 0, "u002": 15, "u003": 0, "u004": 0, "u005": 0}
    assert {p.unit.id: p.late for p in board(few, day("11-16")).late} == {"u002": 16, "u003": 1}
    assert not board(few, day("10-31")).late


def test_without_an_own_plan_the_end_of_the_countys_phase_counts(few: County) -> None:
    positions = {p.unit.id: p for p in board(with_phases(few), TODAY).positions}
    assert positions["u004"].late == (TODAY - day("01-31")).days
    assert positions["u005"].late == (TODAY - day("02-28")).days
    assert positions["u003"].late == 0
    assert positions["u002"].steps[3].planned == day("10-31")


def test_a_phase_passed_over_is_a_gap_and_not_lateness(few: County) -> None:
    three = next(p for p in board(with_phases(few), TODAY).positions if p.unit.id == "u003")
    assert three.gaps == (L,)
    assert three.next is not None
    assert (three.next.phase, three.next.planned) == (P, TODAY)
    assert three.late == 0


def test_a_step_done_after_its_plan_tells_by_how_much(few: County) -> None:
    two = position(few, few.unit_by_id["u002"], TODAY)
    assert [step.late for step in two.steps] == [0, 5, 4, 15, 1, 0]
    assert two.reached is not None
    assert two.reached.done == day("04-01")


def test_a_unit_in_force_has_no_next_step(few: County) -> None:
    one = position(few, few.unit_by_id["u001"], TODAY)
    assert (one.next, one.late, one.gaps, one.ahead) == (None, 0, (), ())
    assert one.batch is not None
    assert one.batch.id == "first"


def test_progress_counts_those_that_have_come_past_a_phase_even_over_a_gap(few: County) -> None:
    counted = {p.phase: (p.done, p.total, p.percent) for p in board(few, TODAY).progress}
    assert counted == {S: (4, 5, 80), L: (3, 5, 60), C: (3, 5, 60), P: (1, 5, 20), F: (1, 5, 20), I: (1, 5, 20)}


def test_progress_is_rounded_down_so_that_a_hundred_means_all(county: County) -> None:
    units = [with_steps(u, step(S, "", "01-01")) for u in county.units]
    assert board(changed(county, units=tuple(units)), TODAY).progress[0].percent == 100
    units[0] = with_steps(units[0])
    assert board(changed(county, units=tuple(units)), TODAY).progress[0].percent == 99


def test_batches_are_counted_and_so_are_units_in_none(few: County) -> None:
    found = [(b.batch.id if b.batch else None, b.units, b.late, b.progress[2].done) for b in board(few, TODAY).batches]
    assert found == [("first", 2, 1, 2), ("second", 2, 0, 1), (None, 1, 0, 0)]


def test_a_board_of_one_batch_keeps_the_counts_of_all(few: County) -> None:
    assert columns(few, batch="second") == {None: ["u004"], C: ["u003"]}
    assert columns(few, batch="") == {S: ["u005"]}
    assert columns(few, batch="nowhere") == {}
    assert board(few, TODAY, "nowhere").progress[0].percent == 0
    assert len(board(few, TODAY, "nowhere").batches) == 3


def test_a_unit_named_by_two_batches_stands_in_the_first(few: County) -> None:
    second = few.batches[1].model_copy(update={"units": ("u001", "u003")})
    both = changed(few, batches=(few.batches[0], second))
    one = board(both, TODAY).columns[-1].positions[0]
    assert one.batch is not None
    assert one.batch.id == "first"
    assert one == position(both, both.units[0], TODAY)


def test_a_county_without_any_plan_has_a_board(county: County) -> None:
    plain = changed(county, units=tuple(with_steps(u) for u in county.units), batches=(), phases=())
    drawn = board(plain, TODAY + timedelta(days=9999))
    assert len(drawn.columns[0].positions) == len(county.units)
    assert drawn.late == ()
    assert [b.units for b in drawn.batches] == [len(county.units)]
