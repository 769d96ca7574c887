"""Whatever breaks at once: who cannot answer is down or in a named shadow, nobody else is, and it heals to the end."""

from hypothesis import given, settings
from hypothesis import strategies as st

from countynet.vocabulary import LineState
from tests.unit.monitoring.cause.county_time import CountyTime

COUNTY = CountyTime()
DEVICES = sorted(COUNTY.topology.watched)
THINGS = [f"dead {name}" for name in (*DEVICES, "operator") if name != "sw-dc"]
THINGS += [f"cut {cable}" for cable in sorted(COUNTY.topology.links)]
THINGS += [f"cut {w.circuit}" for w in COUNTY.topology.watched.values() if w.circuit]
BROKEN = st.lists(st.sampled_from(THINGS), min_size=1, max_size=4, unique=True)


@settings(max_examples=12, deadline=None)
@given(BROKEN, BROKEN)
def test_whatever_breaks_is_told_and_heals(first: list[str], second: list[str]) -> None:
    county = CountyTime().rounds(20)
    for broken in (first, [*first, *second], second):
        county.rounds(45, *broken)
        down, shadowed = county.states(LineState.DOWN), county.states(LineState.SHADOWED)
        assert down | shadowed == county.everyone_silent
        assert county.states(LineState.UP) == frozenset(DEVICES) - county.everyone_silent
        assert not shadowed or county.causes() <= county.picture.open, "each shadow has an open alarm for its cause"
        assert down <= county.picture.open
    county.rounds(110)
    assert county.states(LineState.UP) == frozenset(DEVICES)
    assert county.picture.open == frozenset()
    opened = [line for line in county.log if line[0] == "+"]
    assert len(opened) == len(county.log) / 2, "what opened closed as often"
