"""Address translation: `ip nat inside source` by lists, and single published ports.

All rules speak of one outside interface; every other interface with an address is inside. What a source rule
translates is an access list, whose remark is the rule's name. Published ports have no place for a name: they are told
in the remarks of a list without entries, `nat-names`, one for each rule, with the ports that belong to it.
"""

import re
from collections.abc import Iterator
from itertools import product
from typing import Any

from inventory.deviceconfig import DeviceConfig, Interface, NatRule
from inventory.platforms import access_lists
from inventory.platforms.assembly import attempt
from inventory.platforms.blocks import Handler, Line
from inventory.platforms.ioslike import acl, ports, words
from inventory.platforms.ioslike.dialect import Dialect
from inventory.platforms.ioslike.reading import Ios, waiting

NAMES = "nat-names"
UNNAMED = "static-nat"


def outside(config: DeviceConfig) -> str:
    """Return the outside interface, empty if nothing is translated."""
    return config.nat[0].interface if config.nat else ""


def inside(item: Interface) -> bool:
    """Whether an interface that is not outside has to be inside."""
    return bool(item.addresses) and item.kind != "loopback"


def lines(config: DeviceConfig, item: Interface) -> list[str]:
    """Return the line at an interface of a device that translates."""
    if not config.nat or not (inside(item) or item.name == outside(config)):
        return []
    return [f"ip nat {'outside' if item.name == outside(config) else 'inside'}"]


def _sources(config: DeviceConfig) -> list[tuple[str, NatRule]]:
    rules = (rule for rule in config.nat if rule.kind == "source")
    return [(f"nat-{n:02}", rule) for n, rule in enumerate(rules, 1)]


def _published(config: DeviceConfig) -> list[NatRule]:
    return [rule for rule in config.nat if rule.kind == "destination"]


def render_lists(dialect: Dialect, config: DeviceConfig) -> list[list[str]]:
    """Return the blocks of the lists."""
    blocks = [acl.block(dialect, name, _entries(rule)) for name, rule in _sources(config)]
    remarks = [f" remark {remark(rule)}" for rule in _published(config)]
    return blocks + ([[f"ip access-list extended {NAMES}", *remarks]] if remarks else [])


def _entries(rule: NatRule) -> Iterator[acl.Entry]:
    for source, destination in product(rule.sources or (acl.ANY,), rule.destinations or (acl.ANY,)):
        for run in access_lists.runs(rule.ports):
            yield acl.Entry("accept", rule.name, rule.protocol, source, destination, to_ports=(run,))


def remark(rule: NatRule) -> str:
    """Return what says which published ports belong to a rule."""
    return f"{rule.name} {rule.protocol} {rule.destinations[0].network_address} {','.join(words.ranges(rule.ports))}"


def render(dialect: Dialect, config: DeviceConfig) -> list[list[str]]:
    """Return the block of pools, translations and published ports."""
    pools = sorted({rule.to for _, rule in _sources(config) if rule.to})
    found = [f"ip nat pool to-{a} {a} {a} prefix-length 32" for a in pools]
    for name, rule in _sources(config):
        to = f"pool to-{rule.to}" if rule.to else f"interface {dialect.printed(rule.interface)}"
        found.append(f"ip nat inside source list {name} {to} overload")
    for rule in _published(config):
        address = rule.destinations[0].network_address
        found += [f"ip nat inside source static {rule.protocol} {rule.to} {p} {address} {p}" for p in rule.ports]
    return [found] if found else []


def _side(reading: Ios, line: Line, match: re.Match[str]) -> bool:
    reading.pending["nat side"].append((line, match[1]))
    return reading.put(reading.interfaces[line.scope], "nat", match[1])


def _pool(reading: Ios, line: Line, match: re.Match[str]) -> bool:
    return match[2] == match[3] and reading.put(reading.part("pool", match[1], line), "address", match[2])


INTERFACE: list[tuple[str, Handler[Ios]]] = [(r"ip nat (inside|outside)", _side)]
_PORT = r"(\w[\w-]*)"
RULES: list[tuple[str, Handler[Ios]]] = [
    (r"ip nat pool (\S+) (\d\S+) (\d\S+) (?:prefix-length \d+|netmask \S+)", _pool),
    (rf"ip nat inside source list (\S+) (interface) ({words.REFERENCE}) overload", waiting("nat list")),
    (r"ip nat inside source list (\S+) (pool) (\S+) overload", waiting("nat list")),
    (
        rf"ip nat inside source static (tcp|udp) (\d\S+) {_PORT} (\d\S+) {_PORT}(?: extendable| permit-inside)*",
        waiting("nat static"),
    ),
]


