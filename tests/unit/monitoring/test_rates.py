"""Rates: what makes a difference of counters mean nothing, and what only looks so."""

from dataclasses import replace

import pytest

from monitoring.series.rates import Rates, Reading, rates

LONGEST = 45.0
T0 = 1_795_219_200.0


def reading(at: float, octets: int, **changes: object) -> Reading:
    """A reading so many seconds after T0 of an agent that started an hour before."""
    counters = (octets, 2 * octets, 10, 20, 0, 0, 0, 0)
    base = Reading(T0 + at, int((3600 + at) * 100), 7, 0, 1_000_000_000, counters)
    return replace(base, **changes)  # type: ignore[arg-type]


def bits_in(before: Reading | None, after: Reading) -> float | None:
    found: Rates | None = rates(before, after, LONGEST)
    return None if found is None else found[0]


def test_octets_become_bits_over_the_agents_own_time() -> None:
    late = replace(reading(15, 1500), clock=T0 + 16.5)  # the answer came late; the agent's clock did not move
    assert bits_in(reading(0, 0), late) == pytest.approx(800)
    assert rates(reading(0, 0), late, LONGEST) == pytest.approx((800, 1600, 0, 0, 0, 0, 0, 0))


def test_the_first_reading_is_a_gap() -> None:
    assert rates(None, reading(0, 0), LONGEST) is None


def test_a_restart_is_a_gap() -> None:
    after = replace(reading(15, 99_999_999), uptime=500)
    assert rates(reading(0, 5), after, LONGEST) is None


def test_a_restart_that_was_quicker_than_the_last_uptime_is_a_gap() -> None:
    before = replace(reading(0, 5), uptime=200)
    after = replace(reading(15, 9_999), uptime=900)  # restarted: ran 7 s where 15 s passed
    assert rates(before, after, LONGEST) is None


def test_uptime_wraps_after_497_days_without_a_gap() -> None:
    before = replace(reading(0, 0), uptime=2**32 - 500)
    after = replace(reading(15, 1500), uptime=1000)
    assert bits_in(before, after) == pytest.approx(800)


def test_discontinuity_and_remap_are_gaps() -> None:
    assert rates(reading(0, 0), reading(15, 10, discontinuity=4711), LONGEST) is None
    assert rates(reading(0, 0), reading(15, 10, index=8), LONGEST) is None


def test_an_overlong_interval_is_a_gap() -> None:
    assert bits_in(reading(0, 0), reading(45, 10)) is not None
    assert rates(reading(0, 0), reading(46, 10), LONGEST) is None


def test_the_same_moment_twice_is_a_gap() -> None:
    assert rates(reading(0, 0), reading(0, 0), LONGEST) is None


def test_a_counter64_that_ran_backwards_is_a_gap_of_that_counter_alone() -> None:
    after = replace(reading(15, 0), counters=(999, 2000, 10, 20, 0, 0, 0, 0))
    before = replace(reading(0, 0), counters=(1000, 1000, 10, 20, 0, 0, 0, 0))
    found = rates(before, after, LONGEST)
    assert found is not None
    assert found[0] is None
    assert found[1] == pytest.approx(1000 * 8 / 15)


def narrow(at: float, octets: int, speed: int = 100_000_000) -> Reading:
    return reading(at, 0, counters=(octets, None, None, None, None, None, None, None), wide=False, speed=speed)


def test_a_counter32_is_unwrapped_once_when_it_can_have_wrapped_only_once() -> None:
    assert bits_in(narrow(0, 2**32 - 1000), narrow(15, 500)) == pytest.approx(1500 * 8 / 15)
    assert bits_in(narrow(0, 1000), narrow(15, 500)) is None  # would be 2.3 Gbit/s on a line of 100 Mbit/s
    fast = 1_000_000_000
    assert bits_in(narrow(0, 2**32 - 1000, fast), narrow(34, 500, fast)) is not None
    assert bits_in(narrow(0, 2**32 - 1000, fast), narrow(35, 500, fast)) is None  # 34.36 s is a whole wrap at 1G
    assert bits_in(narrow(0, 2**32 - 1000, 0), narrow(15, 500, 0)) is None  # of unknown speed


def test_an_error_counter_that_was_reset_is_no_flood_of_errors() -> None:
    before = reading(0, 0, counters=(0, 0, 0, 0, 4000, 0, 0, 0))
    after = reading(15, 0, counters=(10, 10, 0, 0, 3, 0, 0, 0))
    found = rates(before, after, LONGEST)
    assert found is not None
    assert found[4] is None


def test_missing_counters_are_gaps_not_zeros() -> None:
    nothing = reading(0, 0, counters=(None,) * 8)
    assert rates(nothing, replace(nothing, clock=T0 + 15, uptime=nothing.uptime + 1500), LONGEST) is None
