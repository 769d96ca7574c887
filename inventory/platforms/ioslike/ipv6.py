"""IPv6 on Cisco IOS and RGOS: addresses, forwarding, static routes, and access lists of it.

An interface speaks IPv6 by `ipv6 enable` or an address; IOS forwards it from `ipv6 unicast-routing` on, of RGOS it is
taken from two addressed interfaces on (its guides show no such line). An inbound `traffic-filter` judges what is for
the device and what passes through it; an outbound one is read (`inventory.platforms.outward`) and not written. At its
end a list of IOS lets neighbour solicitations and advertisements pass and then nothing (command reference, `ipv6
access-list`): in the model such a list ends with `neighbours` and `rest`, which are not written; one that ends with
`deny ipv6 any any` has `rest` alone. Of RGOS the same is taken, which is at least what passes. `access_lists` has the
form of the filters. IPv6 of RGOS is read, not written. Not read, so listed: addresses made of the hardware address or
learned, entries about single messages of neighbour discovery, prefix delegation, OSPFv3, tunnels.
"""

import re
from collections.abc import Iterator, Sequence
from ipaddress import IPv6Interface, IPv6Network
from itertools import groupby, product

from countynet.errors import Problem
from countynet.i18n import _
from inventory.deviceconfig import DeviceConfig, FilterRule, Interface, StaticRoute6
from inventory.platforms import access_lists, outward
from inventory.platforms.assembly import attempt
from inventory.platforms.blocks import Handler, Inside, Line, Table, known
from inventory.platforms.ioslike import checks, ports, words
from inventory.platforms.ioslike.dialect import Dialect
from inventory.platforms.ioslike.reading import Ios, waiting

ANY = IPv6Network("::/0")
NEIGHBOURS = "neighbours"
LIST6 = _("{system} holds filters of IPv6 as inbound access lists that end with neighbours and rest, or with rest")
LOCAL6 = _("{system} gives a link-local address no length: write {value} as /64")
_PROTOCOLS = {"ipv6": None, "tcp": "tcp", "udp": "udp", "icmp": "icmpv6", "esp": "esp", "89": "ospf", "112": "vrrp"}
_WORDS = {protocol: word for word, protocol in _PROTOCOLS.items()}
_ADDRESS = r"[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*"
_HOST = rf"(?:any|host {_ADDRESS}|{_ADDRESS}/\d{{1,3}})"
_PORT = r"(?: (?:eq(?: [a-z0-9-]+){1,10}?|gt [a-z0-9-]+|lt [a-z0-9-]+|neq [a-z0-9-]+|range [a-z0-9-]+ [a-z0-9-]+))"
_ENTRY = re.compile(
    rf"(?:(?:sequence )?(?P<number>\d{{1,10}}) )?(?P<action>permit|deny) (?P<protocol>[a-z0-9]+) (?P<source>{_HOST})"
    rf"(?P<from>{_PORT})? (?P<destination>{_HOST})(?P<to>{_PORT})?(?P<echo> echo-request)?"
    r"(?P<established> established)?(?P<log> log)?",
    re.ASCII,
)


def render(dialect: Dialect, config: DeviceConfig) -> list[list[str]]:
    """Return forwarding, the access lists and the routes."""
    blocks = [["ipv6 unicast-routing"]] if config.forwarding6 else []
    blocks += [_list(port, rules) for port, rules in _lists(config)]
    return blocks + ([[_route(dialect, route) for route in config.routes6]] if config.routes6 else [])


def lines(config: DeviceConfig, name: str) -> Sequence[str]:
    """Return what is said of IPv6 at an interface."""
    item = next((i for i in config.interfaces if i.name == name), None)
    found = ["ipv6 enable"] if item and item.ipv6 else []
    found += [_address(address) for address in item.addresses6] if item else []
    return found + [f"ipv6 traffic-filter {_called(port)} in" for port, _rules in _lists(config) if port == name]


def _address(address: IPv6Interface) -> str:
    if address.ip.is_link_local:
        return f"ipv6 address {str(address.ip).upper()} link-local"
    return f"ipv6 address {str(address).upper()}"


