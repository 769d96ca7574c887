"""What access lists and translations of IOS and RGOS cannot say."""

from collections.abc import Iterator

from countynet.errors import Problem
from countynet.i18n import _
from inventory.deviceconfig import DeviceConfig, FilterRule, NatRule
from inventory.platforms import access_lists
from inventory.platforms.ioslike import acl
from inventory.platforms.ioslike import filters as lists
from inventory.platforms.ioslike import nat as translations
from inventory.platforms.uniques import twice

_REMARK = 100
"""the length of a remark"""
CLASH = _("these settings contradict each other on {system}")
ROUTED = _("{system} holds an access list at an interface that routes, and {value} is none")
ENTRY = _("{system} takes an access list's entry once: {value} stands twice in the list of {interface}")
WIDE = _("0.0.0.0/0 says any: leave it out")
BEFORE = _(
    "{system} asks the list of {interface} before it translates: no rule of it may name a destination or its ports"
)
OUTSIDE = _("{system} translates at one outside interface with an address; all rules must name it")
PORTS = _("{system} publishes ports of one address: give protocol, ports and one address, and no sources")


def filters(config: DeviceConfig) -> Iterator[Problem]:
    """Yield the problems of the packet filters."""
    bad = list(access_lists.problems(config))
    yield from bad
    if bad:
        return
    routed = {item.name for item in config.interfaces if item.switchport is None}
    routed |= {lists.TUNNEL} if config.tunnels else set()
    for port, rules in access_lists.lists(config).items():
        if port not in routed:
            yield Problem(ROUTED, {"value": port}, where=f"filters.{port}")
        if port == translations.outside(config) and not all(map(lists.before_translation, rules)):
            yield Problem(BEFORE, {"interface": port}, where=f"filters.{port}")
        seen = set[str]()
        for rule in rules:
            yield from _rule(rule)
            text = acl.text(lists.entry(rule))
            if text in seen:
                yield Problem(ENTRY, {"value": text, "interface": port}, where=f"filters.{rule.name}")
            seen.add(text)


def _rule(rule: FilterRule) -> Iterator[Problem]:
    where = f"filters.{rule.name}"
    if any(not net.prefixlen for net in (*rule.sources, *rule.destinations)):
        yield Problem(WIDE, where=where)
    if rule.icmp_echo_only and rule.protocol != "icmp":
        yield Problem(CLASH, where=where)


def nat(config: DeviceConfig) -> Iterator[Problem]:
    """Yield the problems of the address translations."""
    addressed = {item.name for item in config.interfaces if item.addresses and item.kind != "loopback"}
    names = {rule.interface for rule in config.nat}
    if names and (len(names) > 1 or not names <= addressed):
        yield Problem(OUTSIDE, {"value": ", ".join(sorted(names))}, where="nat")
    for rule in config.nat:
        yield from _nat(rule, f"nat.{rule.name}")
    published = [rule for rule in config.nat if rule.kind == "destination"]
    ends = (f"{r.protocol} {net.network_address} {p}" for r in published for net in r.destinations for p in r.ports)
    yield from twice("nat", ends)


def _nat(rule: NatRule, where: str) -> Iterator[Problem]:
    if (rule.ports and rule.protocol is None) or not all(1 <= port <= 65535 for port in rule.ports):
        yield Problem(CLASH, where=where)
    if any(not net.prefixlen for net in (*rule.sources, *rule.destinations)):
        yield Problem(WIDE, where=where)
    for items in (rule.sources, rule.destinations, rule.ports):
        yield from twice(where, items)
    if rule.kind == "destination" and not (_publishes(rule) and len(translations.remark(rule)) <= _REMARK):
        yield Problem(PORTS, where=where)


def _publishes(rule: NatRule) -> bool:
    one = len(rule.destinations) == 1 and rule.destinations[0].prefixlen == 32
    return bool(one and rule.protocol and rule.ports and rule.to and not rule.sources)
