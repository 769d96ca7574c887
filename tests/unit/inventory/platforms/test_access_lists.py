"""Filters as access lists: nothing that a unit may not begin gets through, nothing that the policy allows is lost."""

from collections.abc import Iterator
from functools import cache
from ipaddress import IPv4Address, IPv4Network
from itertools import product
from pathlib import Path
from random import Random

import pytest

import inventory
from countynet.errors import BadInput
from countynet.vocabulary import DeviceRole
from inventory.deviceconfig import DeviceConfig, FilterRule, Interface, PacketFilter
from inventory.intent import intent
from inventory.intent.placeholders import placeholders
from inventory.load import load_county
from inventory.model import County
from inventory.platforms import access_lists
from tests.unit.inventory.packets import Hop, Packet, filter_of, matches

SWITCHES = (DeviceRole.CORE, DeviceRole.AGGREGATION, DeviceRole.BUILDING, DeviceRole.DATACENTER)


@cache
def county() -> County:
    return load_county(Path(inventory.__file__).parent / "example")


@cache
def configs() -> dict[str, DeviceConfig]:
    return intent(county(), placeholders())


def names(*roles: DeviceRole) -> list[str]:
    return [device.name for device in county().devices if device.role in roles][:9]


def decided(config: DeviceConfig, hop: Hop, packet: Packet) -> bool:
    chain = filter_of(config, "forward" if hop.out else "input")
    first = next((rule for rule in chain.rules if matches(rule, packet, hop)), None)
    return (first.action if first else chain.default) == "accept"


def addresses(config: DeviceConfig) -> list[IPv4Address]:
    """Addresses on and beside every border that the filters know."""
    found = {IPv4Address("8.8.8.8"), IPv4Address("0.0.0.1")}
    for item in config.filters:
        for rule in item.rules:
            for network in (*rule.sources, *rule.destinations, *rule.not_sources):
                found |= {network[0], network[-1]}
    return sorted(found | {a.ip for i in config.interfaces for a in i.addresses})


def packets(config: DeviceConfig, count: int) -> Iterator[tuple[str, Packet]]:
    random, places = Random(7), addresses(config)
    ports = [i.name for i in config.interfaces if i.addresses and i.kind != "loopback" and i.enabled]
    for _ in range(count):
        protocol, port = random.choice([("tcp", 22), ("tcp", 80), ("udp", 161), ("udp", 53), ("icmp", 0), ("ospf", 0)])
        yield random.choice(ports), Packet(random.choice(places), random.choice(places), protocol, port)


def own(config: DeviceConfig) -> set[IPv4Address]:
    found = {a.ip for i in config.interfaces for a in i.addresses}
    return found | {v.address.ip for i in config.interfaces for v in i.vrrp}


@pytest.mark.parametrize("name", names(*SWITCHES))
def test_a_first_packet_to_the_device_is_decided_as_the_stateful_filter_does(name: str) -> None:
    before = configs()[name]
    after = access_lists.convert(before)
    mine = own(before)
    for port, packet in packets(before, 1500):
        if packet.target in mine:
            assert decided(after, Hop(name, port), packet) == decided(before, Hop(name, port), packet), (port, packet)


@pytest.mark.parametrize("name", names(DeviceRole.CORE, DeviceRole.CPE))
def test_what_goes_through_passes_when_some_way_out_would_let_it(name: str) -> None:
    before = configs()[name]
    after, mine = access_lists.convert(before), own(before)
    outs = [i.name for i in before.interfaces if i.addresses]
    for port, packet in packets(before, 800):
        if packet.target in mine:
            continue
        let = any(decided(before, Hop(name, port, out), packet) for out in outs)
        now = decided(after, Hop(name, port, outs[0]), packet)
        looks_like_an_answer = packet.protocol in ("udp", "icmp") and name.startswith("cpe")
        assert now == let or (now and looks_like_an_answer), (port, packet)