def _route(dialect: Dialect, route: StaticRoute6) -> str:
    hop = str(route.next_hop).upper() if route.next_hop else dialect.null
    distance = str(route.distance) if route.distance != 1 else ""
    parts = ["ipv6 route", str(route.prefix).upper(), route.interface, hop, distance]
    return " ".join(filter(None, parts))


def _called(port: str) -> str:
    return f"in6-{port.replace('/', '-').replace(':', '_')}"


def _lists(config: DeviceConfig) -> list[tuple[str, tuple[FilterRule, ...]]]:
    """Return the rules of each interface, as `access_lists.lists` does for IPv4."""
    rules = next((item.rules for item in config.filters6 if item.hook == "input"), ())
    return [(port, tuple(found)) for port, found in groupby(rules, key=lambda rule: rule.in_interfaces[0])]


def neighbours(port: str) -> FilterRule:
    """Return what a list lets pass before it ends: neighbour discovery."""
    return FilterRule(
        action="accept", name=NEIGHBOURS, in_interfaces=(port,), protocol="icmpv6", discovery_only=True
    )  # fmt: skip


def _list(port: str, rules: Sequence[FilterRule]) -> list[str]:
    *head, _rest = rules
    silent = head[-1:] == [neighbours(port)]
    found, last = [f"ipv6 access-list {_called(port)}"], ""
    for rule in head[:-1] if silent else head:
        found += [f" remark {rule.name}"] if rule.name != last else []
        found.append(f" {_entry(rule)}")
        last = rule.name
    return [*found, *([] if silent else [" deny ipv6 any any"])]


def _entry(rule: FilterRule) -> str:
    protocol = _WORDS[rule.protocol]
    parts = ["permit" if rule.action == "accept" else "deny", protocol, _host(rule.sources6)]
    parts += [*ports.write(protocol, rule.source_ports), _host(rule.destinations6)]
    parts += ports.write(protocol, rule.ports)
    flags = {"echo-request": rule.icmp_echo_only, "established": rule.state is not None, "log": rule.log}
    return " ".join([*parts, *(word for word, there in flags.items() if there)])


def _host(found: tuple[IPv6Network, ...]) -> str:
    if not found:
        return "any"
    (net,) = found
    return f"host {str(net.network_address).upper()}" if net.prefixlen == 128 else str(net).upper()


def problems(config: DeviceConfig) -> Iterator[Problem]:
    """Yield what IOS cannot hold of a configuration's IPv6."""
    for item in config.interfaces:
        for address in item.addresses6:
            if address.ip.is_link_local and address.network.prefixlen != 64:
                yield Problem(LOCAL6, {"value": str(address.ip)}, where=f"interfaces.{item.name}.addresses6")
        if item.switchport and (item.addresses6 or item.ipv6):
            yield Problem(checks.CLASH, where=f"interfaces.{item.name}")
    if config.filters6 and not _is_lists(config):
        yield Problem(LIST6, where="filters6")


def _is_lists(config: DeviceConfig) -> bool:
    """Whether the filters of IPv6 are access lists: entry by entry, each interface's to its end."""
    chains = config.filters6
    if tuple(f.hook for f in chains) != access_lists.HOOKS or len({f.rules for f in chains}) != 1:
        return False
    if not all(f.stateless and f.default == "accept" and f.rules for f in chains):
        return False
    rules = chains[0].rules
    if not all(len(r.in_interfaces) == 1 and (_is_entry(r) or r == neighbours(r.in_interfaces[0])) for r in rules):
        return False
    routed = {i.name for i in config.interfaces if i.switchport is None and i.kind != "loopback"}
    found = _lists(config)
    named = [port for port, _rules in found]
    return named == sorted(set(named)) and {*named} <= routed and all(_ends(*one) for one in found)


def _ends(port: str, rules: Sequence[FilterRule]) -> bool:
    *head, last = rules
    body = head[:-1] if head[-1:] == [neighbours(port)] else head
    return last == access_lists.rest(port) and not any(r.name in (NEIGHBOURS, access_lists.REST) for r in body)


