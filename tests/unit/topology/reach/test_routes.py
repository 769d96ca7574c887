"""Routing tables as FRR computes them."""

from ipaddress import IPv4Address, IPv4Network

import pytest

from inventory.deviceconfig import DeviceConfig
from inventory.model import County
from tests.unit.topology.reach.planted import by_cost
from topology.reach.engine import Engine
from topology.reach.judge import standing
from topology.reach.network import network
from topology.reach.routes import Hop, tables
from topology.reach.space import Space
from topology.reach.steady import masters

ANY = IPv4Network("0.0.0.0/0")
Configs = dict[str, DeviceConfig]


def test_a_cpe_sends_everything_to_the_virtual_gateway(county: County, configs: dict[str, DeviceConfig]) -> None:
    table = tables(network(county, configs))["cpe-001"]
    assert table[IPv4Network("0.0.0.0/0")] == (Hop("wan0", IPv4Address("10.20.1.1")),)
    assert table[IPv4Network("10.21.1.0/24")] == (Hop("lan0"),)


def test_a_core_knows_units_as_their_master_and_the_default_by_ospf(
    county: County, configs: dict[str, DeviceConfig]
) -> None:
    table = tables(network(county, configs))["core-1"]
    assert table[IPv4Network("10.21.1.0/24")] == (Hop("v101", IPv4Address("10.20.1.4")),)
    assert {hop.interface for half in ANY.subnets() for hop in table[half]} == {"x-fw1"}
    adsl = next(u for u in county.units if county.circuit_by_unit[u.id].vlan is None)
    assert {hop.interface for hop in table[adsl.lan]} == {"x-vpn"}


def test_the_hub_discards_a_unit_whose_tunnel_is_down(county: County, configs: dict[str, DeviceConfig]) -> None:
    adsl = next(u for u in county.units if county.circuit_by_unit[u.id].vlan is None)
    assert tables(network(county, configs))["vpn-hub"][adsl.lan] == ()


def test_what_lies_behind_the_firewalls_is_told_by_their_master(county: County, configs: Configs) -> None:
    routes = tables(network(county, configs))
    server = county.zones[0].prefix
    for half in server.subnets():
        out = {name: {hop.interface for hop in routes[name][half]} for name in ("core-1", "core-2", "fw-1", "fw-2")}
        assert out == {"core-1": {"x-fw1"}, "core-2": {"x-core1"}, "fw-1": {"srv0"}, "fw-2": {"core0"}}
    assert server not in routes["core-1"]


@pytest.mark.parametrize("down", ["cable-core-1-fw-1", "cable-fw-1-city0", "fw-1"])
def test_when_a_master_gives_up_all_its_legs_follow(county: County, configs: Configs, down: str) -> None:
    found = network(*standing(county, configs, [down]))
    assert {who for (_domain, a), who in masters(found).items() if a in {z.gateway for z in county.zones}} == {"fw-2"}
    routes = tables(found)
    for zone in county.zones:
        for half in zone.prefix.subnets() if zone.prefix.prefixlen in (0, 24) else [zone.prefix]:
            assert {hop.interface for hop in routes["core-2"][half]} == {"x-fw2"}, zone.name


def test_whoever_is_master_is_proven(county: County, configs: Configs) -> None:
    """A standby has its own routes while nothing fails; the proof gives it the routes of a master as well."""
    engine = Engine(network(county, configs), Space())
    half = next(county.zones[0].prefix.subnets())
    assert {hop.interface for hop in engine.routes["fw-2"][half]} == {"core0"}
    assert {hop.interface for hop in engine.tables["fw-2"][half]} == {"core0", "srv0"}


def test_a_master_elsewhere_than_on_linux_lowers_its_priority_and_stays_where_nobody_else_stands(
    county: County, configs: Configs
) -> None:
    """keepalived's member in fault is master of nothing; a vendor's is the last of its group."""
    for where, who in ((county, ""), (by_cost(county), "fw-2")):
        found = network(*standing(where, configs, ["cable-fw-1-srv0", "cable-fw-2-srv0"]))
        told = {m for (_domain, address), m in masters(found).items() if address == county.zones[1].gateway}
        assert told == {who}
