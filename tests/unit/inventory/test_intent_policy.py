"""The filters that a packet meets on its way decide what the policy says, for every pair of kinds of nodes.

The way is built here from the example's names, the verdict of the filters by `packets`, the expected one by
`inventory.policy`, which knows nothing of filters.
"""

from ipaddress import IPv4Address
from itertools import pairwise, product

import pytest

from inventory.deviceconfig import DeviceConfig
from inventory.model import County
from inventory.policy import expected
from tests.unit.inventory.packets import Hop, Packet, passes

UNITS = ("pc-001", "pc-002", "pc-015", "pc-025", "pc-027", "pc-120")
HOSTS = ("station", "srv-infra", "srv-portal", "pub-1", "internet", "city-1")
DEVICES = ("core-1", "core-2", "fw-1", "vpn-hub", "agg-2", "sw-justice", "cpe-001", "cpe-025")
Way = list[tuple[str, str, str]]
"""devices from the outermost to fw-1, each with its interface away from fw-1 and its interface towards it"""


def way(county: County, node: str) -> Way:
    """Return the devices between a node and fw-1; fw-1 itself is the last."""
    if node in county.host_by_name:
        return [("fw-1", county.zone_by_name[county.host_by_name[node].zone].port, "")]
    if node in county.unit_by_terminal:
        unit = county.unit_by_terminal[node]
        return [(county.cpe_by_unit[unit.id].name, "lan0", uplink(county, unit.id)), *center(county, unit.id)]
    device = county.device_by_name[node]
    if device.unit:
        return [(node, "", uplink(county, device.unit)), *center(county, device.unit)]
    return [*CENTER[node], ("fw-1", "core0" if node != "fw-1" else "", "")]


CENTER: dict[str, Way] = {
    "core-1": [("core-1", "", "x-fw1")],
    "core-2": [("core-2", "", "x-core1"), ("core-1", "x-core2", "x-fw1")],
    "fw-1": [],
    "vpn-hub": [("vpn-hub", "", "core1"), ("core-1", "x-vpn", "x-fw1")],
    "agg-2": [("agg-2", "", "v92"), ("core-1", "v92", "x-fw1")],
    "sw-justice": [("sw-justice", "", "v93"), ("core-1", "v93", "x-fw1")],
}


def uplink(county: County, unit: str) -> str:
    return "wan0" if county.circuit_by_unit[unit].vlan else "ipsec0"


def center(county: County, unit: str) -> Way:
    vlan = county.circuit_by_unit[unit].vlan
    below = (
        [("core-1", f"v{vlan}", "x-fw1")] if vlan else [("vpn-hub", "ipsec0", "core1"), ("core-1", "x-vpn", "x-fw1")]
    )
    return [*below, ("fw-1", "core0", "")]


def hops(county: County, source: str, target: str) -> list[Hop]:
    """Return the hops from one node to another, turning round at the innermost device that both ways share."""
    up, down = way(county, source), way(county, target)
    while len(up) > 1 and len(down) > 1 and up[-2][0] == down[-2][0]:
        up, down = up[:-1], down[:-1]
    climb = [Hop(device, outer, inner) for device, outer, inner in up[:-1] if outer]
    turn = Hop(up[-1][0], up[-1][1], down[-1][1])
    descent = [Hop(device, inner, outer) for device, outer, inner in reversed(down[:-1])]
    return [*climb, turn, *descent]


def address(county: County, node: str) -> IPv4Address:
    if node in county.host_by_name:
        return county.host_by_name[node].address.ip
    if node in county.device_by_name:
        return county.device_by_name[node].management
    return county.unit_by_terminal[node].terminals[0].address


def apart(source: str, target: str) -> bool:
    """Two nodes that filters stand between, seen from fw-1 (which is no terminal of a way itself)."""
    return source != target and not {source, target} <= {"srv-infra", "srv-portal"}


PAIRS = [p for p in product((*UNITS, *HOSTS), (*UNITS, *HOSTS, *DEVICES)) if apart(*p)]


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_filters_decide_as_the_policy(
    county: County, configs: dict[str, DeviceConfig], source: str, target: str
) -> None:
    path = hops(county, source, target)
    for service in county.services:
        port = service.ports[0] if service.ports else 0
        packet = Packet(address(county, source), address(county, target), service.protocol, port)
        assert passes(configs, path, packet) == expected(county, source, target, service.name), service.name


@pytest.mark.parametrize(("source", "target"), [p for p in PAIRS if p[1] not in ("fw-1",)])
def test_answers_come_back_where_questions_may_go(
    county: County, configs: dict[str, DeviceConfig], source: str, target: str
) -> None:
    asked = any(expected(county, source, target, s.name) for s in county.services)
    back = Packet(address(county, target), address(county, source), "tcp", 40000, state="established")
    if asked:
        assert passes(configs, [h for h in hops(county, target, source) if h.into], back)


@pytest.mark.parametrize("source", [d for d in DEVICES if d not in ("fw-1", "core-2")])
@pytest.mark.parametrize(
    ("target", "service"), [("srv-infra", "syslog"), ("srv-infra", "ntp"), ("station", "snmp-trap")]
)
def test_devices_reach_what_they_report_to(
    county: County, configs: dict[str, DeviceConfig], source: str, target: str, service: str
) -> None:
    found = next(s for s in county.services if s.name == service)
    packet = Packet(address(county, source), address(county, target), found.protocol, found.ports[0])
    assert passes(configs, [h for h in hops(county, source, target) if h.into], packet)
    assert not passes(
        configs, hops(county, source, "pub-1"), Packet(packet.source, address(county, "pub-1"), "tcp", 80)
    )


