"""Filters in the access-list form: one inbound list per routed interface, called `in-INTERFACE`.

A list of IOS lets nothing pass that none of its entries names; the model's lists end in that entry, `rest`, which is
written and, where a text leaves it out, read. Outbound lists are read (`inventory.platforms.outward`) and not written.
A list at a port that switches is listed, and so is one at the outside interface that names what is translated there:
destinations of an inbound one, sources of an outbound one.
"""

import re
from collections.abc import Iterator
from itertools import product

from inventory.deviceconfig import DeviceConfig, FilterRule
from inventory.platforms import access_lists, outward
from inventory.platforms.assembly import attempt
from inventory.platforms.blocks import Handler, Line
from inventory.platforms.ioslike import acl
from inventory.platforms.ioslike.dialect import Dialect
from inventory.platforms.ioslike.reading import Ios

TUNNEL = "Tunnel0"
"""what filters call that which comes out of tunnels"""


def called(interface: str) -> str:
    """Return the name of an interface's list."""
    return f"in-{interface.replace('/', '-').replace(':', '_')}"


def render(dialect: Dialect, config: DeviceConfig) -> list[list[str]]:
    """Return the blocks of the lists."""
    return [acl.block(dialect, called(port), map(entry, rules)) for port, rules in access_lists.lists(config).items()]


def entry(rule: FilterRule) -> acl.Entry:
    """Return a rule of the access-list form as an entry."""
    return acl.Entry(
        action=rule.action,
        name=rule.name,
        protocol=rule.protocol,
        source=rule.sources[0] if rule.sources else acl.ANY,
        destination=rule.destinations[0] if rule.destinations else acl.ANY,
        from_ports=(rule.source_ports,),
        to_ports=(rule.ports,),
        established=rule.state is not None,
        echo=rule.icmp_echo_only,
        log=rule.log,
    )


def before_translation(rule: FilterRule) -> bool:
    """Whether a rule says the same of packets that come from outside before they are translated and after.

    The model speaks of packets after that, IOS asks the list of the outside interface before.
    """
    return not (rule.destinations or rule.ports)


def lines(config: DeviceConfig, name: str) -> list[str]:
    """Return the line at an interface that has a list."""
    return [f"ip access-group {called(name)} in"] if name in access_lists.lists(config) else []


def _group(reading: Ios, line: Line, match: re.Match[str]) -> bool:
    reading.pending[f"access-group {match[2]}"].append((line, match[1]))
    return True


INTERFACE: list[tuple[str, Handler[Ios]]] = [(r"ip access-group (\S+) (in|out)", _group)]


def finish(reading: Ios) -> None:
    """Put the filters together, after the interfaces."""
    inward, outward_ = (_bound(reading, way) for way in ("in", "out"))
    found = outward.filters(inward, outward_)
    if found is None:
        for line, _name in reading.pending["access-group out"]:
            reading.refuse(line)
    reading.fields["filters"] = access_lists.filters(inward) if found is None else found


def _bound(reading: Ios, way: str) -> dict[str, tuple[FilterRule, ...]]:
    """Return the lists that judge packets on their way in, or out, by interface; list what cannot be held."""
    found: dict[str, tuple[FilterRule, ...]] = {}
    for line, name in reading.pending[f"access-group {way}"]:
        port = reading.done.get(line.scope)
        routed = (line.scope == TUNNEL and way == "in") or (port is not None and port.switchport is None)
        rules = _rules(reading, line.scope, name) if routed else None
        outer = bool(reading.fields.get("nat")) and reading.interfaces[line.scope].get("nat") == "outside"
        if rules is None or line.scope in found or (outer and not all(_untranslated(rule, way) for rule in rules)):
            reading.refuse(line)
        else:
            acl.use(reading, name)
            found[line.scope] = rules
    return found


def _untranslated(rule: FilterRule, way: str) -> bool:
    """Whether a rule at the outside interface says the same of packets before they are translated and after."""
    return before_translation(rule) if way == "in" else not (rule.sources or rule.source_ports)


def _rules(reading: Ios, interface: str, name: str) -> tuple[FilterRule, ...] | None:
    given = acl.entries(reading, name)
    if given is None:
        return None
    rules = [rule for item in given for rule in _expanded(item, interface)]
    rest = access_lists.rest(interface, log=bool(rules) and rules[-1].log)
    ends = bool(rules) and rules[-1].model_copy(update={"name": access_lists.REST}) == rest
    rest = rest if ends else access_lists.rest(interface)
    head = [r.model_copy(update={"name": "entry"}) if r.name == rest.name else r for r in rules[: len(rules) - ends]]
    return (*head, rest)


def _expanded(item: acl.Entry, interface: str) -> Iterator[FilterRule]:
    for from_, to in product(item.from_ports, item.to_ports):
        rule = attempt(
            FilterRule,
            action=item.action,
            name=item.name,
            state="established" if item.established else None,
            in_interfaces=(interface,),
            sources=() if item.source == acl.ANY else (item.source,),
            destinations=() if item.destination == acl.ANY else (item.destination,),
            protocol=item.protocol,
            ports=to,
            source_ports=from_,
            icmp_echo_only=item.echo,
            log=item.log,
        )
        if rule is not None:
            yield rule
