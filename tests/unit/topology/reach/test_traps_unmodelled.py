"""Traps: what leads packets another way and nobody models is unknown, never isolated."""

from functools import cache

import pytest

from inventory.deviceconfig import DeviceConfig
from inventory.intent.adapt import adapted
from inventory.model import County
from inventory.platforms.registry import platform
from inventory.subset import only_units
from tests.unit.inventory.mixed_county import mixed_county, secrets
from tests.unit.topology.reach.test_traps import UNITS
from topology.reach.findings import Verdict
from topology.reach.verdict import prove

LINES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "huawei_vrp": (
        ("ipv6", "ipv6 route-static :: 0 2001:db8::1", "ospfv3 1", "policy-based-route x permit node 10"),
        ("ipv6 enable", "ipv6 address 2001:db8::1/64", "traffic-policy p inbound", "ip policy-based-route x",
         "port hybrid pvid vlan 7"),
    ),
    "h3c_comware": (
        ("ipv6 route-static :: 0 2001:DB8::1", "ospfv3 1", "policy-based-route x permit node 10"),
        ("ipv6 address 2001:DB8::1/64", "ipv6 address auto link-local", "ip policy-based-route x",
         "local-proxy-arp enable"),
    ),
    "ruijie": (
        ("ipv6 router ospf 1", "ipv6 multicast-routing", "route-map x permit 10"),
        ("ipv6 ospf 1 area 0", "ipv6 address autoconfig", "ip policy route-map x", "ip local-proxy-arp"),
    ),
    "cisco_ios": (
        ("ipv6 router ospf 1", "ipv6 multicast-routing", "route-map x permit 10"),
        ("ipv6 ospf 1 area 0", "ipv6 address autoconfig", "ip policy route-map x", "ip pim sparse-mode"),
    ),
    "linux": (
        ("net.ipv6.conf.all.forwarding = 1", "net.ipv6.conf.lan0.forwarding = 1", "net.ipv4.conf.all.proxy_arp = 1"),
        ("ipv6 ospf6 area 0.0.0.0",),
    ),
}  # fmt: skip
"""by platform: lines of the whole device, and lines below an interface, that nobody models there: of IPv6, policy
routing, multicast, or answers for who is on the same link"""


@cache
def running() -> tuple[County, dict[str, DeviceConfig], dict[str, str]]:
    """The mixed county, its configurations, and by platform a device of it."""
    county = only_units(mixed_county(), UNITS)
    found = {str(device.platform): device.name for device in county.devices}
    return county, adapted(county, secrets), found


def with_line(text: str, name: str, line: str, below: bool) -> str:
    """Return a device's text with one more line."""
    if name == "linux":
        after = "net.ipv4.ip_forward = 1\n" if not below else "interface lan0\n"
        assert after in text
        return text.replace(after, f"{after}{' ' if below else ''}{line}\n", 1)
    if below:
        head, address, tail = text.partition(" ip address ")
        assert address
        return f"{head} {line}\n{address}{tail}"
    last = "\nreturn" if name in ("huawei_vrp", "h3c_comware") else "\nend"
    head, _end, tail = text.rpartition(last)
    return f"{head}\n{line}\n{last}{tail}" if head else f"{text}\n{line}\n"


INSTANCES = {
    "huawei_vrp": ("ip binding vpn-instance red", "ip route-static vpn-instance red {} {} public {}"),
    "h3c_comware": ("ip binding vpn-instance red", "ip route-static vpn-instance red {} {} vpn-instance blue {}"),
    "ruijie": ("ip vrf forwarding red", "ip route vrf red {} {} {} global"),
    "cisco_ios": ("vrf forwarding red", "ip route vrf red {} {} {} global"),
}
"""by platform: a port that is in an instance which nobody made, a route that leads out of one"""


@pytest.mark.parametrize("name", INSTANCES)
def test_an_instance_that_leaks_or_was_never_made_is_unknown_and_never_one_with_the_others(name: str) -> None:
    """A VRF's route is no route of the device; a port in one makes unknown who meets it and who hears of its routes."""
    county, configs, found = running()
    device, its = found[name], platform(name)
    port, route = INSTANCES[name]
    line = route.format("203.0.113.0", "255.255.255.0", "10.0.0.2")
    text = with_line(its.render(configs[device]), name, line, below=False)
    parsed = its.parse(with_line(text, name, port, below=True))
    assert {port, line} <= {one.text for one in parsed.unparsed}
    assert parsed.config.routes == configs[device].routes
    unparsed = [f"{one.section} {one.line}: {one.text}" for one in parsed.unparsed]
    proof = prove(county, configs | {device: parsed.config}, {device: unparsed})
    assert proof.count(Verdict.UNKNOWN) > 0
    assert all(f.verdict is Verdict.UNKNOWN for f in proof.findings)


@pytest.mark.parametrize("name", LINES)
def test_policy_routing_ipv6_and_what_else_nobody_models_is_unknown(name: str) -> None:
    """A line that would lead packets another way, or let IPv6 pass without a filter, is never taken for isolated."""
    county, configs, found = running()
    device, its = found[name], platform(name)
    text, unparsed = its.render(configs[device]), list[str]()
    for below in (False, True):
        for line in LINES[name][below]:
            told = its.parse(with_line(text, name, line, below)).unparsed
            assert told, f"{line} was taken as understood"
            unparsed += [f"{one.line}: {one.text}" for one in told]
    proof = prove(county, configs, {device: unparsed})
    assert proof.count(Verdict.UNKNOWN) > 0
    assert all(f.verdict is Verdict.UNKNOWN for f in proof.findings)
