"""At every moment, what windows cover is what the station cannot reach without all that is being worked on."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from monitoring.windows.cover import covered, covers
from monitoring.windows.model import Window
from tests.unit.monitoring.ledger.timeline import ALL, BEGIN, PLAN

TOPOLOGY = PLAN.topology
MINUTE = timedelta(minutes=1)


@st.composite
def windows(draw: st.DrawFn) -> list[Window]:
    """A few windows, some withdrawn before, some ended early, some over."""
    found = []
    for number in range(1, draw(st.integers(0, 4)) + 1):
        start = BEGIN + draw(st.integers(-30, 30)) * MINUTE
        end = start + draw(st.integers(1, 40)) * MINUTE
        removed = draw(st.none() | st.integers(-60, 60).map(lambda n: BEGIN + n * MINUTE))
        devices = draw(st.lists(st.sampled_from(sorted(ALL)), min_size=1, max_size=3, unique=True))
        found.append(Window(number, tuple(devices), start, end, "work", "center", removed))
    return found


@settings(max_examples=40)
@given(windows(), st.integers(-20, 20))
def test_every_moment_is_covered_by_what_is_open_then(some: list[Window], after: int) -> None:
    begin = BEGIN + after * MINUTE
    found = covers(some, TOPOLOGY, begin)
    assert all(begin <= cover.start < cover.end for cover in found)
    for minute in range(after, after + 80, 3):
        at = BEGIN + minute * MINUTE + MINUTE / 2
        open_ = [w for w in some if w.start <= at < w.until]
        wanted = covered(TOPOLOGY, [d for w in open_ for d in w.devices]) if open_ else frozenset()
        assert {c.device for c in found if c.start <= at < c.end} == wanted - {TOPOLOGY.station}
        assert {c.window for c in found if c.start <= at < c.end} == {w.number for w in open_}


@settings(max_examples=40)
@given(windows())
def test_pieces_of_one_window_and_device_never_meet(some: list[Window]) -> None:
    found = covers(some, TOPOLOGY, BEGIN)
    for one in found:
        same = [c for c in found if (c.window, c.device) == (one.window, one.device) and c is not one]
        assert not [c for c in same if c.start <= one.end and c.end >= one.start]
