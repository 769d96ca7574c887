"""Each kind of rule over a timeline: when it is an alarm, when it is none, and that the edges between hold."""

from collections.abc import Sequence
from typing import Any

import pytest

from monitoring.rules.judge import judge_of
from monitoring.rules.model import KINDS, Rule


def rule(kind: str, **fields: Any) -> Rule:
    whole = {"name": "r", "reading": "device.cpu", "severity": "minor", "text": "t", "text_zh": "t", **fields}
    return KINDS[kind].model_validate({"kind": kind, **whole})


def alarms(one: Rule, line: Sequence[tuple[float, float | None]]) -> list[bool]:
    """Whether it is an alarm after each (time, reading)."""
    judge = judge_of(one)
    return [judge.take(value, at, at).alarm for at, value in line]


def test_a_threshold_must_hold_before_it_is_an_alarm_and_be_well_before_it_is_none() -> None:
    one = rule("threshold", above=90, clear=75, lasting=30, clearing=20)
    line = [(0, 95.0), (15, 99.0), (30, 91.0), (45, 80.0), (60, 85.0), (75, 70.0), (90, 76.0), (105, 60.0), (125, 60.0)]
    assert alarms(one, line) == [False, False, True, True, True, True, True, True, False]


def test_one_good_reading_starts_the_waiting_anew() -> None:
    one = rule("threshold", above=90, lasting=30, clearing=0)
    assert alarms(one, [(0, 95.0), (15, 10.0), (30, 95.0), (45, 95.0), (60, 95.0)]) == [False] * 4 + [True]


def test_between_limit_and_clear_nothing_changes() -> None:
    one = rule("threshold", below=10, clear=12, clearing=0)
    assert alarms(one, [(0, 11.0), (1, 9.0), (2, 11.0), (3, 12.0), (4, 11.0)]) == [False, True, True, False, False]


def test_what_is_not_read_decides_nothing() -> None:
    one = rule("threshold", above=90, clearing=0)
    assert alarms(one, [(0, 95.0), (1, None), (2, None), (3, 5.0), (4, None)]) == [True, True, True, False, False]


def test_the_sentence_knows_since_when() -> None:
    judge = judge_of(rule("threshold", above=90, lasting=30))
    assert [round(judge.take(95.0, at, at).seconds) for at in (100.0, 120.0, 160.0)] == [0, 20, 60]


def test_a_rate_is_a_rise_within_a_time_and_a_restart_is_none() -> None:
    one = rule("rate", above=10, within=60, clearing=0)
    line = [(0, 100.0), (30, 105.0), (60, 112.0), (90, 112.0), (125, 112.0), (130, 0.0), (140, 5.0), (150, 20.0)]
    assert alarms(one, line) == [False, False, True, False, False, False, False, True]


def test_absence_opens_only_about_what_was_there() -> None:
    one = rule("absence", lasting=60, clearing=0)
    assert alarms(one, [(0, None), (100, None)]) == [False, False]
    assert alarms(one, [(0, 1.0), (59, None), (60, None), (500, None), (501, 1.0)]) == [False, False, True, True, False]


def test_a_stale_reading_is_absent_though_it_is_still_shown() -> None:
    judge = judge_of(rule("absence", lasting=60, clearing=0))
    assert [judge.take(1.0, 0.0, now).alarm for now in (0.0, 30.0, 61.0)] == [False, False, True]


def test_flapping_is_one_alarm_on_which_further_changes_are_counted() -> None:
    judge = judge_of(rule("flap", changes=4, within=100, clearing=50))
    found = [judge.take(float(turn % 2), at, at) for turn, at in enumerate(range(0, 80, 10))]
    assert [f.alarm for f in found] == [False] * 4 + [True] * 4
    assert [f.changes for f in found[4:]] == [4, 5, 6, 7]
    assert judge.take(1.0, 100, 100).alarm
    assert not judge.take(1.0, 130, 130).alarm


def test_a_port_that_went_down_once_does_not_flap() -> None:
    assert not any(alarms(rule("flap", changes=4, within=100), [(0, 1.0), (10, 0.0), (20, 0.0), (30, 1.0), (40, 1.0)]))


def baseline(weeks: list[float | None], value: float, **fields: Any) -> Any:
    one = rule("baseline", **{"reading": "port.bits-in", "weeks": 6, "least": 3, "clearing": 0, **fields})
    judge: Any = judge_of(one)
    judge.weeks = weeks
    return judge.take(value, 0.0, 0.0)


def test_a_baseline_compares_with_the_median_of_past_weeks() -> None:
    usual: list[float | None] = [100.0, 104.0, 96.0, 101.0, 5000.0, None]
    assert baseline(usual, 140.0).alarm
    assert not baseline(usual, 110.0).alarm
    assert baseline(usual, 140.0).usual == 101.0
    assert not baseline(usual, 40.0, side="above").alarm
    assert baseline(usual, 40.0, side="below").alarm


def test_a_baseline_with_too_few_weeks_says_so_and_decides_nothing() -> None:
    found = baseline([100.0, None, 100.0, None, None, None], 10_000.0)
    assert (found.alarm, found.too_few, found.weeks) == (False, True, 2)


def test_a_past_without_any_spread_is_guarded_by_the_floor() -> None:
    assert not baseline([100.0] * 6, 100.5, floor=1).alarm
    assert baseline([100.0] * 6, 102.0, floor=1).alarm


@pytest.mark.parametrize("kind", KINDS)
def test_an_alarm_that_was_open_before_a_restart_stays_until_all_is_well(kind: str) -> None:
    fields: dict[str, dict[str, Any]] = {
        "threshold": {"above": 90, "lasting": 60, "clearing": 30},
        "rate": {"above": 5, "within": 60, "clearing": 30},
        "absence": {"lasting": 60, "clearing": 30},
        "flap": {"changes": 3, "within": 60, "clearing": 30},
        "baseline": {"reading": "port.bits-in", "clearing": 30},
    }
    judge = judge_of(rule(kind, **fields[kind]), alarm=True)
    assert judge.held.alarm