def test_either_core_carries_either_direction(county: County, configs: dict[str, DeviceConfig]) -> None:
    ends = address(county, "pc-001"), address(county, "srv-portal")
    there, back = Packet(*ends, "tcp", 443), Packet(ends[1], ends[0], "tcp", 40000, state="invalid")
    assert passes(configs, [Hop("core-2", "v101", "x-core1"), Hop("core-1", "x-core2", "x-fw1")], there)
    assert passes(configs, [Hop("core-1", "x-fw1", "v101")], back)
    assert passes(configs, [Hop("core-2", "x-fw2", "x-core1"), Hop("core-1", "x-core2", "v101")], back)


def test_a_forged_source_dies_at_the_first_device_and_at_the_second(
    county: County, configs: dict[str, DeviceConfig]
) -> None:
    target = address(county, "srv-portal")
    for claimed in ("10.21.2.10", "10.255.0.10", "10.1.0.10", "10.255.16.2", "203.0.113.1"):
        packet = Packet(IPv4Address(claimed), target, "tcp", 443)
        assert not passes(configs, [Hop("cpe-001", "lan0", "wan0")], packet)
        assert not passes(configs, [Hop("core-1", "v101", "x-fw1")], packet)
        assert not passes(configs, [Hop("core-1", "x-vpn", "x-fw1")], packet)


def test_hub_never_turns_a_packet_round(county: County, configs: dict[str, DeviceConfig]) -> None:
    ends = address(county, "pc-025"), address(county, "pc-026")
    for state in ("new", "established"):
        assert not passes(configs, [Hop("vpn-hub", "ipsec0", "ipsec0")], Packet(*ends, "tcp", 80, state=state))


def test_nothing_new_starts_towards_a_lan(county: County, configs: dict[str, DeviceConfig]) -> None:
    for cpe, into in (("cpe-001", "wan0"), ("cpe-025", "ipsec0"), ("cpe-025", "dsl0")):
        for source in ("10.255.0.10", "10.1.0.20", "10.21.2.10", "203.0.113.1"):
            packet = Packet(IPv4Address(source), address(county, "pc" + cpe[3:]), "tcp", 80)
            assert not passes(configs, [Hop(cpe, into, "lan0")], packet)


def test_an_adsl_cpe_leaks_nothing_to_the_operator(county: County, configs: dict[str, DeviceConfig]) -> None:
    packet = Packet(address(county, "pc-025"), address(county, "srv-portal"), "tcp", 443)
    assert not passes(configs, [Hop("cpe-025", "lan0", "dsl0")], packet)
    output = next(f for f in configs["cpe-025"].filters if f.hook == "output")
    assert [r.name for r in output.rules] == ["ike", "esp", "tunnel-only"]
    assert all(r.out_interfaces == ("dsl0",) for r in output.rules)


def test_management_is_by_the_management_address_alone(county: County, configs: dict[str, DeviceConfig]) -> None:
    station = address(county, "station")
    assert passes(configs, [Hop("core-1", "x-fw1")], Packet(station, address(county, "core-1"), "tcp", 22))
    for other in ("10.254.0.5", "10.20.1.2", "10.255.91.2"):
        assert not passes(configs, [Hop("core-1", "x-fw1")], Packet(station, IPv4Address(other), "tcp", 22))
    assert not passes(configs, [Hop("cpe-001", "lan0")], Packet(station, address(county, "cpe-001"), "tcp", 22))


def test_a_terminal_may_ping_its_gateway_and_nothing_else_of_its_cpe(
    county: County, configs: dict[str, DeviceConfig]
) -> None:
    pc, gateway = address(county, "pc-001"), IPv4Address("10.21.1.1")
    here = [Hop("cpe-001", "lan0")]
    assert passes(configs, here, Packet(pc, gateway, "icmp"))
    assert not passes(configs, here, Packet(pc, gateway, "icmp", echo=False))
    assert not passes(configs, here, Packet(pc, gateway, "tcp", 22))
    assert not passes(configs, here, Packet(pc, address(county, "cpe-001"), "icmp"))


def test_the_other_firewall_is_managed_without_state(county: County, configs: dict[str, DeviceConfig]) -> None:
    half = Packet(address(county, "station"), address(county, "fw-2"), "tcp", 22, state="invalid")
    assert passes(configs, [Hop("fw-1", "mgmt0", "core0")], half)
    assert passes(configs, [Hop("fw-1", "mgmt0", "mgmt0")], half)


def test_ways_are_what_the_cables_say(county: County) -> None:
    peers = {(c.a.node, c.a.port): c.b for c in county.cables} | {(c.b.node, c.b.port): c.a for c in county.cables}
    for node in (*UNITS, "vpn-hub"):
        for (device, _outer, inner), (above, outer, _inner) in pairwise(way(county, node)):
            if inner not in ("ipsec0", "wan0"):
                assert (peers[device, inner].node, peers[device, inner].port) == (above, outer)