def _is_entry(rule: FilterRule) -> bool:
    four = rule.sources or rule.destinations or rule.not_sources or rule.not_sources6 or rule.discovery_only
    bare = rule.out_interfaces or rule.source_macs or rule.not_source_macs
    if four or bare or len(rule.in_interfaces) != 1 or max(len(rule.sources6), len(rule.destinations6)) > 1:
        return False
    if rule.protocol not in _WORDS or ANY in rule.sources6 or ANY in rule.destinations6:
        return False
    if rule.state and (rule.state, rule.protocol, rule.action) != ("established", "tcp", "accept"):
        return False
    if (rule.ports or rule.source_ports) and rule.protocol not in ("tcp", "udp"):
        return False
    runs = all(len(access_lists.runs(some)) == 1 for some in (rule.ports, rule.source_ports))
    return runs and (not rule.icmp_echo_only or rule.protocol == "icmpv6")


def _speaks(reading: Ios, line: Line, _match: re.Match[str]) -> bool:
    return reading.put(reading.interfaces[line.scope], "ipv6", True)


def _said(reading: Ios, line: Line, match: re.Match[str]) -> bool:
    text = match[1] if "/" in match[1] else f"{match[1]}/64"
    found = attempt(Interface, name="x", addresses6=(text,))
    local = "/" not in match[1]
    if found is None or found.addresses6[0].ip.is_link_local is not local:
        return False
    return reading.add(reading.interfaces[line.scope], "addresses6", found.addresses6[0])


def _routed(reading: Ios, _line: Line, match: re.Match[str]) -> bool:
    hop = None if match[3].lower().startswith("null") else match[3]
    name = words.canonical(match[2].strip(), reading.dialect.svi) if match[2] else ""
    route = attempt(StaticRoute6, prefix=match[1], next_hop=hop, interface=name or "", distance=match[4] or 1)
    if route is None or name is None or (hop is None and name):
        return False
    if route.next_hop is not None and route.next_hop.is_link_local and not name:
        return False
    return reading.add(reading.fields, "routes6", route)


def _forwards(reading: Ios, _line: Line, match: re.Match[str]) -> bool:
    return reading.put(reading.fields, "forwarding6", match[1] is None)


def _open(reading: Ios, line: Line, match: re.Match[str]) -> Inside:
    part = reading.part("acl6", match[1], line)
    part.setdefault("entries", {})
    return Inside(_ENTRIES, part)


def _take(_reading: Ios, line: Line, _match: re.Match[str]) -> bool:
    part = line.scope
    if remark := re.fullmatch(r"(?:(?:sequence )?\d{1,10} )?remark (.*)", line.text):
        part["remark"] = _label(remark[1])
        part["lines"].append(line)
        return True
    found = _ENTRY.fullmatch(" ".join(line.text.split()))
    rules = _rules(found, part.get("remark", "entry")) if found else None
    given: dict[int, list[FilterRule]] = part["entries"]
    place = int(found["number"]) if found and found["number"] else max(given, default=0) + 10
    if rules is None or place in given:
        part["partial"] = True
        return False
    given[place] = rules
    part["lines"].append(line)
    return True


def _label(remark: str) -> str:
    """Return the name that a remark gives to the entries after it."""
    if re.fullmatch(r"[a-z0-9-]{1,60}", remark, re.ASCII):
        return remark
    return re.sub(r"[^a-z0-9-]+", "-", remark.lower(), flags=re.ASCII).strip("-")[:60] or "entry"


def _rules(match: re.Match[str], name: str) -> list[FilterRule] | None:
    protocol = _PROTOCOLS.get(match["protocol"], "")
    from_, to = (ports.read(protocol, match[side]) for side in ("from", "to"))
    asks = (match["echo"], "icmpv6"), (match["established"], "tcp")
    if protocol == "" or from_ is None or to is None or any(said and protocol != its for said, its in asks):
        return None
    found = [
        attempt(
            FilterRule, action="accept" if match["action"] == "permit" else "drop", name=name,
            state="established" if match["established"] else None, in_interfaces=("x",),
            sources6=_nets(match["source"]), destinations6=_nets(match["destination"]), protocol=protocol,
            ports=there, source_ports=here, icmp_echo_only=bool(match["echo"]), log=bool(match["log"]),
        )
        for here, there in product(from_, to)
    ]  # fmt: skip
    rules = [rule for rule in found if rule is not None]
    return rules if len(rules) == len(found) else None


