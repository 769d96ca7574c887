"""BGP of VRP and Comware: the process, its peers and groups of peers, what it announces. It is read, not written.

Both need no policy for a peer outside, announce a network only where there is a route to it, tell communities only
where they are told to (`advertise-community`), use one path where nothing says more, prefer the shorter list of
clusters and then the lower router id, never the older path, and take what BGP says for the worst of routes (preference
255). VRP speaks IPv4 unicast with every peer unless `undo default ipv4-unicast`, Comware where `peer ... enable` says
so. Neither takes a default route in unless `default-route imported`. Not understood, so listed: other families and VPN
instances, aggregates with sets of numbers or policies, confederations, `filter-policy`, AS path filters and limits of a
peer, a peer's policy or list that is not there or not wholly understood. Sources: the vendors' command references,
"BGP".
"""

import re
from collections.abc import Callable
from functools import partial
from typing import Any

from inventory.platforms import nodes, peering, words
from inventory.platforms.assembly import attempt
from inventory.platforms.blocks import Handler, Inside, Line, Table, known
from inventory.platforms.gathering import Gathering
from inventory.routeconfig import Bgp

_ADDRESS = r"\d+\.\d+\.\d+\.\d+"
_WHO = rf"peer ({_ADDRESS}|(?![\d:.]+ )[A-Za-z][\w.-]*)"
_PREFERENCE = 255
_DIRECTED = {("route-policy", "import"): "map_in", ("route-policy", "export"): "map_out",
             ("list", "import"): "list_in", ("list", "export"): "list_out"}  # fmt: skip
_AS = r"(\d{1,10}|\d{1,5}\.\d{1,5})"
_STEADY = "description|timer|bfd|keep-all-routes|tracking|route-update-interval|advertise-ext-community"
"""what is said of a peer and changes no route of ours while nothing fails"""
_PLAIN = ("number", "router_id", "compare_med", "several", "several_inside", "external_distance", "internal_distance",
          "local_distance")  # fmt: skip
Value = Callable[[re.Match[str]], object]


def _field(field: str, value: Value = lambda match: match[1]) -> Handler[Gathering]:
    def handler(reading: Gathering, line: Line, match: re.Match[str]) -> bool:
        return reading.put(line.scope, field, value(match))

    return handler


def _peer(field: str, value: Value = lambda _match: True) -> Handler[Gathering]:
    """Return the handler of a line about a peer or group, which is the pattern's first group."""

    def handler(reading: Gathering, line: Line, match: re.Match[str]) -> bool:
        part = reading.part("bgp peer", match[1], line)
        return reading.put(part, field, (value(match), line) if field in peering.JUDGED else value(match))

    return handler


def _port(match: re.Match[str]) -> str:
    """Return an interface's name, which may be printed with a space in it."""
    return match[2].replace(" ", "")


def _directed(reading: Gathering, line: Line, match: re.Match[str]) -> bool:
    part = reading.part("bgp peer", match[1], line)
    kind = "route-policy" if match[2] == "route-policy" else "list"
    return reading.put(part, _DIRECTED[kind, match[4]], (match[3], line))


def _paths(reading: Gathering, line: Line, match: re.Match[str]) -> bool:
    """Note how many equal paths are used; a number without a word is for both kinds."""
    fields = {"ebgp": ["several"], "ibgp": ["several_inside"]}.get(match[1] or "", ["several", "several_inside"])
    return all([reading.put(line.scope, field, int(match[2])) for field in fields])


def _distances(reading: Gathering, line: Line, match: re.Match[str]) -> bool:
    pairs = zip(("external_distance", "internal_distance", "local_distance"), match.groups(), strict=True)
    return all([reading.put(line.scope, field, int(number)) for field, number in pairs])


def _network(reading: Gathering, line: Line, match: re.Match[str]) -> bool:
    prefix = words.network(match[1], match[2])
    reading.pending["bgp network"].append((line, (prefix, match[3] or "")))
    return prefix is not None


def _aggregate(reading: Gathering, line: Line, match: re.Match[str]) -> bool:
    prefix = words.network(match[1], match[2])
    reading.pending["bgp aggregate"].append((line, (prefix, match[3] is not None)))
    return prefix is not None


def _taken_in(reading: Gathering, line: Line, match: re.Match[str]) -> bool:
    source = {"direct": "connected"}.get(match[1], match[1].split(" ")[0])
    reading.pending["bgp import"].append((line, (source, match[2] or "")))
    return True


