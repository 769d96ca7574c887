"""Access lists at routed ports: `packet-filter name X inbound`, as switches and routers hold filters.

Such a list meets every packet that comes in by the port, to the device and through it alike, and keeps no state:
`inventory.platforms.access_lists` has the form. One is written for each interface, ending in a rule that denies the
rest; a list of somebody else that does not end so, or has no rule, lets pass what is left, and is read with a rule that
says it. An outbound list is read (`inventory.platforms.outward`) and not written. A list at a port that switches, one
beside a security policy, and an outbound one where addresses are translated are listed as unparsed.
"""

import re
from typing import Any

from inventory.deviceconfig import DeviceConfig, FilterRule
from inventory.platforms import access_lists, acl_rules, bound, six_lists
from inventory.platforms.assembly import attempt
from inventory.platforms.blocks import Handler, Line, known
from inventory.platforms.h3c_comware import acl
from inventory.platforms.h3c_comware.reading import Comware

_LABEL = re.compile(r"[a-z0-9-]{1,60}", re.ASCII)
OPEN = "open"
"""the name of the rule that says that a foreign list lets pass what is left"""

LOGGED = "acl logging interval 5"
"""so many minutes between two tellings of what a filter's rules logged; without it they log nothing"""


def applies(config: DeviceConfig) -> bool:
    """Whether the filters of a configuration are access lists."""
    return any(item.stateless for item in config.filters)


def names(config: DeviceConfig) -> dict[str, str]:
    """Return the names of the access lists by interface."""
    return {port: _name(port) for port in access_lists.lists(config)} if applies(config) else {}


def _name(interface: str) -> str:
    return f"in-{interface}"


def render(config: DeviceConfig) -> list[list[str]]:
    """Return the blocks of the access lists, and that what they log is told where their ends log."""
    lists = access_lists.lists(config) if applies(config) else {}
    told = [[LOGGED]] if any(rules[-1].log for rules in lists.values()) else []
    return told + [
        acl.render(f"name {_name(port)}", map(acl.entry, rules), [rule.name for rule in rules])
        for port, rules in lists.items()
    ]


def _filter(reading: Comware, line: Line, match: re.Match[str]) -> bool:
    reading.pending[f"packet-filter {match[2]}"].append((line, match[1]))
    return True


INTERFACE: list[tuple[str, Handler[Comware]]] = [
    (r"packet-filter (?:name )?(?!ipv6)(\S+) (inbound|outbound)", _filter),
    (r"packet-filter ipv6 (?:name )?(\S+) (inbound|outbound)", six_lists.binding(1, 2)),
    (r"packet-filter filter route", known),
]
"""lines of an interface's block"""


def finish(reading: Comware) -> None:
    """Put the filters together, after the security policy and the interfaces."""
    bound.filters(
        reading, "packet-filter", lambda port, name: _rules(reading, port, name), lambda name: acl.use(reading, name)
    )


def _rules(reading: Comware, interface: str, name: str) -> tuple[FilterRule, ...] | None:
    port, given = reading.done.get(interface), acl.rules(reading, name)
    if port is None or port.switchport or port.kind == "loopback" or given is None:
        return None
    if any(rule.established and rule.action == "drop" for rule in given):
        return None
    labels = [_label(said, name) for said in acl.comments(reading, name)]
    found = [
        attempt(FilterRule, name=label, in_interfaces=(interface,), **_fields(rule))
        for label, rule in zip(labels, given, strict=True)
    ]
    good = [rule for rule in found if rule]
    if len(good) != len(found):
        return None
    last = access_lists.rest(interface)
    closed = good and good[-1] == last.model_copy(update={"name": good[-1].name, "log": good[-1].log})
    if closed:
        return (*(_other(rule) for rule in good[:-1]), access_lists.rest(interface, log=good[-1].log))
    return (*map(_other, good), FilterRule(action="accept", name=OPEN, in_interfaces=(interface,)), last)


def _label(comment: str, name: str) -> str:
    """Return a rule's name by its comment, or by its list."""
    if _LABEL.fullmatch(comment):
        return comment
    return re.sub(r"[^a-z0-9-]+", "-", (comment or f"acl-{name}").lower())[:60]


def _other(rule: FilterRule) -> FilterRule:
    """Return a rule that is not called as only the last one may be."""
    return rule.model_copy(update={"name": f"{access_lists.REST}-"}) if rule.name == access_lists.REST else rule


def _fields(rule: acl_rules.AclRule) -> dict[str, Any]:
    return {
        "action": rule.action,
        "state": "established" if rule.established else None,
        "protocol": rule.protocol,
        "sources": () if rule.source == acl_rules.ANY else (rule.source,),
        "destinations": () if rule.destination == acl_rules.ANY else (rule.destination,),
        "ports": rule.ports,
        "source_ports": rule.source_ports,
        "icmp_echo_only": rule.echo,
        "log": rule.log,
    }
