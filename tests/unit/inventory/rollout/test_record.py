"""The edits of a milestone and of attendance, and what is refused."""

from datetime import date

import pytest

from countynet.errors import BadInput
from inventory.model import Attendance, County
from inventory.record.edit import Set
from inventory.rollout import attendance_edits, milestone_edits
from tests.unit.inventory.rollout.small import TODAY, changed, day, small


@pytest.fixture
def few(county: County) -> County:
    return small(county)


def refused(error: BadInput) -> list[str]:
    return [problem.message for problem in error.problems]


def test_a_milestone_keeps_its_plan_and_the_others(few: County) -> None:
    (edit,) = milestone_edits(few, "u002", "partial-trial", TODAY, TODAY)
    assert isinstance(edit, Set)
    assert (edit.section, edit.key, edit.field) == ("units", "u002", "milestones")
    assert isinstance(edit.value, list)
    assert edit.value[3] == {"phase": "partial-trial", "planned": day("10-31"), "done": TODAY}
    assert edit.value[2] == {"phase": "connect", "planned": day("03-28"), "done": day("04-01")}
    assert len(edit.value) == 6


def test_a_milestone_that_is_new_stands_in_the_order_of_the_phases(few: County) -> None:
    (edit,) = milestone_edits(few, "u003", "line", day("03-01"), TODAY)
    assert isinstance(edit, Set)
    assert isinstance(edit.value, list)
    assert [m["phase"] for m in edit.value if isinstance(m, dict)] == ["survey", "line", "connect", "partial-trial"]


def test_the_same_again_is_no_edit(few: County) -> None:
    assert milestone_edits(few, "u002", "survey", day("01-28"), TODAY) == ()
    assert milestone_edits(few, "u004", "survey", None, TODAY) == ()
    assert attendance_edits(few, "t1", {"u001": 3}, TODAY) == ()


def test_taking_the_only_milestone_back_leaves_no_empty_list(few: County) -> None:
    assert milestone_edits(few, "u005", "survey", None, TODAY) == (Set("units", "u005", "milestones", None),)


@pytest.mark.parametrize(
    ("unit", "phase", "done", "problems"),
    [
        ("u999", "lunch", date(2026, 11, 16), 3),
        ("u002", "survey", date(2026, 3, 6), 1),
        ("u002", "survey", date(2026, 4, 2), 2),
        ("u002", "partial-trial", date(2026, 3, 31), 1),
        ("u001", "", date(2026, 1, 1), 1),
        ("", "survey", None, 1),
    ],
)
def test_a_milestone_out_of_order_or_of_nobody_is_refused_with_everything_wrong(
    few: County, unit: str, phase: str, done: date | None, problems: int
) -> None:
    with pytest.raises(BadInput) as caught:
        milestone_edits(few, unit, phase, done, TODAY)
    assert len(refused(caught.value)) == problems


def test_two_milestones_on_one_day_are_in_order(few: County) -> None:
    assert milestone_edits(few, "u002", "partial-trial", day("04-01"), TODAY)


def test_attendance_is_added_or_changed_and_keeps_the_others(few: County) -> None:
    (edit,) = attendance_edits(few, "t1", {"u002": 4}, TODAY)
    assert edit == Set(
        "trainings", "t1", "attendance",
        [{"unit": "u002", "people": 4}, {"unit": "u001", "people": 3}, {"unit": "u004", "people": 2},
         {"unit": "u404", "people": 9}],
    )  # fmt: skip
    (edit,) = attendance_edits(few, "t1", {"u005": 0, "u004": None}, TODAY)
    assert isinstance(edit, Set)
    assert isinstance(edit.value, list)
    assert edit.value[-1] == {"unit": "u005", "people": 0}
    assert "u004" not in [row["unit"] for row in edit.value if isinstance(row, dict)]


def test_counts_taken_back_leave_no_empty_list(few: County) -> None:
    training = few.trainings[1].model_copy(update={"attendance": (Attendance(unit="u001", people=3),)})
    one = changed(few, trainings=(training,))
    assert attendance_edits(one, "t1", {"u001": None, "u002": None}, TODAY) == (
        Set("trainings", "t1", "attendance", None),
    )
    assert attendance_edits(one, "t1", {"u002": None}, TODAY) == ()
    assert attendance_edits(one, "t1", {}, TODAY) == ()


@pytest.mark.parametrize(
    ("training", "unit", "people", "problems"),
    [("t9", "u999", -1, 3), ("t2", "u003", 2, 1), ("t1", "u001", 1000, 1), ("", "", 1, 2)],
)
def test_attendance_of_nobody_or_of_a_session_to_come_is_refused(
    few: County, training: str, unit: str, people: int, problems: int
) -> None:
    with pytest.raises(BadInput) as caught:
        attendance_edits(few, training, {unit: people}, TODAY)
    assert len(refused(caught.value)) == problems
