"""What is wrong with what answers: loss told from outages, cables from devices, one cause from its many effects."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitoring.detect.decide import BLIND, Decision, Picture, Rules, Seen
from monitoring.detect.signs import Judged, Measured, Port, agents, also, cables, cut, lost, onset, quality, suspects
from monitoring.detect.topology import Link, topology
from monitoring.poller.signs import Signs, Trips, worth_a_look
from monitoring.poller.watch import Track
from tests.unit.topology.small_county import small_county

TOPOLOGY = topology(small_county())
NOW = datetime(2026, 11, 26, 6, 0, tzinfo=UTC)
LONG = NOW - timedelta(hours=1)
GRACE = timedelta(seconds=6)
LINK = Link("cable-1", ("core-1", "x"), ("agg-1", "up1"))
BOTH = {"core-1": LONG, "agg-1": LONG}


def bad(ports: dict[tuple[str, str], Port], answering: dict[str, datetime] | None = None) -> frozenset[str]:
    return cables({"cable-1": LINK}, ports, BOTH if answering is None else answering, NOW, GRACE).bad


def read(oper: int, seconds: float = 10) -> dict[tuple[str, str], Port]:
    """Return a port as just read, that was first read so some seconds ago."""
    return {LINK.a: Port(oper, 1, NOW - timedelta(seconds=1), NOW - timedelta(seconds=seconds))}


def test_a_cable_is_bad_when_a_port_is_down_and_both_ends_went_on_answering() -> None:
    assert bad(read(2)) == {"cable:cable-1"}
    assert bad(read(1)) == frozenset()
    assert bad(read(2, seconds=3)) == frozenset(), "a device that is just dying still answers"
    assert bad(read(2), {"core-1": LONG}) == frozenset(), "the other end is silent: not the cable"
    just_back = {"core-1": LONG, "agg-1": NOW - timedelta(seconds=12)}
    assert bad(read(2), just_back) == frozenset(), "an agent tells an old state for a while"
    assert bad(read(2, seconds=5) | {LINK.b: Port(1, 1, NOW)}) == frozenset(), "one end alone has to last"
    assert bad({}) == frozenset()


def ends(first: float, last: float, oper: int = 2) -> dict[tuple[str, str], Port]:
    """Return both ends' ports, read so from some seconds ago until some seconds ago."""
    begun, read_ = (NOW - timedelta(seconds=seconds) for seconds in (first, last))
    return dict.fromkeys((LINK.a, LINK.b), Port(oper, 1, read_, begun))


def test_a_cable_is_bad_as_soon_as_both_ends_said_so_twice() -> None:
    assert bad(ends(2.5, 0.5)) == {"cable:cable-1"}
    assert bad(ends(2.5, 2.5)) == frozenset(), "one reading: who is just dying tells that too"
    assert bad(ends(2.5, 0.5) | {LINK.b: Port(1, 1, NOW, LONG)}) == frozenset(), "one end says no: it has to last"
    new = ends(2.5, 0.5) | {LINK.b: Port(2, 1, NOW, NOW - timedelta(seconds=1))}
    assert bad(new) == frozenset(), "both have to have said so for a while"
    silent = {"core-1": LONG, "agg-1": NOW - timedelta(seconds=12)}
    assert bad(ends(2.5, 0.5), silent) == frozenset(), "behind a real silence both may tell an old state"


def test_a_cable_that_came_and_went_is_over_only_after_a_calm_minute() -> None:
    def over(seconds: float, restless: frozenset[str]) -> frozenset[str]:
        return cables({"cable-1": LINK}, ends(seconds, 1, oper=1), BOTH, NOW, GRACE, restless).good

    assert over(10, frozenset()) == {"cable:cable-1"}
    assert over(10, frozenset(("cable:cable-1",))) == frozenset()
    assert over(61, frozenset(("cable:cable-1",))) == {"cable:cable-1"}


