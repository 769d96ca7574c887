"""What Comware's access lists, security policy and address translation cannot say."""

from collections.abc import Iterator, Sequence

from countynet.errors import Problem
from countynet.i18n import _
from inventory.deviceconfig import DeviceConfig, FilterRule, NatRule
from inventory.platforms import access_lists
from inventory.platforms.h3c_comware import ipsec, packet_filters, words, zones
from inventory.platforms.limits import CLASH, UNFIT
from inventory.platforms.uniques import twice

PLACE = _("Comware can hold no filter or translation at {value!r}")
STATE = _("Comware lets sessions pass and drops what belongs to none: no other rule about state can be held")
SIDES = _("a security policy of Comware names no hardware addresses, excluded networks or source ports")
MIXED = _("Comware has a security policy or access lists, not both")


def filters(config: DeviceConfig) -> Iterator[Problem]:
    """Yield the problems of the packet filters, as a security policy or as access lists."""
    if packet_filters.applies(config):
        if not all(item.stateless for item in config.filters):
            yield Problem(MIXED, where="filters")
        else:
            yield from access_lists.problems(config)
            yield from _lists(config)
        return
    for item in config.filters:
        for rule in item.rules:
            yield from _rule(config, item.hook, rule)
    yield from twice("filters", (zones.zone(name).lower() for name in zones.named(config)))


def _lists(config: DeviceConfig) -> Iterator[Problem]:
    routed = {i.name for i in config.interfaces if not i.switchport and i.kind != "loopback"}
    for name in sorted({port for f in config.filters for r in f.rules for port in r.in_interfaces} - routed):
        yield Problem(PLACE, {"value": name}, where="filters")


def _rule(config: DeviceConfig, hook: str, rule: FilterRule) -> Iterator[Problem]:
    where = f"filters.{hook}.{rule.name}"
    if (rule.state, rule.action) not in (
        (None, "accept"), (None, "drop"), ("established", "accept"), ("invalid", "drop")
    ):  # fmt: skip
        yield Problem(STATE, where=where)
    if rule.not_sources or rule.source_macs or rule.not_source_macs or rule.source_ports:
        yield Problem(SIDES, where=where)
    wrong = {"input": rule.out_interfaces, "output": rule.in_interfaces}.get(hook, ())
    if wrong or (rule.icmp_echo_only and rule.protocol != "icmp"):
        yield Problem(CLASH, where=where)
    yield from _ports(rule.protocol, rule.ports, where)
    for name in (*rule.in_interfaces, *rule.out_interfaces):
        if not _has_zone(config, name):
            yield Problem(PLACE, {"value": name}, where=where)
    for items in (rule.in_interfaces, rule.out_interfaces, rule.sources, rule.destinations):
        yield from twice(where, items)


def _has_zone(config: DeviceConfig, name: str) -> bool:
    """Whether a zone can stand for an interface: tunnels with a known peer are one, as Tunnel0."""
    if words.kind(name) == "tunnel":
        return name == zones.TUNNEL and bool(ipsec.interfaces(config))
    return words.NAME.fullmatch(name) is not None


def _ports(protocol: str | None, ports: Sequence[int], where: str) -> Iterator[Problem]:
    if (ports and protocol not in ("tcp", "udp")) or not all(1 <= port <= 65535 for port in ports):
        yield Problem(CLASH, where=where)
    yield from twice(where, ports)


def nat(config: DeviceConfig) -> Iterator[Problem]:
    """Yield the problems of the address translations."""
    routed = {i.name for i in config.interfaces if not i.switchport and i.kind != "loopback"}
    for rule in config.nat:
        where = f"nat.{rule.name}"
        if rule.interface not in routed:
            yield Problem(PLACE, {"value": rule.interface}, where=where)
        yield from _ports(rule.protocol, rule.ports, where)
        for items in (rule.sources, rule.destinations):
            yield from twice(where, items)
        yield from _published(rule, where) if rule.kind == "destination" else _hidden(rule, where)


def _published(rule: NatRule, where: str) -> Iterator[Problem]:
    hosts = rule.destinations and all(net.prefixlen == 32 for net in rule.destinations)
    if rule.to is None or rule.sources or not hosts:
        yield Problem(CLASH, where=where)
    if len(rule.name) > 40:
        yield Problem(UNFIT, {"value": rule.name}, where=where)


def _hidden(rule: NatRule, where: str) -> Iterator[Problem]:
    """Yield a problem for a network of length 0 among others: it is how any is written, and alone it is none."""
    if any(net.prefixlen == 0 for net in (*rule.sources, *rule.destinations)):
        yield Problem(CLASH, where=where)
