"""Detection as timelines: what is known after each round of silence and answers."""

import pytest

from countynet.vocabulary import LineState
from monitoring.detect.decide import BLIND, Decision, Picture, Rules, Seen, decide
from monitoring.detect.topology import FIBER_HOLD, TUNNEL_HOLD, topology
from tests.unit.topology.small_county import small_county

COUNTY = small_county()
TOPOLOGY = topology(COUNTY)
ALL = frozenset(TOPOLOGY.watched)
FIBER = frozenset(("cpe-001", "cpe-002"))
ADSL = frozenset(("cpe-025", "cpe-026"))
RULES = Rules(misses=4, hits=2)
UP, DOWN, SHADOWED, UNKNOWN = LineState.UP, LineState.DOWN, LineState.SHADOWED, LineState.UNKNOWN


class Timeline:
    """Rounds, one after the other."""

    def __init__(self, start: Picture | None = None) -> None:
        self.picture = start or Picture()
        self.seen = {name: Seen() for name in ALL}
        self.log: list[str] = []

    def rounds(self, count: int, *silent: str, can_send: bool = True) -> "Timeline":
        """Let rounds pass in which these are silent and all others answer."""
        for _round in range(count):
            for name, was in self.seen.items():
                self.seen[name] = Seen(was.misses + 1, 0) if name in silent else Seen(0, was.hits + 1)
            self.take(decide(self.picture, self.seen, TOPOLOGY, RULES, can_send))
        return self

    def take(self, made: Decision) -> None:
        self.picture = made.picture
        self.log += [f"-{name}" for name in made.closed] + [f"+{name}" for name in made.opened]

    def state(self, name: str) -> LineState:
        return self.picture.nodes[name].state


@pytest.fixture
def well() -> Timeline:
    return Timeline().rounds(3)


def test_all_answer(well: Timeline) -> None:
    assert {well.state(name) for name in ALL} == {UP}
    assert well.log == []


def test_a_cut_line_is_down_after_four_misses_and_not_before(well: Timeline) -> None:
    well.rounds(3, "cpe-001")
    assert well.state("cpe-001") is UP
    well.rounds(1, "cpe-001")
    assert well.state("cpe-001") is DOWN
    assert well.log == ["+cpe-001"]
    well.rounds(50, "cpe-001")
    assert well.log == ["+cpe-001"]


def test_one_answer_is_not_yet_up_two_are(well: Timeline) -> None:
    well.rounds(4, "cpe-001").rounds(1)
    assert well.state("cpe-001") is DOWN
    well.rounds(1)
    assert well.state("cpe-001") is UP
    assert well.log == ["+cpe-001", "-cpe-001"]


def test_three_misses_now_and_then_are_nothing(well: Timeline) -> None:
    for _time in range(10):
        well.rounds(3, "cpe-001").rounds(1)
    assert well.log == []
    assert well.state("cpe-001") is UP


def test_a_dead_switch_shadows_its_units_with_one_alarm(well: Timeline) -> None:
    well.rounds(6, "sw-admin", *FIBER)
    assert well.log == ["+sw-admin"]
    assert well.state("sw-admin") is DOWN
    assert {well.state(name) for name in FIBER} == {SHADOWED}
    assert {well.picture.nodes[name].cause for name in FIBER} == {"sw-admin"}
    assert {well.state(name) for name in ADSL} == {UP}


def test_units_may_fall_silent_a_round_before_their_switch(well: Timeline) -> None:
    well.rounds(1, *FIBER).rounds(2, "sw-admin", *FIBER).rounds(1, "sw-admin", "agg-1", *FIBER)
    well.rounds(8, "sw-admin", "agg-1", *FIBER)
    assert well.log == ["+agg-1"]
    assert well.state("sw-admin") is SHADOWED
    assert well.picture.nodes["cpe-001"].cause == "agg-1"


def test_units_get_time_after_their_switch_is_back(well: Timeline) -> None:
    well.rounds(6, "sw-admin", *FIBER).rounds(FIBER_HOLD, *FIBER)
    assert well.log == ["+sw-admin", "-sw-admin"]
    assert {well.state(name) for name in FIBER} == {SHADOWED}
    well.rounds(2, "cpe-002")
    assert well.state("cpe-001") is UP
    assert well.state("cpe-002") is DOWN
    assert well.log == ["+sw-admin", "-sw-admin", "+cpe-002"]