def finish(reading: Ios) -> None:
    """Put the translations together, after the interfaces; published ports first, as a packet meets them."""
    outer = [name for name, fields in reading.interfaces.items() if fields.get("nat") == "outside"]
    rules = list(_statics(reading, outer)) + list(_dynamic(reading, outer))
    reading.fields["nat"] = tuple(rules)
    if not rules:
        for line, _ in reading.pending["nat side"]:
            reading.refuse(line)
    for name, item in reading.done.items():
        if rules and name not in outer and inside(item) and reading.interfaces[name].get("nat") != "inside":
            reading.lacks(f"interface {reading.dialect.printed(name)}", "ip nat inside")
    for part in reading.parts["pool"].values():
        if "used" not in part:
            reading.refuse_part(part)


def _dynamic(reading: Ios, outer: list[str]) -> Iterator[NatRule]:
    ours = all(re.fullmatch(r"nat-\d{2,}", said[0], re.ASCII) for _, said in reading.pending["nat list"])
    found = reading.pending["nat list"]
    for line, (name, how, to) in sorted(found, key=lambda item: int(item[1][0][4:])) if ours else found:
        rule = _source(reading, outer, name, how, to) if len(outer) == 1 else None
        if rule is None:
            reading.refuse(line)
        else:
            acl.use(reading, name)
            yield rule


def _source(reading: Ios, outer: list[str], name: str, how: str, to: str) -> NatRule | None:
    fields = _matched(reading, name)
    if fields is None:
        return None
    if how == "pool":
        pool = reading.parts["pool"].get(to)
        if pool is None:
            return None
        pool["used"] = True
        fields["to"] = pool["address"]
    elif reading.name(to) != outer[0]:
        return None
    return attempt(NatRule, kind="source", interface=outer[0], **fields)


def _matched(reading: Ios, name: str) -> dict[str, Any] | None:
    """Return what a list matches as a rule's fields; None if it is no product of sources, destinations and ports."""
    given = acl.entries(reading, name)
    if not given or any(e.action == "drop" or e.echo or e.established or e.log for e in given):
        return None
    if len({(e.protocol, e.name) for e in given}) > 1 or any(e.from_ports != ((),) for e in given):
        return None
    flat = {(e.source, e.destination, run) for e in given for run in e.to_ports}
    sources, destinations, runs = (sorted({item[n] for item in flat}) for n in range(3))
    if len(flat) != len(sources) * len(destinations) * len(runs) or (() in runs and len(runs) > 1):
        return None
    fields = {"sources": sources, "destinations": destinations}
    if any(acl.ANY in nets and len(nets) > 1 for nets in fields.values()):
        return None
    numbers = tuple(port for run in runs for port in run)
    named = {"name": given[0].name, "protocol": given[0].protocol, "ports": numbers}
    return named | {field: () if nets == [acl.ANY] else nets for field, nets in fields.items()}


def _statics(reading: Ios, outer: list[str]) -> Iterator[NatRule]:
    left = list(reading.pending["nat static"])
    for remark in reading.parts["acl"].get(NAMES, {}).get("remarks", ()):
        name, protocol, address, listed = [*remark.split(" "), "", "", ""][:4]
        wanted = set(words.numbers(listed, 1, 65535) or ())
        mine = [(line, s) for line, s in left if (s[0], s[3]) == (protocol, address) and _port(s) in wanted]
        if len({s[1] for _, s in mine}) == 1 and {_port(s) for _, s in mine} == wanted:
            left = [item for item in left if item not in mine]
            acl.use(reading, NAMES)
            yield from _static(reading, outer, name, mine)
    for item in left:
        yield from _static(reading, outer, UNNAMED, [item])


def _port(said: tuple[str, ...]) -> int | None:
    found = [ports.read(said[0], f"eq {text}") for text in (said[2], said[4])]
    return found[0][0][0] if found[0] and found[0] == found[1] else None


def _static(reading: Ios, outer: list[str], name: str, found: list[tuple[Line, Any]]) -> Iterator[NatRule]:
    protocol, to, _, address, _ = found[0][1]
    numbers = [_port(said) for _, said in found]
    rule = attempt(
        NatRule,
        kind="destination",
        name=name,
        interface=outer[0] if len(outer) == 1 else None,
        destinations=(address,),
        protocol=protocol,
        ports=numbers,
        to=to,
    )
    if rule is not None:
        yield rule
        return
    for line, _ in found:
        reading.refuse(line)
