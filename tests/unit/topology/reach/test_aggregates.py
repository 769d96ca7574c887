"""Aggregates of BGP: while they stand, what they keep to themselves, and what nobody can know of them."""

from ipaddress import IPv4Network

import pytest

from tests.unit.topology.reach.test_bgp import _network, _router
from topology.reach.aggregates import NESTED, PLEASED, UNREACHED
from topology.reach.grid.routes import Routes
from topology.reach.network import Network
from topology.reach.routes import Routing, routing

WHOLE, PART = IPv4Network("192.0.0.0/16"), IPv4Network("192.0.2.0/24")
LINKS = {"e0": "10.0.0.1/30", "lan": "192.0.2.1/24"}
FAR = _router(65002, {"e0": "10.0.0.2/30"}, "neighbor 10.0.0.1 remote-as 65001")


def _told(*lines: str, links: dict[str, str] = LINKS, far: str = FAR) -> Routing:
    near = _router(65001, links, "neighbor 10.0.0.2 remote-as 65002", *lines, networks=(str(PART),))
    found: Network = _network(near=near, far=far)
    told, other = routing(found), Routes(found)
    assert (told.tables, told.doubts) == (other.expected, other.doubts)
    return told


def test_an_aggregate_is_told_beside_its_parts_and_discards_what_none_takes() -> None:
    found = _told(f"aggregate-address {WHOLE}")
    assert found.doubts == {}
    assert {WHOLE, PART} <= found.tables["far"].keys()
    assert found.tables["near"][WHOLE] == ()
    assert found.tables["near"][PART] != ()


def test_an_aggregate_alone_keeps_its_parts() -> None:
    found = _told(f"aggregate-address {WHOLE} summary-only")
    assert WHOLE in found.tables["far"]
    assert PART not in found.tables["far"]


def test_an_aggregate_without_parts_is_none() -> None:
    found = _told(f"aggregate-address {WHOLE}", links={"e0": "10.0.0.1/30"})
    assert WHOLE not in found.tables["far"].keys() | found.tables["near"].keys()


def test_an_aggregate_of_what_is_heard_is_not_told_back_to_its_own_system() -> None:
    far = _router(65002, {"e0": "10.0.0.2/30", "lan": "192.0.3.1/24"}, "neighbor 10.0.0.1 remote-as 65001",
                  networks=("192.0.3.0/24",))  # fmt: skip
    found = _told(f"aggregate-address {WHOLE}", links={"e0": "10.0.0.1/30"}, far=far)
    assert WHOLE in found.tables["far"], "its path is empty, so nobody sees a loop"
    assert found.tables["near"][WHOLE] == ()


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ((f"aggregate-address {WHOLE}", "aggregate-address 192.0.0.0/8"), NESTED),
        ((f"aggregate-address {PART}",), NESTED),
        (("aggregate-address 172.16.0.0/12", "neighbor 10.0.0.9 remote-as 65009"), None),
    ],
)
def test_what_makers_do_otherwise_is_in_doubt(lines: tuple[str, ...], why: str | None) -> None:
    assert {*_told(*lines).doubts.values()} == ({why} if why else set())


def test_two_of_frr_that_announce_one_aggregate_are_in_doubt() -> None:
    far = _router(65002, {"e0": "10.0.0.2/30"}, "neighbor 10.0.0.1 remote-as 65001", f"aggregate-address {WHOLE}")
    assert {*_told(f"aggregate-address {WHOLE}", far=far).doubts.values()} == {NESTED}


def test_parts_that_nobody_reaches_are_in_doubt() -> None:
    far = _router(65001, {"e0": "10.0.0.2/30", "x": "10.9.0.1/30"}, "neighbor 10.0.0.1 remote-as 65001",
                  "neighbor 10.9.0.2 remote-as 65003")  # fmt: skip
    last = _router(65003, {"x": "10.9.0.2/30", "lan": "172.16.1.1/24"}, "neighbor 10.9.0.1 remote-as 65001",
                   networks=("172.16.1.0/24",))  # fmt: skip
    near = _router(65001, LINKS, "neighbor 10.0.0.2 remote-as 65001", "aggregate-address 172.16.0.0/12")
    found = _network(near=near, far=far, last=last)
    assert {*routing(found).doubts.values()} == {UNREACHED} == {*Routes(found).doubts.values()}


def test_an_aggregate_that_a_stranger_could_bring_about_is_in_doubt() -> None:
    near = _router(65001, LINKS, "neighbor 192.0.2.9 remote-as 65009", "aggregate-address 172.16.0.0/12")
    found = _network(near=near, far=FAR)
    found.of["near", "lan"].places.append("zone:city")
    assert {*routing(found).doubts.values()} == {PLEASED}
