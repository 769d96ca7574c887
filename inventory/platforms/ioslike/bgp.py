"""BGP on Cisco IOS, IOS XE and Ruijie RGOS: the process, its peers and groups of peers, what it announces.

It is read, not written. Lines of IPv4 unicast stand in the process itself or in its address family; both are read, and
peer groups are read as what they say of each peer. Both systems need no policy for a peer outside, announce a network
only where there is a route to it, tell communities only where they are told to (`send-community`), and use one path
where nothing says more. Of paths that are alike the older is used, which nobody can know: `bgp bestpath
compare-routerid` decides. An aggregate is of origin IGP. Not understood, so listed: other families and VRFs,
confederations, sets of numbers in aggregates, `distribute-list`, `filter-list`, weights and limits of a peer,
`redistribute ospf` without external routes (the model takes all), a default route that is left out of what is taken in
without `default-information originate`, a peer's map that is not wholly understood and a list that is not there (a map
that is not there denies all on IOS; of RGOS nobody says). Paths of one neighbouring system are compared by MED among
themselves first, as `bgp deterministic-med` has it; RGOS is taken for what IOS does wherever its guide has the same
words, and was never tried. Sources: IOS command reference, "IP Routing: BGP"; RGOS configuration guide, "BGP".
"""

import re
from collections.abc import Callable
from functools import partial

from inventory.platforms import peering
from inventory.platforms.assembly import attempt
from inventory.platforms.blocks import Handler, Inside, Line, Table, known
from inventory.platforms.ioslike import route_policies, words
from inventory.platforms.ioslike.reading import Ios
from inventory.routeconfig import Bgp

_ADDRESS = r"\d+\.\d+\.\d+\.\d+"
_NAME = r"(?![\d:.]+$)[A-Za-z][\w.-]*"
_DIRECTED = {("route-map", "in"): "map_in", ("route-map", "out"): "map_out",
             ("prefix-list", "in"): "list_in", ("prefix-list", "out"): "list_out"}  # fmt: skip
_CLASSES = ((0, 8), (128, 16), (192, 24))
"""the first number of a network without a mask, and its length"""


def _field(field: str, value: Callable[[re.Match[str]], object] = lambda match: match[1]) -> Handler[Ios]:
    def handler(reading: Ios, line: Line, match: re.Match[str]) -> bool:
        return reading.put(line.scope, field, value(match))

    return handler


def _peer(field: str, value: Callable[[re.Match[str]], object] = lambda _match: True) -> Handler[Ios]:
    """Return the handler of a line about a peer or group, which is the pattern's first group."""

    def handler(reading: Ios, line: Line, match: re.Match[str]) -> bool:
        part = reading.part("bgp peer", match[1], line)
        return reading.put(part, field, (value(match), line) if field in peering.JUDGED else value(match))

    return handler


def _directed(reading: Ios, line: Line, match: re.Match[str]) -> bool:
    part = reading.part("bgp peer", match[1], line)
    return reading.put(part, _DIRECTED[match[2], match[4]], (match[3], line))


def _network(reading: Ios, line: Line, match: re.Match[str]) -> bool:
    first = int(match[1].split(".")[0])
    length = max((size for start, size in _CLASSES if start <= first), default=8)
    prefix = words.network(match[1], match[2] or str(length))
    reading.pending["bgp network"].append((line, (prefix, match[3] or "")))
    return prefix is not None


def _taken_in(reading: Ios, line: Line, match: re.Match[str]) -> bool:
    reading.pending["bgp redistribute"].append((line, (match[1].split(" ")[0], match[2] or "")))
    return True


def _aggregate(reading: Ios, line: Line, match: re.Match[str]) -> bool:
    prefix = words.network(match[1], match[2])
    reading.pending["bgp aggregate"].append((line, (prefix, match[3] is not None)))
    return prefix is not None


def _family(_reading: Ios, line: Line, _match: re.Match[str]) -> Inside:
    return Inside(_BGP, line.scope)


def _process(reading: Ios, line: Line, match: re.Match[str]) -> bool | Inside:
    part = reading.part("bgp", "", line)
    return Inside(_BGP, part) if reading.put(part, "number", match[1]) else False


