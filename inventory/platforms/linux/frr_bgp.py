"""BGP and its policies as bgpd reads them, and back.

The lines of IPv4 unicast stand in the process itself, where FRR takes them as well as in its address family; both are
read. Peer groups are read as what they say of each peer. Lines that change no route (timers, descriptions) are known;
any other line, another address family, another view are unparsed, and so are lists and maps without a process, which
mean nothing. Names, numbers and defaults are FRR 8.4's (docs.frrouting.org, "BGP", "Route Maps", "Filtering").
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from inventory.platforms.linux.draft import Draft
from inventory.platforms.linux.frr_policies import PolicyReading, policy_lines
from inventory.platforms.linux.frr_tree import BGPD, Line, Tree, add
from inventory.platforms.linux.text import attempt
from inventory.routeconfig import Aggregate, Bgp, Neighbor

TIMERS = "timers bgp 4 12"
"""keepalive and hold time, seconds: a dead peer is given up about as fast as OSPF does it"""
_ROUTER = re.compile(r"router bgp (\d+)")
_HARMLESS = re.compile(
    r"no auto-summary|no synchronization|bgp log-neighbor-changes|neighbor \S+ (description|timers|capability) .*|"
    r"neighbor \S+ (soft-reconfiguration inbound|send-community.*|advertisement-interval .*|bfd.*)|timers bgp .*|"
    r"bgp default ipv4-unicast|neighbor \S+ activate"
)
"""lines that change no route of ours"""


def to_tree(bgp: Bgp, tree: Tree) -> None:
    """Add the lines of a process and of its policies."""
    add(tree, "", *policy_lines(bgp.policies, tree))
    add(tree, f"router bgp {bgp.number}", TIMERS, *_process(bgp))


def _process(bgp: Bgp) -> Iterator[str]:
    if bgp.router_id is not None:
        yield f"bgp router-id {bgp.router_id}"
    flags = {
        "no bgp ebgp-requires-policy": not bgp.requires_policy,
        "no bgp network import-check": not bgp.import_check,
        "bgp bestpath as-path multipath-relax": bgp.relaxed,
        "bgp bestpath compare-routerid": bgp.compare_router_id,
        "bgp always-compare-med": bgp.compare_med,
        f"maximum-paths {bgp.several}": True,
        f"maximum-paths ibgp {bgp.several_inside}": True,
    }
    yield from (line for line, wanted in flags.items() if wanted)
    yield from (f"network {prefix}{_mapped(name)}" for prefix, name in bgp.networks)
    yield from (f"aggregate-address {one.prefix}{' summary-only' if one.only else ''}" for one in bgp.aggregates)
    yield from (f"redistribute {source}{_mapped(name)}" for source, name in bgp.redistribute)
    for peer in bgp.neighbors:
        yield from (f"neighbor {peer.address} {line}" for line in _neighbor(peer))


def _mapped(name: str) -> str:
    return f" route-map {name}" if name else ""


def _neighbor(peer: Neighbor) -> Iterator[str]:
    yield f"remote-as {peer.remote_as}"
    lines = {
        f"update-source {peer.source}": peer.source is not None,
        "ebgp-multihop 255": peer.multihop,
        "next-hop-self": peer.next_hop_self,
        "next-hop-self force": peer.next_hop_forced,
        "route-reflector-client": peer.client,
        "shutdown": not peer.active,
        f"route-map {peer.map_in} in": peer.map_in,
        f"route-map {peer.map_out} out": peer.map_out,
        f"prefix-list {peer.list_in} in": peer.list_in,
        f"prefix-list {peer.list_out} out": peer.list_out,
    }
    yield from (line for line, wanted in lines.items() if wanted)


def own_next_hop(bgp: Bgp) -> str:
    """Return the first map that sets a next hop on what the router announces itself; '' if there is none.

    What FRR makes of that is not what the model says, so nobody is told it and it is not read.
    """
    used = {name for _what, name in (*bgp.networks, *bgp.redistribute)}
    setting = (m for m in bgp.policies.maps if any(kind == "next-hop" for e in m.entries for kind, _value in e.sets))
    return next((one.name for one in setting if one.name in used), "")


class BgpReading:
    """Takes lines one by one; `finish` puts them together."""

    def __init__(self) -> None:
        self.fields: dict[str, Any] = {}
        self.neighbors: defaultdict[str, dict[str, Any]] = defaultdict(dict)
        self.silent = False
        """whether peers speak IPv4 only where they are told to"""
        self.spoken: dict[str, bool] = {}
        self.policies = PolicyReading()

    def takes(self, line: Line) -> bool:
        """Return whether a line is about BGP or its policies at all."""
        return line.context.startswith(("router bgp", "route-map ")) or self.policies.takes(line)

    def take(self, line: Line) -> bool:
        """Return whether a line is understood."""
        if not line.context.startswith("router bgp"):
            return self.policies.take(line)
        match = _ROUTER.fullmatch(line.context)
        if match is None or self.fields.setdefault("number", match[1]) != match[1]:
            return False
        return not line.text or self._process(line.text)

    def _process(self, text: str) -> bool:
        if match := re.fullmatch(r"(no )?neighbor (\S+) activate", text):
            self.spoken[match[2]] = match[1] is None
            return True
        for pattern, handler in _PROCESS.items():
            if match := re.fullmatch(pattern, text):
                return handler(self, match)
        return _HARMLESS.fullmatch(text) is not None

    def finish(self, draft: Draft) -> None:
        """Put the process into the draft; what does not fit is unparsed."""
        if "number" not in self.fields:
            for line in self.policies.lines:
                draft.refuse(BGPD, line.number, f"{line.context} {line.text}".strip())
            return
        neighbors = [*self._neighbors(draft)]
        fields = self.fields | {"neighbors": neighbors, "policies": self.policies.finish(draft)}
        process = attempt(Bgp, **fields)
        if process is None:
            draft.refuse(BGPD, 0, f"router bgp: {sorted(self.fields)}")
        elif name := own_next_hop(process):
            draft.refuse(BGPD, 0, f"route-map {name}: set ip next-hop")
        else:
            draft.fields["bgp"] = process

    def _neighbors(self, draft: Draft) -> Iterator[Neighbor]:
        groups = {own["group"] for own in self.neighbors.values() if own.get("group")}
        groups |= {name for name, own in self.neighbors.items() if own.get("is group")}
        for name, own in self.neighbors.items():
            if name in groups:
                continue
            fields = {**self.neighbors.get(own.get("group", ""), {}), **own}
            fields.pop("group", None)
            fields.pop("is group", None)
            speaks = self.spoken.get(name, self.spoken.get(own.get("group", ""), not self.silent))
            fields["active"] = speaks and fields.get("active", True)
            if fields.get("remote_as") == "internal":
                fields["remote_as"] = self.fields["number"]
            found = attempt(Neighbor, address=name, **fields)
            if found is None:
                draft.refuse(BGPD, 0, f"neighbor {name}: {sorted(fields)}")
            else:
                yield found


_Handler = Callable[[BgpReading, re.Match[str]], bool]


def _once(into: dict[str, Any], name: str, value: Any) -> bool:
    """Set a value; a second one that contradicts it is not understood."""
    return bool(into.setdefault(name, value) == value)


def _peer(name: str, value: Callable[[re.Match[str]], Any]) -> _Handler:
    return lambda reading, match: _once(reading.neighbors[match[1]], name, value(match))


def _directed(reading: BgpReading, match: re.Match[str]) -> bool:
    kind = "map" if match[2] == "route-map" else "list"
    return _once(reading.neighbors[match[1]], f"{kind}_{match[4]}", match[3])


def _field(name: str, value: Callable[[re.Match[str]], Any]) -> _Handler:
    return lambda reading, match: _once(reading.fields, name, value(match))


def _added(name: str) -> _Handler:
    def handler(reading: BgpReading, match: re.Match[str]) -> bool:
        held = reading.fields.get(name, ())
        reading.fields[name] = (*held, (match[1], match[2] or ""))
        return all(one[0] != match[1] for one in held)

    return handler


def _aggregate(reading: BgpReading, match: re.Match[str]) -> bool:
    one, held = attempt(Aggregate, prefix=match[1], only=match[2] is not None), reading.fields.get("aggregates", ())
    reading.fields["aggregates"] = (*held, one)
    return one is not None and all(one.prefix != other.prefix for other in held)


def _silent(reading: BgpReading, _match: re.Match[str]) -> bool:
    reading.silent = True
    return True


_PROCESS: dict[str, _Handler] = {
    r"bgp router-id (\d\S+)": _field("router_id", lambda m: m[1]),
    r"no bgp default ipv4-unicast": _silent,
    r"neighbor (\S+) remote-as (\d+|internal)": _peer("remote_as", lambda m: m[2]),
    r"neighbor (\d\S+) peer-group (\S+)": _peer("group", lambda m: m[2]),
    r"neighbor ([A-Za-z]\S*) peer-group": _peer("is group", lambda _m: True),
    r"neighbor (\S+) (route-map|prefix-list) (\S+) (in|out)": _directed,
    r"neighbor (\S+) next-hop-self": _peer("next_hop_self", lambda _m: True),
    r"neighbor (\S+) next-hop-self (?:force|all)": _peer("next_hop_forced", lambda _m: True),
    r"neighbor (\S+) ebgp-multihop(?: 255)?": _peer("multihop", lambda _m: True),
    r"neighbor (\S+) disable-connected-check": _peer("multihop", lambda _m: True),
    r"neighbor (\S+) route-reflector-client": _peer("client", lambda _m: True),
    r"neighbor (\S+) update-source (\d\S+)": _peer("source", lambda m: m[2]),
    r"neighbor (\S+) password (\S+)": _peer("key", lambda m: m[2]),
    r"neighbor (\S+) shutdown": _peer("active", lambda _m: False),
    r"network (\d\S+)(?: route-map (\S+))?": _added("networks"),
    r"aggregate-address (\d\S+/\d+)( summary-only)?": _aggregate,
    r"redistribute (connected|static|ospf)(?: route-map (\S+))?": _added("redistribute"),
    r"maximum-paths (\d+)": _field("several", lambda m: int(m[1])),
    r"maximum-paths ibgp (\d+)": _field("several_inside", lambda m: int(m[1])),
    r"bgp bestpath as-path multipath-relax": _field("relaxed", lambda _m: True),
    r"bgp bestpath compare-routerid": _field("compare_router_id", lambda _m: True),
    r"bgp always-compare-med": _field("compare_med", lambda _m: True),
    r"(no )?bgp ebgp-requires-policy": _field("requires_policy", lambda m: m[1] is None),
    r"(no )?bgp network import-check": _field("import_check", lambda m: m[1] is None),
}
