"""Every scripted failure: the alarms that it opens, what it shadows, and that it heals, each once."""

import pytest

from countynet.vocabulary import LineState
from tests.unit.monitoring.cause.county_time import CountyTime
from tests.unit.monitoring.cause.failures import FAILURES, Failure

WHOLE = tuple(range(1, 121))
HEALING = 50
"""seconds; what flaps or loses has to be calm for longer"""


def test_there_are_enough_and_each_has_a_name() -> None:
    assert len({failure.name for failure in FAILURES}) == len(FAILURES) >= 40


@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: failure.name.replace(" ", "-"))
def test_it_opens_what_is_the_cause_and_shadows_the_rest(failure: Failure) -> None:
    county = CountyTime().rounds(45)
    assert county.log == []
    for seconds, words in failure.phases:
        county.rounds(seconds, *words)
    opened = tuple(line[1:] for line in county.log if line[0] == "+")
    assert sorted(dict.fromkeys(opened)) == sorted(failure.opened)
    shadowed = county.states(LineState.SHADOWED)
    assert county.causes() == frozenset(failure.shadows.split())
    if failure.shadows:
        assert shadowed == county.everyone_silent - county.states(LineState.DOWN)
    calm = 80 if "flap" in failure.name or any("quality" in name for name in failure.opened) else 0
    county.rounds(HEALING + calm)
    assert county.picture.open == frozenset()
    assert county.states(LineState.UP) == frozenset(county.topology.watched)
    assert sorted(line[1:] for line in county.log if line[0] == "-") == sorted(opened)
    if "flaps" not in failure.name:
        assert len(opened) == len(failure.opened)


def test_what_hung_on_a_core_has_time_to_answer_when_the_core_is_back_though_its_other_cable_is_cut() -> None:
    county, cut = CountyTime().rounds(45), "cut cable-agg-2-up1"
    county.rounds(40, cut).rounds(30, cut, "dead core-2").rounds(6, cut, "dead agg-2").rounds(60)
    assert county.log == ["+cable:cable-agg-2-up1", "+core-2", "-core-2", "-cable:cable-agg-2-up1"]


def test_in_the_whole_county_a_dead_core_is_one_alarm_and_shadows_nobody() -> None:
    county = CountyTime(WHOLE).rounds(20).rounds(40, "dead core-1").rounds(20)
    assert county.log == ["+core-1", "-core-1"]


@pytest.mark.parametrize(
    ("dead", "opened", "behind"),
    [
        (("core-1", "core-2"), ["core-1", "core-2"], 127),
        (("vpn-hub",), ["vpn-hub"], 96),
        (("operator",), ["operator"], 96),
        (("sw-admin",), ["sw-admin"], 14),
        (("agg-1",), ["agg-1"], 15),
    ],
)
def test_in_the_whole_county_all_behind_is_shadowed_with_one_alarm_for_each_cause(
    dead: tuple[str, ...], opened: list[str], behind: int
) -> None:
    county = CountyTime(WHOLE).rounds(10).rounds(30, *(f"dead {name}" for name in dead))
    assert county.log == [f"+{name}" for name in opened]
    assert len(county.states(LineState.SHADOWED)) == behind
    county.rounds(45)
    assert county.log == [f"+{name}" for name in opened] + [f"-{name}" for name in opened]
    assert len(county.states(LineState.UP)) == 132
