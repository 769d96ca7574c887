"""The sentence about a unit's line, as a clerk reads it."""

from datetime import UTC, datetime, timedelta

import pytest

from countynet.i18n import set_language
from countynet.vocabulary import FaultState, LineState, Role
from dashboard.services.model import Fault, Line, Step
from dashboard.units.sentence import beside, sentence
from monitoring.faults.clocks import Clock, ClockKind, Target

NOW = datetime(2026, 11, 26, 8, tzinfo=UTC)
"""sixteen o'clock in the county"""
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def english() -> None:
    set_language("en")


def line(state: LineState, since: datetime | None = NOW - 2 * HOUR) -> Line:
    return Line("u001", state, since)


def fault(assignee: Role) -> Fault:
    steps = (Step(NOW - HOUR, "center", "dispatched to the operator"),)
    return Fault(1, "u001", FaultState.DISPATCHED, "x", "", "u001", "", None, assignee, NOW - 2 * HOUR, steps)


def repair(due: datetime | None) -> tuple[Clock, ...]:
    return (Clock(ClockKind.REPAIR, Target(240), HOUR, due, due is None, None),)


def test_a_broken_line_says_since_when_who_was_told_until_when_and_who_else() -> None:
    said = sentence(line(LineState.DOWN), fault(Role.OPERATOR), repair(NOW + 2 * HOUR), 3, NOW)
    assert said == (
        "The line has been down since 14:00. The operator was told at 15:00. It should work again by 18:00. "
        "3 other units in your building are cut off as well."
    )


def test_what_is_not_known_is_not_said() -> None:
    assert sentence(line(LineState.UP), None, (), 4, NOW) == "The line is up since 14:00."
    assert "do not know" in sentence(line(LineState.DOWN, None), None, (), 0, NOW)
    untold = sentence(line(LineState.SHADOWED), fault(Role.CENTER), repair(NOW + HOUR), 0, NOW)
    assert "information center has seen it" in untold
    assert "work again" not in untold
    for due in (None, NOW - HOUR):
        assert "work again" not in sentence(line(LineState.DOWN), fault(Role.OPERATOR), repair(due), 0, NOW)


def test_others_are_those_of_the_building_that_are_cut_off() -> None:
    lines = {
        n: Line(n, s, NOW) for n, s in (("u001", LineState.DOWN), ("u002", LineState.SHADOWED), ("u003", LineState.UP))
    }
    assert beside("u001", ["u001", "u002", "u003", "u004"], lines) == 1