def _nets(said: str) -> tuple[str, ...]:
    return () if said == "any" or said == "::/0" else (said.removeprefix("host "),)


_ENTRIES: Table[Ios] = Table([(r"(?:(?:sequence )?\d{1,10} )?(?:permit|deny|remark) .+", _take)])
RULES: list[tuple[str, Handler[Ios]]] = [
    (r"(no )?ipv6 unicast-routing", _forwards),
    (rf"ipv6 route ({_ADDRESS}/\d{{1,3}})( {words.REFERENCE})? ({_ADDRESS}|[Nn]ull ?0)(?: (\d{{1,3}}))?", _routed),
    (r"ipv6 access-list (\S+)", _open),
]
INTERFACE: list[tuple[str, Handler[Ios]]] = [
    (r"ipv6 enable", _speaks),
    (rf"ipv6 address ({_ADDRESS}/\d{{1,3}})", _said),
    (rf"ipv6 address ({_ADDRESS}) link-local", _said),
    (r"ipv6 traffic-filter (\S+) (in|out)", waiting("traffic-filter6")),
    (r"(?:no ipv6 (?:redirects|unreachables)|(?:no )?ipv6 nd (?:ra suppress(?: all)?|suppress-ra))", known),
]


def finish(reading: Ios) -> None:
    """Put IPv6 together, after the interfaces; lists that nobody uses, or whose ends are not ours, are listed."""
    for name, item in reading.done.items():
        said = reading.interfaces[name]
        more = {"addresses6": tuple(sorted(said.get("addresses6", ()))), "ipv6": said.get("ipv6", False)}
        reading.done[name] = item.model_copy(update=more)
    reading.fields["interfaces"] = tuple(reading.done.values())
    if reading.dialect.forwards6:
        reading.fields.setdefault("forwarding6", sum(bool(item.addresses6) for item in reading.done.values()) > 1)
    inward, outward_ = (_bound(reading, way) for way in ("in", "out"))
    filters = outward.filters(inward, outward_)
    for line, (_name, way) in reading.pending["traffic-filter6"]:
        if filters is None and way == "out":
            reading.refuse(line)
    reading.fields["filters6"] = access_lists.filters(inward) if filters is None else filters
    for part in reading.parts["acl6"].values():
        if "used" not in part:
            reading.refuse_part(part)


def _bound(reading: Ios, way: str) -> dict[str, tuple[FilterRule, ...]]:
    """Return the lists that judge packets on their way in, or out, by interface; list what cannot be held."""
    found: dict[str, tuple[FilterRule, ...]] = {}
    for line, (name, _way) in (one for one in reading.pending["traffic-filter6"] if one[1][1] == way):
        part, port = reading.parts["acl6"].get(name), reading.done.get(line.scope)
        whole = part is not None and not part.get("partial") and line.scope not in found
        if part is None or not whole or port is None or port.switchport is not None:
            reading.refuse(line)
            continue
        part["used"] = True
        found[line.scope] = _whole(line.scope, [rule for n in sorted(part["entries"]) for rule in part["entries"][n]])
    return found


def _whole(port: str, given: Sequence[FilterRule]) -> tuple[FilterRule, ...]:
    """Return the rules of a list at an interface, with the end that IOS does not print."""
    rest, own = access_lists.rest(port), (NEIGHBOURS, access_lists.REST)
    rules = [rule.model_copy(update={"in_interfaces": (port,)}) for rule in given]
    ended = bool(rules) and rules[-1].model_copy(update={"name": access_lists.REST}) == rest
    head = [r.model_copy(update={"name": "entry"}) if r.name in own else r for r in rules[: len(rules) - ended]]
    return (*head, *(() if ended else (neighbours(port),)), rest)
