"""Stretches cover a time without gap or overlap, whatever is recorded and whatever windows lie over it."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from countynet.vocabulary import LedgerState
from monitoring.ledger.show import lasting, percent
from monitoring.ledger.stretches import Span, Stretch, Sums, joined, sums, total, whole

UP, DOWN, SHADOWED, UNKNOWN, PLANNED = LedgerState
MEASURED = (UP, DOWN, SHADOWED, UNKNOWN)


@st.composite
def recorded(draw: st.DrawFn) -> list[Stretch]:
    """Stretches in order of time, with gaps, now and then overlapping, as a broken clock might leave them."""
    at, found = draw(st.integers(-50, 50)), []
    for _n in range(draw(st.integers(0, 6))):
        start = at + draw(st.integers(-3, 10))
        at = start + draw(st.integers(0, 40))
        state = draw(st.sampled_from(MEASURED))
        found.append(Stretch(start, at, state, draw(st.sampled_from(("", "sw-1"))) if state is SHADOWED else ""))
    return sorted(found)


spans = st.lists(st.builds(lambda a, n, w: Span(a, a + n, w), st.integers(-50, 150), st.integers(0, 60), st.integers(1, 3)), max_size=4)  # fmt: skip  # noqa: E501
times = st.tuples(st.integers(-60, 150), st.integers(0, 150)).map(lambda t: (t[0], t[0] + t[1]))


@settings(max_examples=60)
@given(recorded(), spans, times)
def test_they_cover_the_time_once_and_sum_up_to_it(
    rows: list[Stretch], windows: list[Span], time: tuple[int, int]
) -> None:
    start, end = time
    found = whole(rows, windows, start, end)
    assert sum(stretch.length for stretch in found) == end - start
    assert all(stretch.length > 0 for stretch in found)
    assert all(a.end == b.start for a, b in pairwise(found))
    if found:
        assert (found[0].start, found[-1].end) == (start, end)
    added = sums(found)
    assert added.whole == end - start
    for value in (added.availability, added.line_availability):
        assert value is None or 0 <= value <= 100


@settings(max_examples=60)
@given(recorded(), spans, times)
def test_every_moment_is_what_was_measured_or_planned(
    rows: list[Stretch], windows: list[Span], time: tuple[int, int]
) -> None:
    found = whole(rows, windows, *time)
    for stretch in found:
        for at in (stretch.start, stretch.end - 1):
            covered = any(span.start <= at < span.end for span in windows)
            assert covered == (stretch.state is PLANNED)
            under = [row for row in rows if row.start <= at < row.end]
            measured = stretch.measured if covered else stretch.state
            assert measured in ({row.state for row in under} or {UNKNOWN})


@settings(max_examples=60)
@given(recorded(), spans, times)
def test_a_window_never_counts_against_anybody(rows: list[Stretch], windows: list[Span], time: tuple[int, int]) -> None:
    without, covered = sums(whole(rows, [], *time)), sums(whole(rows, windows, *time))
    assert covered.down <= without.down
    assert covered.shadowed <= without.shadowed
    assert covered.counted + covered.unknown + covered.planned == without.whole


@settings(max_examples=60)
@given(recorded(), times)
def test_the_short_way_adds_up_to_the_same(rows: list[Stretch], time: tuple[int, int]) -> None:
    assert total([(row.start, row.end, row.state) for row in rows], *time) == sums(whole(rows, [], *time))


@given(recorded(), st.integers(0, 100))
@settings(max_examples=40)
def test_two_parts_of_a_time_sum_up_to_the_whole(rows: list[Stretch], middle: int) -> None:
    parts = (*whole(rows, [], 0, middle), *whole(rows, [], middle, 100))
    assert tuple(joined(parts)) == whole(rows, [], 0, 100)


def test_availability_by_hand() -> None:
    """A day: 60 s down, 120 s shadowed, an hour planned, an hour unknown."""
    added = Sums(up=79_020_000, down=60_000, shadowed=120_000, unknown=3_600_000, planned=3_600_000, outages=2)
    assert added.whole == 86_400_000
    assert round(added.availability or 0, 4) == round(100 * 79_020 / 79_200, 4)
    assert round(added.line_availability or 0, 4) == round(100 * 79_020 / 79_080, 4)


def test_nothing_counted_is_neither_all_nor_nothing() -> None:
    added = sums(whole([], [Span(0, 10, 1)], 0, 100))
    assert (added.availability, added.line_availability, added.unknown, added.planned) == (None, None, 90, 10)
    assert percent(added.availability) == "-"


def test_down_and_shadowed_without_a_break_is_one_outage() -> None:
    rows = [Stretch(0, 10, UP), Stretch(10, 20, DOWN), Stretch(20, 30, SHADOWED, "sw"), Stretch(30, 40, UP)]
    assert sums(whole([*rows, Stretch(40, 45, DOWN)], [], 0, 100)).outages == 2


def test_people_never_read_a_hundred_percent_that_is_not() -> None:
    assert percent(99.99999) == "99.999%"
    assert percent(100.0) == "100.000%"
    assert lasting(90_061_000) == "25:01:01"