@pytest.mark.parametrize("name", names(DeviceRole.CORE, DeviceRole.CPE))
def test_no_packet_of_any_kind_gets_from_unit_to_unit(name: str) -> None:
    config = access_lists.convert(configs()[name])
    some, other = (IPv4Address(u.lan[9]) for u in county().units[:2])
    for port, (protocol, state) in product(
        access_lists.lists(config), [("tcp", "new"), ("tcp", "established"), ("udp", "new"), ("icmp", "new")]
    ):
        for from_port in (53, 123, 50000):
            packet = Packet(some, other, protocol, 80, state=state, from_port=from_port)
            assert not decided(config, Hop(name, port, port), packet)


def test_nothing_that_looks_like_an_answer_comes_from_where_the_unit_may_never_ask() -> None:
    """Whoever holds a core sends from a management address: without state only the addresses tell."""
    config, unit = access_lists.convert(configs()["cpe-001"]), county().units[0]
    inside, core = IPv4Address(unit.lan[10]), county().device_by_name["core-1"].management
    for source, passes in ((core, False), (IPv4Address("10.1.0.10"), True)):
        answer = Packet(source, inside, "tcp", 40000, state="established", from_port=80)
        assert decided(config, Hop("cpe-001", "wan0", "lan0"), answer) == passes


def test_answers_to_the_device_come_back() -> None:
    config = access_lists.convert(configs()["sw-admin"])
    port = next(iter(access_lists.lists(config)))
    me, server = config.source, config.ntp_servers[0]
    assert me
    answer = Packet(server, me, "udp", 40000, from_port=123)
    assert decided(config, Hop("sw-admin", port), answer)
    assert not decided(config, Hop("sw-admin", port), Packet(server, me, "udp", 40000, from_port=999))
    assert decided(config, Hop("sw-admin", port), Packet(server, me, "tcp", 40000, state="established"))


@pytest.mark.parametrize("name", list(configs()))
def test_every_device_of_the_county_can_be_converted(name: str) -> None:
    config = access_lists.convert(configs()[name])
    assert not list(access_lists.problems(config))
    assert access_lists.filters(access_lists.lists(config)) == config.filters
    assert access_lists.convert(config) is config


def _config(*rules: FilterRule, stateless: bool = False) -> DeviceConfig:
    port = Interface.model_validate({"name": "a", "addresses": ["10.0.0.1/24"]})
    items = tuple(PacketFilter(hook=h, default="accept", rules=rules, stateless=stateless) for h in access_lists.HOOKS)
    return DeviceConfig(hostname="x", interfaces=(port,), filters=items, forwarding=True)


@pytest.mark.parametrize(
    "more",
    [{"source_macs": ("00:00:00:00:00:01",)}, {"not_sources": (IPv4Network("10.0.0.0/8"),)}],
)
def test_a_rule_that_would_let_in_more_is_refused_by_name(more: dict[str, object]) -> None:
    rule = FilterRule.model_validate({"action": "accept", "name": "special", **more})
    with pytest.raises(BadInput) as caught:
        access_lists.convert(_config(rule))
    assert {problem.where for problem in caught.value.problems} == {"filters.special"}


@pytest.mark.parametrize(
    "more",
    [
        {"in_interfaces": ("a", "b")},
        {"in_interfaces": ()},
        {"sources": (IPv4Network("10.0.0.0/8"), IPv4Network("11.0.0.0/8"))},
        {"out_interfaces": ("b",)},
        {"protocol": "tcp", "ports": (1, 3)},
        {"state": "established"},
        {"state": "invalid", "protocol": "tcp"},
        {"ports": (5,)},
    ],
)
def test_what_is_no_entry_of_a_list_is_a_problem(more: dict[str, object]) -> None:
    rule = FilterRule.model_validate({"action": "accept", "name": "entry", "in_interfaces": ("a",), **more})
    assert list(access_lists.problems(_config(rule, access_lists.rest("a"), stateless=True)))


def test_a_list_without_its_end_is_a_problem() -> None:
    rule = FilterRule(action="accept", name="entry", in_interfaces=("a",))
    assert list(access_lists.problems(_config(rule, stateless=True)))
    assert not list(access_lists.problems(_config(rule, access_lists.rest("a"), stateless=True)))


def test_ports_become_runs() -> None:
    assert access_lists.runs([80, 22, 81, 23]) == ((22, 23), (80, 81))
    assert access_lists.runs([]) == ((),)
