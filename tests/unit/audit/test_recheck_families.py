"""The small program of both families and answers: it agrees with what is honest, and on random worlds."""

from collections import Counter
from ipaddress import IPv4Address as Address
from ipaddress import IPv4Network
from pathlib import Path
from random import Random
from typing import Any

import pytest

from inventory.model import County
from tests.unit.audit.certificates import check, configs, county, made, pairs, told
from tests.unit.audit.worlds import Both, plain
from tests.unit.topology.reach.answering6 import answered, asking, unanswered
from tests.unit.topology.reach.grid.worlds import World
from tests.unit.topology.reach.test_ipv6 import gap
from topology.reach import ways
from topology.reach.network import DEVICES
from topology.reach.space import Packet
from topology.reach.walk import reaches

PLAIN: dict[str, Any] = {"port": 0, "from_port": 0, "echo": False, "ack": False}
U1, U2 = "unit:u001", "unit:u002"


@pytest.fixture(scope="module")
def small() -> County:
    return asking(county())


def test_answers_by_ipv6_come_back_to_both(small: County, tmp_path: Path) -> None:
    document = made(answered(configs()), of=small)
    assert told(document, "ipv6")["verdicts"][U1][U2] == "allowed"
    assert any("answer" in line["owed"] for line in told(document, "ipv6")["policy"])
    assert check(tmp_path, document)["disagreed"] == []
    rules = told(document, "ipv6")["devices"]["cpe-002"]["filters"]["forward"]["rules"]
    rules[:] = [rule for rule in rules if "session" not in rule]
    assert {(U1, U2)} <= pairs(check(tmp_path, document))


def test_an_answer_by_ipv6_that_is_lost_is_blocked_to_both_and_cannot_be_hidden(small: County, tmp_path: Path) -> None:
    document = made(unanswered(configs()), of=small)
    six = told(document, "ipv6")
    (shown,) = six["findings"][U1][U2]
    assert (six["verdicts"][U1][U2], shown["answer"], shown["packet"]["flag"]) == ("blocked", True, 1)
    assert check(tmp_path, document)["disagreed"] == []
    shown["packet"]["source_port"] = 80
    assert pairs(check(tmp_path, document)) == {(U1, U2)}
    six["verdicts"][U1][U2] = "allowed"
    del six["findings"][U1][U2]
    (one,) = check(tmp_path, document)["disagreed"]
    assert (one["family"], one["found"]) == ("ipv6", "blocked")


def test_a_hole_of_ipv6_in_the_configurations_is_agreed_with_and_cannot_be_hidden(tmp_path: Path) -> None:
    document = made(gap(configs()))
    six = told(document, "ipv6")
    assert (six["verdicts"][U1][U2], told(document)["verdicts"][U1][U2]) == ("open", "isolated")
    assert check(tmp_path, document)["disagreed"] == []
    six["verdicts"][U1][U2] = "isolated"
    del six["findings"][U1][U2]
    (one,) = check(tmp_path, document)["disagreed"]
    assert (one["family"], one["from"], one["to"], one["found"]) == ("ipv6", U1, U2, "open")
    assert "2001:db8:" in one["packet"]


@pytest.mark.parametrize("number", [0, 1, 5, 6])
def test_the_engine_and_the_small_program_agree_what_arrives_in_random_worlds(number: int) -> None:
    """Over all packets; more of them by hand: docs/proof.md."""
    world = plain(World(number))
    for found in (world.network, world.network6):
        both = Both(found, Random(number))
        assert [line for source in found.places for line in both.arrivals(source)] == []


PAST_ROUTES = {
    2341: Packet(source=Address("10.0.3.1"), target=Address("10.0.3.1"), protocol=0, **PLAIN),
    2367: Packet(source=Address("10.0.0.254"), target=Address("10.0.3.1"), protocol=1, **PLAIN),
}
"""by world, what a device sends into a tunnel though it is for its own link, and what arrives by no other way"""


@pytest.mark.parametrize("number", PAST_ROUTES)
def test_what_a_device_sends_into_a_tunnel_though_it_is_for_its_own_link_arrives_to_all_three(number: int) -> None:
    both, packet = Both(plain(World(number)).network, Random(number)), PAST_ROUTES[number]
    found, _dark = both.family._coming(DEVICES)
    assert both.space.holds(both.engine.run(DEVICES).at[DEVICES], packet)
    assert reaches(both.engine, DEVICES, DEVICES, packet)
    assert both.space.holds(both.packets(found[DEVICES]), packet)
    assert [*both.arrivals(DEVICES)] == []


ODD = (2, 33, 42, 77, 720, 1053)
"""worlds about which the three once differed: one way translated, one address on two devices, a place on two segments,
an answer that each of its ports is judged by, a master that is the sender itself"""


def test_all_three_agree_of_flows_there_and_back_in_random_worlds() -> None:
    """Engine, small program and the walk of single packets; thousands of worlds by hand: docs/proof.md."""
    fates = Counter[tuple[bool, bool]]()
    for number in ODD:
        world = plain(World(number))
        for found in (world.network, world.network6):
            both = Both(found, Random(number))
            for flow in (flow for source in (*found.places, DEVICES) for flow in both.flows(source, 2)):
                assert both.fates(flow) == ""
                fates[both.lost(flow)] += 1
    assert {*fates} == {(False, False), (True, False), (False, True)}, "else they could not disagree"


def test_a_program_that_forgets_which_way_was_translated_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The random worlds have flows of several ways, or nobody would notice."""
    world = plain(World(5))
    both = Both(world.network, Random(5))
    monkeypatch.setattr(both.family, "noted", lambda way, *_fact: way)
    told = [both.fates(flow) for source in (*both.network.places, DEVICES) for flow in both.flows(source, 2)]
    assert any(told)


def test_ways_round_a_circle_that_left_the_same_sessions_are_followed_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """A circle of two rounds, past filters with state: told apart by their order, ways doubled at each turn.

    It translates at each turn what it translated before; as ones to undo, these made each turn a way of its own.
    """
    both, steps = Both(plain(World(2423)).network, Random(2423)), Counter[object]()
    step, space = ways.Trip._step, both.space

    def counted(trip: ways.Trip, one: ways.Loose) -> None:
        steps[one.port] += 1
        step(trip, one)

    monkeypatch.setattr(ways.Trip, "_step", counted)
    due = space.sources([IPv4Network("10.0.3.4/32")]) & space.targets([IPv4Network("10.0.0.254/32")])
    due = due & space.protocol("tcp") & space.ack
    assert ways.Ways(both.steady, both.returning, both.gateways).fate("operator", DEVICES, due).first == due
    assert max(steps.values()) > ways.HOPS // 2, "else it is no circle"
    assert steps.total() < 8 * ways.HOPS
