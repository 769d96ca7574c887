"""Two computations of routing tables, and what the first of them had to learn from the second."""

from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from types import SimpleNamespace
from typing import Any, cast

import pytest

from inventory.deviceconfig import DeviceConfig, Interface, Ospf, OspfInterface, Redistribution, StaticRoute
from inventory.model import County
from tests.unit.topology.reach.grid.worlds import World
from topology.reach import routes
from topology.reach.grid import routes as again
from topology.reach.network import Network, network
from topology.reach.routes import Hop

BOTH = pytest.mark.parametrize("tables", [routes.tables, again.tables], ids=["bdd", "grid"])
FAR = IPv4Network("172.16.0.0/24")


def county(*cables: tuple[tuple[str, str], tuple[str, str]]) -> County:
    joined = [
        SimpleNamespace(id=f"c{n}", a=SimpleNamespace(node=a, port=p), b=SimpleNamespace(node=b, port=q))
        for n, ((a, p), (b, q)) in enumerate(cables)
    ]
    plan = SimpleNamespace(tunnels=IPv4Network("192.0.2.0/24"))
    stub: Any = SimpleNamespace(
        devices=[], cables=joined, hosts=[], circuits=[], units=[], zones=[], cpe_by_unit={}, plan=plan
    )
    return cast(County, stub)


def port(name: str, address: str, **fields: Any) -> Interface:
    return Interface(name=name, addresses=(IPv4Interface(address),), **fields)


@BOTH
def test_a_next_hop_is_looked_for_on_the_narrowest_link_that_holds_it(tables: Any) -> None:
    """Zebra resolves a next hop by the longest match, as any destination."""
    config = DeviceConfig(
        hostname="a",
        interfaces=(port("wide", "10.0.0.9/16"), port("narrow", "10.0.1.9/24")),
        routes=(StaticRoute(prefix=FAR, next_hop=IPv4Address("10.0.1.1")),),
    )
    found = tables(network(county(), {"a": config}))["a"]
    assert found[FAR] == (Hop("narrow", IPv4Address("10.0.1.1")),)


def _announcing(next_hop: str, **link: Any) -> Network:
    speaks = OspfInterface()
    taken = (Redistribution(source="connected"), Redistribution(source="static"))
    one = DeviceConfig(
        hostname="a",
        interfaces=(port("e0", "10.0.0.1/30", ospf=speaks), port("lan", "10.9.0.1/24", **link)),
        routes=(StaticRoute(prefix=FAR, next_hop=IPv4Address(next_hop)),),
        ospf=Ospf(router_id=IPv4Address(1), redistribute=taken),
    )
    other = DeviceConfig(
        hostname="b",
        interfaces=(port("e0", "10.0.0.2/30", ospf=speaks),),
        ospf=Ospf(router_id=IPv4Address(2)),
    )
    return network(county((("a", "e0"), ("b", "e0"))), {"a": one, "b": other})


@BOTH
def test_a_route_that_stands_is_announced(tables: Any) -> None:
    found = tables(_announcing("10.9.0.2"))["b"]
    assert {FAR, IPv4Network("10.9.0.0/24")} <= found.keys()


@BOTH
def test_a_static_route_whose_next_hop_nobody_can_be_is_not_announced(tables: Any) -> None:
    """Zebra hands on selected routes only; one without a way to its next hop is none."""
    assert FAR not in tables(_announcing("10.8.0.1"))["b"]


@BOTH
def test_a_port_that_is_shut_is_not_announced_nor_what_lies_behind_it(tables: Any) -> None:
    found = tables(_announcing("10.9.0.2", enabled=False))["b"]
    assert found.keys() == {IPv4Network("10.0.0.0/30")}


def test_both_computations_agree_on_random_networks() -> None:
    for number in range(40):
        found = World(number).network
        assert again.tables(found) == routes.tables(found), f"world {number}"
