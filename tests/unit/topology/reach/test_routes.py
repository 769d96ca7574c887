"""Routing tables as FRR computes them."""

from ipaddress import IPv4Address, IPv4Network

from inventory.deviceconfig import DeviceConfig
from inventory.model import County
from topology.reach.network import network
from topology.reach.routes import Hop, tables


def test_a_cpe_sends_everything_to_the_virtual_gateway(county: County, configs: dict[str, DeviceConfig]) -> None:
    table = tables(network(county, configs))["cpe-001"]
    assert table[IPv4Network("0.0.0.0/0")] == (Hop("wan0", IPv4Address("10.20.1.1")),)
    assert table[IPv4Network("10.21.1.0/24")] == (Hop("lan0"),)


def test_a_core_knows_units_by_static_routes_and_the_default_by_ospf(
    county: County, configs: dict[str, DeviceConfig]
) -> None:
    table = tables(network(county, configs))["core-1"]
    assert table[IPv4Network("10.21.1.0/24")] == (Hop("v101", IPv4Address("10.20.1.4")),)
    assert {hop.interface for hop in table[IPv4Network("0.0.0.0/0")]} == {"x-fw1"}
    adsl = next(u for u in county.units if county.circuit_by_unit[u.id].vlan is None)
    assert {hop.interface for hop in table[adsl.lan]} == {"x-vpn"}


def test_the_hub_discards_a_unit_whose_tunnel_is_down(county: County, configs: dict[str, DeviceConfig]) -> None:
    adsl = next(u for u in county.units if county.circuit_by_unit[u.id].vlan is None)
    assert tables(network(county, configs))["vpn-hub"][adsl.lan] == ()


def test_the_better_metric_of_two_firewalls_wins(county: County, configs: dict[str, DeviceConfig]) -> None:
    routes = tables(network(county, configs))
    server = county.zones[0].prefix
    out = {name: {hop.interface for hop in routes[name].get(server, ())} for name in ("core-1", "core-2")}
    assert out["core-1"] == {"x-fw1"}
    assert out["core-2"] == {"x-core1"}
