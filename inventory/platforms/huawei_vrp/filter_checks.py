"""What the mapping of filters and translations to zones and policies cannot say."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from countynet.errors import Problem
from countynet.i18n import _
from inventory.deviceconfig import DeviceConfig, FilterRule, NatRule
from inventory.platforms import access_lists
from inventory.platforms.huawei_vrp import words, zones

NAME = _("VRP knows no interface {value!r}; its names are like GigabitEthernet0/0/1, Eth-Trunk1, Vlanif10, LoopBack0")
CLASH = _("these settings contradict each other on VRP")
STATE = _("a firewall of VRP lets sessions pass and drops what belongs to none: no other rule about state can be held")
TWICE = _("{name} stands twice")
TUNNEL = _("VRP has one tunnel interface here, and only where there are tunnels: {value}")


def filters(config: DeviceConfig) -> Iterator[Problem]:
    """Yield the problems of the packet filters, as a security policy or as access lists."""
    if any(item.stateless for item in config.filters):
        yield from access_lists.problems(config)
        yield from _places(config)
        return
    for item in config.filters:
        for rule in item.rules:
            where = f"filters.{item.hook}.{rule.name}"
            yield from _rule(rule, where)
            wrong = rule.out_interfaces if item.hook == "input" else ()
            wrong = rule.in_interfaces if item.hook == "output" else wrong
            if wrong:
                yield Problem(CLASH, where=where)
    yield from _zones(config)


def _places(config: DeviceConfig) -> Iterator[Problem]:
    """Yield a problem for each list at an interface that can have none, and for translations, which want zones."""
    routed = {i.name for i in config.interfaces if not i.switchport and i.kind != "loopback"}
    for name in {rule.in_interfaces[0] for item in config.filters for rule in item.rules if rule.in_interfaces}:
        if name not in routed:
            yield Problem(NAME, {"value": name}, where="filters")
    if config.nat:
        yield Problem(CLASH, where="nat")


def _rule(rule: FilterRule, where: str) -> Iterator[Problem]:
    if (rule.state, rule.action) not in (
        (None, "accept"),
        (None, "drop"),
        ("established", "accept"),
        ("invalid", "drop"),
    ):
        yield Problem(STATE, where=where)
    yield from _ports(rule.protocol, rule.ports, where)
    if rule.source_ports:
        yield Problem(CLASH, where=where)
    if rule.icmp_echo_only and rule.protocol != "icmp":
        yield Problem(CLASH, where=where)
    for name in (*rule.in_interfaces, *rule.out_interfaces):
        if not words.NAME.fullmatch(name):
            yield Problem(NAME, {"value": name}, where=where)
    lists = (rule.in_interfaces, rule.out_interfaces, rule.sources, rule.destinations, rule.not_sources)
    for items in (*lists, rule.source_macs, rule.not_source_macs):
        yield from _twice(items, where)


def _twice(items: Iterable[object], where: str) -> Iterator[Problem]:
    for item, count in Counter(items).items():
        if count > 1:
            yield Problem(TWICE, {"name": str(item)}, where=where)


def _ports(protocol: str | None, ports: Sequence[int], where: str) -> Iterator[Problem]:
    if (ports and protocol not in ("tcp", "udp")) or not all(1 <= port <= 65535 for port in ports):
        yield Problem(CLASH, where=where)
    yield from _twice(ports, where)


def _zones(config: DeviceConfig) -> Iterator[Problem]:
    named = zones.named(config)
    yield from _twice((zones.zone(name) for name in named), "filters")
    tunnels = [name for name in named if words.kind(name) == "tunnel"]
    if tunnels and (len(tunnels) > 1 or not config.tunnels):
        yield Problem(TUNNEL, {"value": ", ".join(tunnels)}, where="filters")


def nat(config: DeviceConfig) -> Iterator[Problem]:
    """Yield the problems of the address translations."""
    for rule in config.nat:
        yield from _nat(rule, f"nat.{rule.name}")


def _nat(rule: NatRule, where: str) -> Iterator[Problem]:
    if rule.interface and not words.NAME.fullmatch(rule.interface):
        yield Problem(NAME, {"value": rule.interface}, where=where)
    yield from _ports(rule.protocol, rule.ports, where)
    for items in (rule.sources, rule.destinations):
        yield from _twice(items, where)
    if rule.kind == "destination" and rule.to is None:
        yield Problem(CLASH, where=where)
