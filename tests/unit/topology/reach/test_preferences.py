"""A static route beside OSPF's of the same prefix is a doubt where makers order the two another way than the model."""

from collections.abc import Callable
from ipaddress import IPv4Address, IPv4Interface, IPv4Network
from typing import Any

import pytest

from inventory.deviceconfig import DeviceConfig, Interface, Ospf, OspfInterface, StaticRoute
from topology.reach.grid.routes import Routes
from topology.reach.network import Domain, Network, Routed
from topology.reach.routes import routing


def _config(name: str, number: int, *routes: StaticRoute) -> DeviceConfig:
    speaking = OspfInterface(cost=1)
    items = (
        Interface(name="link", addresses=(IPv4Interface((0x0A000000 + number, 24)),), ospf=speaking),
        Interface(name="lan", addresses=(IPv4Interface((0x0A010001 + 256 * number, 24)),), ospf=speaking),
    )
    return DeviceConfig(
        hostname=name, interfaces=items, forwarding=True, routes=routes, ospf=Ospf(router_id=IPv4Address(number))
    )


def _network(platform: str, route: StaticRoute) -> Network:
    configs = {"a": _config("a", 1, route), "b": _config("b", 2)}
    link, *lans = (Domain(n) for n in range(3))
    of = {}
    for (name, config), lan in zip(configs.items(), lans, strict=True):
        for item, domain in zip((config.interfaces[1], config.interfaces[0]), (link, lan), strict=True):
            of[name, item.name] = domain
            domain.routed.append(Routed(name, item))
    return Network(
        configs=configs, platforms={"a": platform, "b": "linux"}, domains=(link, *lans), of=of, places={}, addresses={},
        tunnels={},
    )  # fmt: skip


ENGINES: list[Callable[[Network], Any]] = [routing, Routes]
OTHERS, NOBODYS = IPv4Network("10.1.2.0/24"), IPv4Network("10.9.0.0/24")


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("platform", "prefix", "distance", "doubted"),
    [
        ("huawei_vrp", OTHERS, 60, True), ("h3c_comware", OTHERS, 60, True), ("cisco_ios", OTHERS, 60, False),
        ("huawei_vrp", OTHERS, 1, False), ("huawei_vrp", OTHERS, 200, False), ("huawei_vrp", NOBODYS, 60, False),
    ],
)  # fmt: skip
def test_only_such_routes_are_doubted(
    engine: Callable[[Network], Any], platform: str, prefix: IPv4Network, distance: int, doubted: bool
) -> None:
    route = StaticRoute(prefix=prefix, next_hop=IPv4Address("10.0.0.2"), distance=distance)
    assert ("a" in engine(_network(platform, route)).doubts) is doubted