_WHO = rf"neighbor ({_ADDRESS}|{_NAME})"
_BGP: Table[Ios] = Table(
    [
        (r"address-family ipv4(?: unicast)?", _family),
        (rf"bgp router-id ({_ADDRESS})", _field("router_id")),
        (r"(no )?bgp default ipv4-unicast", _field("silent", lambda m: m[1] is not None)),
        (r"bgp bestpath as-path multipath-relax", _field("relaxed", lambda _m: True)),
        (r"default-information originate", _field("default", lambda _m: True)),
        (r"bgp bestpath compare-routerid", _field("compare_router_id", lambda _m: True)),
        (r"bgp always-compare-med", _field("compare_med", lambda _m: True)),
        (r"maximum-paths (?:ebgp )?(\d+)", _field("several")),
        (r"maximum-paths ibgp (\d+)", _field("several_inside")),
        (rf"network ({_ADDRESS})(?: mask (\S+))?(?: route-map (\S+))?", _network),
        (
            r"redistribute (connected|static|ospf \d+ match internal external 1 external 2)(?: route-map (\S+))?",
            _taken_in,
        ),
        (rf"aggregate-address ({_ADDRESS}) ({_ADDRESS})( summary-only)?", _aggregate),
        (rf"{_WHO} remote-as (\d+)", _peer("remote_as", lambda m: m[2])),
        (rf"neighbor ({_NAME}) peer-group", _peer("is group")),
        (rf"{_WHO} peer-group ({_NAME})", _peer("group", lambda m: m[2])),
        (rf"{_WHO} (route-map|prefix-list) (\S+) (in|out)", _directed),
        (rf"{_WHO} update-source ({words.REFERENCE})", _peer("source", lambda m: m[2])),
        (rf"{_WHO} next-hop-self", _peer("next_hop_self")),
        (rf"{_WHO} next-hop-self all", _peer("next_hop_forced")),
        (rf"{_WHO} (?:ebgp-multihop(?: \d+)?|disable-connected-check)", _peer("multihop")),
        (rf"{_WHO} route-reflector-client", _peer("client")),
        (rf"{_WHO} send-community(?: standard| both)?", _peer("communities")),
        (rf"{_WHO} password (?:\d )?(\S+)", _peer("key", lambda m: m[2])),
        (rf"{_WHO} shutdown", _peer("active", lambda _m: False)),
        (rf"{_WHO} activate", _peer("spoken", lambda _m: True)),
        (rf"no {_WHO} activate", _peer("spoken", lambda _m: False)),
        (
            rf"{_WHO} (?:description|timers|version 4|soft-reconfiguration inbound|advertisement-interval|fall-over"
            r"|send-community extended|transport path-mtu-discovery)(?: .*)?",
            known,
        ),
        (
            r"(?:bgp (?:log-neighbor-changes|deterministic-med)|no (?:auto-summary|synchronization)|timers bgp .*)",
            known,
        ),
    ]
)
RULES: list[tuple[str, Handler[Ios]]] = [(r"router bgp (\d+)", _process), *route_policies.RULES]


def finish(reading: Ios, *, missing_denies: bool) -> None:
    """Put the process together, after interfaces and static routes; list what does not come together.

    `missing_denies`: whether it is known that a map that is not there denies all.
    """
    said = reading.parts["bgp"].get("")
    if said is not None:
        policies, peers = route_policies.Policies(reading, missing_denies=missing_denies), reading.parts["bgp peer"]
        means = partial(policies.means, a_map=True), partial(policies.means, a_map=False)
        known_ = peering.Known(*means, lambda name: reading.own(reading.name(name)))
        taken = partial(peering.taken, reading, routes=reading.fields.get("routes", ()), maps=known_.maps)
        groups = {name: part for name, part in peers.items() if "is group" in part}
        fields = {name: said[name] for name in _PLAIN if name in said}
        process = attempt(
            Bgp,
            **fields,
            requires_policy=False,
            neighbors=[*peering.neighbors(reading, peers, groups, known_, speaks=not said.get("silent", False))],
            networks=[*taken(reading.pending["bgp network"], everything=True)],
            aggregates=[*peering.aggregates(reading, reading.pending["bgp aggregate"], "igp")],
            redistribute=[*taken(reading.pending["bgp redistribute"], everything="default" in said)],
            policies=policies.told(),
        )
        if process is None:
            reading.refuse_part(said)
        reading.fields["bgp"] = process
    route_policies.finish(reading)


_PLAIN = ("number", "router_id", "relaxed", "compare_router_id", "compare_med", "several", "several_inside")