def test_a_repaired_hub_raises_no_storm_while_tunnels_return(well: Timeline) -> None:
    well.rounds(6, "vpn-hub", *ADSL)
    assert well.log == ["+vpn-hub"]
    assert {well.state(name) for name in ADSL} == {SHADOWED}
    well.rounds(TUNNEL_HOLD - 2, *ADSL).rounds(3)
    assert well.log == ["+vpn-hub", "-vpn-hub"]
    assert {well.state(name) for name in ADSL} == {UP}


def test_all_adsl_lines_at_once_are_the_operators_net(well: Timeline) -> None:
    well.rounds(10, *ADSL)
    assert well.log == ["+operator"]
    assert {well.state(name) for name in ADSL} == {SHADOWED}
    assert well.picture.nodes["cpe-025"].cause == "operator"
    well.rounds(2, "cpe-026").rounds(TUNNEL_HOLD + 1, "cpe-026")
    assert well.log == ["+operator", "-operator", "+cpe-026"]


def test_one_adsl_line_is_that_line(well: Timeline) -> None:
    well.rounds(5, "cpe-025")
    assert well.log == ["+cpe-025"]


def test_one_core_of_two_shadows_nobody(well: Timeline) -> None:
    well.rounds(10, "core-1")
    assert well.log == ["+core-1"]
    assert {well.state(name) for name in ALL - {"core-1"}} == {UP}


def test_both_cores_shadow_everything_behind(well: Timeline) -> None:
    behind = ALL - {"fw-1", "fw-2", "sw-dc", "core-1", "core-2"}
    well.rounds(10, "core-1", "core-2", *behind)
    assert well.log == ["+core-1", "+core-2"]
    assert {well.state(name) for name in behind} == {SHADOWED}


def test_a_switch_whose_management_alone_is_dead_shadows_nobody(well: Timeline) -> None:
    well.rounds(10, "sw-admin")
    assert well.log == ["+sw-admin"]
    assert {well.state(name) for name in FIBER} == {UP}
    well.rounds(10, "sw-admin", "cpe-001")
    assert well.log == ["+sw-admin", "+cpe-001"]
    assert well.state("cpe-001") is DOWN


def test_silence_of_all_is_our_blindness(well: Timeline) -> None:
    well.rounds(3, *ALL)
    assert {well.state(name) for name in ALL} == {UP}
    well.rounds(20, *ALL)
    assert {well.state(name) for name in ALL} == {UNKNOWN}
    assert well.log == [f"+{BLIND}"]
    well.rounds(3)
    assert well.log == [f"+{BLIND}", f"-{BLIND}"]
    assert {well.state(name) for name in ALL} == {UP}


def test_our_own_dead_interface_is_known_at_once(well: Timeline) -> None:
    well.rounds(1, *ALL, can_send=False)
    assert {well.state(name) for name in ALL} == {UNKNOWN}
    assert well.log == [f"+{BLIND}"]


def test_an_alarm_outlives_our_blindness(well: Timeline) -> None:
    well.rounds(5, "cpe-001").rounds(10, *ALL).rounds(3, "cpe-001")
    assert well.log == ["+cpe-001", f"+{BLIND}", f"-{BLIND}"]
    assert well.state("cpe-001") is DOWN
    well.rounds(2)
    assert well.log[-1] == "-cpe-001"


def test_an_alarm_outlives_a_shadow(well: Timeline) -> None:
    well.rounds(5, "cpe-001").rounds(10, "sw-admin", *FIBER)
    assert well.state("cpe-001") is DOWN
    assert well.state("cpe-002") is SHADOWED
    well.rounds(3, "cpe-001")
    assert well.log == ["+cpe-001", "+sw-admin", "-sw-admin"]


def test_a_restart_with_a_line_down_opens_nothing_again(well: Timeline) -> None:
    well.rounds(5, "cpe-001")
    again = Timeline(well.picture).rounds(10, "cpe-001")
    assert again.log == []
    assert again.state("cpe-001") is DOWN
    again.rounds(2)
    assert again.log == ["-cpe-001"]


def test_a_first_start_with_a_dead_line_says_so() -> None:
    start = Timeline().rounds(4, "cpe-001")
    assert start.log == ["+cpe-001"]
    assert start.state("cpe-002") is UP


def test_what_stands_behind_what() -> None:
    assert TOPOLOGY.behind["sw-admin"] == {"sw-admin", "building:admin:sw-admin", *FIBER}
    assert TOPOLOGY.behind["vpn-hub"] >= {"vpn-hub", "operator", *ADSL}
    assert TOPOLOGY.behind["core-1"] == {"core-1"}
    assert TOPOLOGY.behind["sw-dc"] == ALL | {"operator", "building:admin:sw-admin"}
    assert TOPOLOGY.passive == {"operator", "building:admin:sw-admin"}