def test_both_ends_are_looked_at_while_a_cable_may_be_cut() -> None:
    def asked(seconds: float, answering: tuple[str, ...] = ("core-1", "agg-1"), *known: str) -> frozenset[str]:
        ports = {LINK.a: Port(2, 1, NOW, NOW - timedelta(seconds=seconds)), LINK.b: Port(1, 1, NOW, LONG)}
        return suspects({"cable-1": LINK}, ports, answering, known, NOW)

    assert asked(1) == {"core-1", "agg-1"}
    assert asked(21) == frozenset(), "then the rounds suffice"
    assert asked(1, ("core-1",)) == frozenset(), "who is silent is not asked"
    assert asked(1, ("core-1", "agg-1"), "cable:cable-1") == frozenset(), "it is known already"
    ever = {LINK.a: Port(2, 1, NOW, None)}
    assert suspects({"cable-1": LINK}, ever, ("core-1", "agg-1"), (), NOW) == frozenset(), "never seen otherwise"


def test_an_older_reading_takes_nothing_back_and_a_flapping_cable_is_one_alarm() -> None:
    cable = next(iter(TOPOLOGY.links.values()))
    memory, name, now = Signs(TOPOLOGY, 1.0), f"cable:{cable.cable}", NOW
    long = dict.fromkeys(TOPOLOGY.watched, LONG)
    log: list[str] = []
    picture = Picture()
    for oper in (1, 1, 2, 2, 2, 2, 1, 1, 2, 2, 2, 2, *(1,) * 70):
        now += timedelta(seconds=1)
        memory.read(dict.fromkeys((cable.a, cable.b), Port(oper, 1, now)), {}, now, long)
        memory.read({cable.a: Port(3 - oper, 1, now - timedelta(seconds=5))}, {}, now, long)
        made = memory.also(Decision(picture), long, long, now)
        picture = made.picture
        log += [f"+{now - NOW}" for opened in made.opened if opened == name]
        log += [f"-{now - NOW}" for closed in made.closed if closed == name]
    assert log == ["+0:00:05", "-0:00:07", "+0:00:11", "-0:01:13"]


def test_a_few_misses_while_routes_change_are_no_silence() -> None:
    track = Track()
    for second, trip in enumerate((2.0, None, None, None, None, 2.0, *(None,) * 5, 2.0, 2.0)):
        track.add(trip, NOW + timedelta(seconds=second))
        assert track.steady == (NOW if second < 11 else NOW + timedelta(seconds=11))


def test_only_parallel_cables_that_are_all_broken_part_two_neighbours() -> None:
    link = next(iter(TOPOLOGY.links.values()))
    pair = frozenset((link.a[0], link.b[0]))
    between = [n for n, one in TOPOLOGY.links.items() if frozenset((one.a[0], one.b[0])) == pair]
    assert cut(TOPOLOGY, [f"cable:{name}" for name in between]) == {pair}
    assert cut(TOPOLOGY, [f"cable:{name}" for name in between[1:]]) == frozenset()
    assert cut(TOPOLOGY, ["cpe-001", "agent:core-1"]) == frozenset()


def test_agents_fail_one_by_one_or_all_because_of_us() -> None:
    names = ("a", "b", "c")
    twice = (NOW - timedelta(seconds=30), NOW - timedelta(seconds=15))
    assert agents({"a": twice, "b": (), "c": twice[:1]}, names, "station", NOW) == Judged(
        frozenset(("agent:a",)), frozenset(("agent:b", "agent:station"))
    )
    assert agents(dict.fromkeys(names, twice), names, "station", NOW).bad == {"agent:station"}
    assert agents({"a": twice, "b": twice}, names, "station", NOW).bad == {"agent:a", "agent:b"}, "two may fail"
    assert agents({"a": twice}, (), "station", NOW) == Judged(), "what does not answer ping is not judged"
    at_once = (NOW - timedelta(seconds=3), NOW)
    assert agents({"a": at_once}, names, "station", NOW).bad == frozenset(), "a busy agent"


