"""Filters as access lists at routed ports (`traffic-filter inbound`): what switches and routers have.

Such a list meets every packet that comes in by the port, to the device and through it alike, and keeps no state: it is
the form of `inventory.platforms.access_lists`. Written is one list per interface, `in-` and its name, and each rule's
name as its description. One of other hands lets pass what none of its rules names. An outbound list is read
(`inventory.platforms.outward`) and not written. A list at a switched port, one beside a security policy, and an
outbound one where addresses are translated is listed as unparsed.
"""

import re
from collections.abc import Iterator
from typing import Any

from inventory.deviceconfig import DeviceConfig, FilterRule
from inventory.platforms import access_lists, acl_rules, bound, six_lists
from inventory.platforms.assembly import attempt
from inventory.platforms.blocks import Handler, Line
from inventory.platforms.huawei_vrp import acl, zones
from inventory.platforms.huawei_vrp.reading import Vrp


def _filter(reading: Vrp, line: Line, match: re.Match[str]) -> bool:
    reading.pending[f"traffic-filter {match[1]}"].append((line, match[2]))
    return True


INTERFACE: list[tuple[str, Handler[Vrp]]] = [
    (r"traffic-filter (inbound|outbound) acl (?:name )?(?!ipv6)(\S+)", _filter),
    (r"traffic-filter (inbound|outbound) (?:acl ipv6|ipv6 acl) (?:name )?(\S+)", six_lists.binding(2, 1)),
]
"""lines of an interface's block"""


def stateless(config: DeviceConfig) -> bool:
    """Return whether a configuration has its filters as access lists."""
    return any(item.stateless for item in config.filters)


def name(interface: str) -> str:
    """Return the name of an interface's list."""
    return f"in-{zones.zone(interface)}"


def lists(config: DeviceConfig) -> dict[str, tuple[FilterRule, ...]]:
    """Return the access lists by interface; none where the filters are a security policy."""
    return access_lists.lists(config) if stateless(config) else {}


def render(config: DeviceConfig) -> list[list[str]]:
    """Return the blocks of the access lists of the interfaces."""
    return [[f"acl name {name(port)} advance", *_entries(rules)] for port, rules in lists(config).items()]


def _entries(rules: tuple[FilterRule, ...]) -> Iterator[str]:
    for number, rule in enumerate(rules, 1):
        yield f" rule {5 * number} {acl.entry(rule)}"
        yield f" rule {5 * number} description {rule.name}"


def finish(reading: Vrp) -> None:
    """Put the filters together, after the security policy and the interfaces."""
    bound.filters(
        reading, "traffic-filter", lambda port, label: _rules(reading, port, label), lambda name: acl.use(reading, name)
    )


def _rules(reading: Vrp, interface: str, label: str) -> list[FilterRule] | None:
    port, given = reading.done.get(interface), acl.rules(reading, label)
    if port is None or port.switchport or not given:
        return None
    other = re.sub(r"[^a-z0-9-]+", "-", f"acl-{label.lower()}")[:60]
    said = zip(given, acl.names(reading, label), strict=True)
    found = [attempt(FilterRule, in_interfaces=(interface,), **_fields(rule, text or other)) for rule, text in said]
    return [rule for rule in found if rule] if all(found) else None


def _fields(rule: acl_rules.AclRule, label: str) -> dict[str, Any]:
    return {
        "action": rule.action,
        "name": label,
        "state": "established" if rule.established else None,
        "protocol": rule.protocol,
        "sources": () if rule.source == acl_rules.ANY else (rule.source,),
        "destinations": () if rule.destination == acl_rules.ANY else (rule.destination,),
        "ports": rule.ports,
        "source_ports": rule.source_ports,
        "icmp_echo_only": rule.echo,
        "log": rule.log,
    }
