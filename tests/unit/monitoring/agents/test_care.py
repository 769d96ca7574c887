"""How gently devices are asked: the ladder, and a model of weak devices that must never be driven to 100 %."""

import pytest

from monitoring.agents.care import LADDER, LOADED, SLOWED, Care, felt


def after(care: Care, *rounds: tuple[float | None, float]) -> Care:
    for cpu, per_value in rounds:
        care = felt(care, cpu, per_value)
    return care


def test_a_device_that_is_well_is_asked_as_any_other() -> None:
    care = after(Care(), *[(30, 0.001)] * 10)
    assert (care.level, care.why, care.step) == (0, "", LADDER[0])
    assert care.usual == pytest.approx(0.001)


def test_a_busy_processor_costs_a_step_a_full_one_two() -> None:
    assert after(Care(), (80, 0.001)).level == 1
    assert after(Care(), (95, 0.001)).level == 2
    full = after(Care(), (99, 0.001), (99, 0.001), (99, 0.001))
    assert (full.level, full.why, full.figure) == (len(LADDER) - 1, LOADED, 99)


def test_between_well_and_busy_it_stays_where_it_is() -> None:
    assert after(Care(), (85, 0.001), *[(70, 0.001)] * 20).level == 1


def test_three_good_rounds_in_a_row_give_one_step_back() -> None:
    care = after(Care(), (99, 0.001), (50, 0.001), (50, 0.001), (70, 0.001), (50, 0.001), (50, 0.001))
    assert care.level == 2
    care = after(care, (50, 0.001))
    assert (care.level, care.why) == (1, LOADED)
    assert after(care, *[(50, 0.001)] * 3).why == ""


def test_who_suffers_again_after_a_step_back_has_to_be_well_for_longer() -> None:
    """A device that is loaded by our asking at full pace, and by nothing else, is not swung for ever."""
    care, steps = Care(), []
    for _round in range(400):
        before, care = care, felt(care, 90 if care.level == 0 else 40, 0.001)
        steps.append(care.level > before.level)
    assert sum(steps[:50]) <= 5
    assert sum(steps[200:]) <= 2
    assert after(care, *[(30, 0.001)] * 300).patience >= care.patience


def test_a_device_that_tells_no_load_is_judged_by_its_time_for_a_value() -> None:
    care = after(Care(), *[(None, 0.001)] * 5, (None, 0.01))
    assert (care.level, care.why, care.figure) == (1, SLOWED, 10)
    assert care.usual == pytest.approx(0.001)  # what it takes while it suffers is not what is usual
    assert after(care, *[(None, 0.001)] * 3).level == 0


def test_a_fast_device_that_became_four_times_slower_is_still_fast() -> None:
    assert after(Care(), *[(None, 0.00001)] * 5, (None, 0.0015)).level == 0


@pytest.mark.parametrize("own", [0, 20, 50, 75])
@pytest.mark.parametrize("cost", [0.0005, 0.002, 0.01, 0.02])
def test_a_weak_device_finds_rest(own: float, cost: float) -> None:
    """It computes `cost` seconds for a value, 500 values a round of 15 s, beside `own` percent of its own work."""
    care, loads = Care(), []
    for _round in range(40):
        busy = 500 * cost
        lasts = busy * (1 + care.step.rest)  # our pauses stretch the work
        while_asked = min(100.0, own + 100 / (1 + care.step.rest))
        mean = min(100.0, own + 100 * busy / max(15.0 * care.step.every, lasts))
        loads.append(mean)
        care = felt(care, (while_asked if lasts > 5 else mean), cost)
    assert max(loads[10:]) < 100 or own + 100 * 500 * cost / 60 >= 100
    assert loads[-1] <= loads[0]