def _table(said: nodes.Words) -> Table[Gathering]:
    table: Table[Gathering]

    def family(_reading: Gathering, line: Line, _match: re.Match[str]) -> Inside:
        return Inside(table, line.scope)

    table = Table(
        [
            (r"(?:ipv4-family|address-family ipv4) unicast", family),
            (rf"router-id ({_ADDRESS})", _field("router_id")),
            (r"undo default ipv4-unicast", _field("silent", lambda _m: True)),
            (r"default-route imported", _field("default", lambda _m: True)),
            (r"compare-different-as-med", _field("compare_med", lambda _m: True)),
            (r"(?:maximum load-balancing|balance) (?:(ebgp|ibgp) )?(\d{1,3})", _paths),
            (r"preference (\d{1,3}) (\d{1,3}) (\d{1,3})", _distances),
            (rf"network ({_ADDRESS}) (\S+)(?: route-policy (\S+))?", _network),
            (rf"aggregate ({_ADDRESS}) (\S+)( detail-suppressed)?", _aggregate),
            (r"import-route (direct|static|ospf(?: 1)?)(?: route-policy (\S+))?", _taken_in),
            (r"group (?=[A-Za-z])(\S+) (internal|external)", _peer("group kind", lambda m: m[2])),
            (rf"{_WHO} as-number {_AS}", _peer("remote_as", lambda m: _number(m[2]))),
            (rf"{_WHO} group (\S+)", _peer("group", lambda m: m[2])),
            (
                rf"{_WHO} connect-interface ([A-Za-z]\S+(?: \d{{1,4}}(?:/\d+)*(?:\.\d+)?)?)(?: {_ADDRESS})?",
                _peer("source", _port),
            ),
            (rf"{_WHO} ebgp-max-hop(?: \d+)?", _peer("multihop")),
            (rf"{_WHO} next-hop-local", _peer("next_hop_self")),
            (rf"{_WHO} reflect-client", _peer("client")),
            (rf"{_WHO} advertise-community", _peer("communities")),
            (rf"{_WHO} (route-policy|{said.peer_prefixes}) (\S+) (import|export)", _directed),
            (rf"{_WHO} password (?:cipher|simple) (\S+)", _peer("key", lambda m: m[2])),
            (rf"{_WHO} ignore", _peer("active", lambda _m: False)),
            (rf"{_WHO} enable", _peer("spoken", lambda _m: True)),
            (rf"undo {_WHO} enable", _peer("spoken", lambda _m: False)),
            (
                rf"{_WHO} (?:{_STEADY})(?: .*)?",
                known,
            ),
            (r"(?:undo synchronization|timer .*|log-peer-change|private-4-byte-as enable)", known),
        ]
    )
    return table


def _number(text: str) -> int:
    """Return the number of an autonomous system, which may be printed as two halves (RFC 5396)."""
    high, dot, low = text.rpartition(".")
    return (int(high) << 16) + int(low) if dot else int(text)


def rules(said: nodes.Words) -> list[tuple[str, Handler[Gathering]]]:
    """Return the lines of a process, and of the lists and policies that it uses."""
    table = _table(said)

    def opened(reading: Gathering, line: Line, match: re.Match[str]) -> bool | Inside:
        part = reading.part("bgp", "", line)
        return Inside(table, part) if reading.put(part, "number", _number(match[1])) else False

    return [(rf"bgp {_AS}(?: instance default)?", opened), *nodes.rules(said)]


def finish(reading: Gathering, *, speaks: bool, local: int) -> None:
    """Put the process together, after interfaces and static routes; list what does not come together.

    `speaks`: whether IPv4 unicast is spoken with a peer of which nothing says so; `local`: an aggregate's preference.
    """
    said = reading.parts["bgp"].get("")
    if said is not None:
        policies, peers = nodes.Policies(reading), reading.parts["bgp peer"]
        known_ = peering.Known(policies.maps.__contains__, policies.lists.__contains__, reading.own)
        taken = partial(peering.taken, reading, routes=reading.fields.get("routes", ()), maps=known_.maps)
        fields = {"external_distance": _PREFERENCE, "internal_distance": _PREFERENCE, "local_distance": local}
        process = attempt(
            Bgp,
            **fields | {name: said[name] for name in _PLAIN if name in said},
            requires_policy=False,
            compare_router_id=True,
            clusters_first=True,
            neighbors=[
                *peering.neighbors(reading, peers, _groups(reading), known_, speaks=speaks and "silent" not in said)
            ],
            networks=[*taken(reading.pending["bgp network"], everything=True)],
            aggregates=[*peering.aggregates(reading, reading.pending["bgp aggregate"], "parts")],
            redistribute=[*taken(reading.pending["bgp import"], everything="default" in said)],
            policies=policies.told(),
        )
        if process is None:
            reading.refuse_part(said)
        reading.fields["bgp"] = process
    nodes.finish(reading)


def _groups(reading: Gathering) -> dict[str, dict[str, Any]]:
    """Return what members of each group have; those of an internal one are of our own system."""
    number = reading.parts["bgp"][""]["number"]
    inside = {"internal": {"remote_as": number}}
    parts = reading.parts["bgp peer"].items()
    return {name: inside.get(part["group kind"], {}) | part for name, part in parts if "group kind" in part}