def test_an_outage_is_no_loss_and_loss_is_no_outage() -> None:
    answer: list[float | None] = [2.0]
    miss: list[float | None] = [None]
    assert lost(answer * 30 + miss * 10 + answer * 20, 5) == (0.0, 50)
    assert lost((answer * 8 + miss * 2) * 6, 5) == (0.2, 60)
    assert lost(miss * 4 + answer * 20, 5) == (0.0, 20), "who knows how long that run was"
    assert lost([], 5) == (0.0, 0)
    assert onset((answer * 9 + miss) * 6) == pytest.approx(1 / 9)
    assert onset(answer * 30 + miss * 20 + answer * 10) == pytest.approx(1 / 40)


@given(st.floats(0, 1), st.floats(0, 1))
def test_the_more_a_line_lost_the_longer_a_silence_has_to_be(one: float, other: float) -> None:
    rules = Rules()
    less, more = (rules.needed(Seen(loss=loss)) for loss in sorted((one, other)))
    assert 5 <= less <= 20
    assert 5 <= more <= 20
    assert less <= more or max(one, other) == 1


def poor(*names: str, loss: float = 0.3) -> Judged:
    fine = Measured(0.0, 2.0, 2.0, 60)
    return quality({n: fine._replace(loss=loss) if n in names else fine for n in TOPOLOGY.watched}, TOPOLOGY)


def test_of_what_loses_only_the_first_on_the_way_is_bad() -> None:
    assert poor("cpe-001").bad == {"quality:cpe-001"}
    assert poor("sw-admin", "cpe-001", "cpe-002").bad == {"quality:sw-admin"}
    assert poor("cpe-025", "cpe-026").bad == {"quality:operator"}
    assert poor("cpe-025", "cpe-026", "vpn-hub").bad == {"quality:vpn-hub"}
    assert poor("cpe-001", loss=0.05).bad == frozenset()
    assert "quality:cpe-001" not in poor("cpe-001", loss=0.05).good, "between the limits nothing changes"


def test_slow_is_against_what_is_usual() -> None:
    def slow(rtt: float, usual: float | None) -> bool:
        return bool(quality({"cpe-025": Measured(0.0, rtt, usual, 60)}, TOPOLOGY).bad)

    assert slow(200.0, 22.0)
    assert not slow(60.0, 22.0), "three times as slow, but not by 50 ms"
    assert not slow(200.0, 180.0)
    assert not slow(200.0, None)


def test_a_slow_line_does_not_become_the_usual() -> None:
    trips = Trips()
    for _round in range(100):
        trips.add(20.0)
    for _round in range(1000):
        trips.add(200.0)
    assert trips.usual == pytest.approx(20.0)
    assert trips.measured(5) == Measured(0.0, 200.0, trips.usual, 60)


def test_signs_open_once_close_once_and_rest_while_we_are_blind() -> None:
    first = also(Decision(Picture()), Judged(frozenset(("cable:a",))))
    assert first.opened == ("cable:a",)
    assert first.picture.open == {"cable:a"}
    assert also(Decision(first.picture), Judged(frozenset(("cable:a",)))).opened == ()
    assert also(Decision(first.picture), Judged(good=frozenset(("cable:a", "cable:b")))).closed == ("cable:a",)
    blind = Picture(open=frozenset((BLIND, "cable:a")))
    assert also(Decision(blind), Judged(frozenset(("agent:x",)), frozenset(("cable:a",)))) == Decision(blind)


def test_whom_to_look_at_when_something_changed() -> None:
    assert worth_a_look(["cpe-001"], TOPOLOGY) == {"cpe-001", "sw-admin"}
    assert worth_a_look(["operator"], TOPOLOGY) == {"cpe-025", "cpe-026", "vpn-hub"}
    assert worth_a_look(["building:admin:sw-admin"], TOPOLOGY) == {"cpe-001", "cpe-002", "sw-admin"}
    assert worth_a_look(["core-1"], TOPOLOGY) >= {"core-1", "fw-1", "core-2", "agg-1"}
    assert worth_a_look([BLIND, "cable:x"], TOPOLOGY) == frozenset()
