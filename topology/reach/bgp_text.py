"""Reads `router bgp` and the policies from FRR's text into `topology.reach.bgp.Bgp`.

Takes the lines as `inventory.platforms.linux.frr_tree.read` yields them. Every line of these that is not understood is
given back, so nobody takes half a policy for the whole.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address, IPv4Network
from typing import Any

from inventory.platforms.linux.frr_tree import Line
from topology.reach.bgp import Bgp, Neighbor
from topology.reach.bgp_policy import Entry, Listed, Policies

ROUTER = re.compile(r"router bgp (\d+)(?: view \S+)?")
_MAP = re.compile(r"route-map (\S+) (permit|deny) (\d+)")
_FAMILY = re.compile(r"address-family (.+)")
_OURS = ("ipv4 unicast", "ipv4")
_LIST = re.compile(r"ip prefix-list (\S+)(?: seq (\d+))? (permit|deny) (\S+)(?: ge (\d+))?(?: le (\d+))?")
_COMMUNITIES = re.compile(
    r"(?:ip|bgp) community-list (?:standard )?(\S+)(?: seq \d+)? (permit|deny) "
    r"((?:\d+:\d+|no-\S+|internet|local-AS| )+)"
)
_AS_PATHS = re.compile(r"(?:ip|bgp) as-path access-list (\S+)(?: seq \d+)? (permit|deny) (.+)")
_HARMLESS = (
    r"exit-address-family|no auto-summary|no synchronization|bgp log-neighbor-changes|neighbor \S+ description .*|"
    r"neighbor \S+ soft-reconfiguration inbound|neighbor \S+ send-community.*|neighbor \S+ timers .*|"
    r"neighbor \S+ advertisement-interval .*|neighbor \S+ password .*|neighbor \S+ bfd.*|timers bgp .*|"
    r"neighbor \S+ capability .*|bgp bestpath compare-routerid|no bgp default ipv4-unicast|"
    r"neighbor \S+ update-source \S+|bgp router-id \S+|description .*|bgp default ipv4-unicast"
)
"""lines that change no route that we compute; update-source only helps the session that both ends name"""


@dataclass
class _Draft:
    number: int = 0
    fields: dict[str, Any] = field(default_factory=dict)
    neighbors: defaultdict[str, dict[str, Any]] = field(default_factory=lambda: defaultdict(dict))
    networks: list[tuple[IPv4Network, str]] = field(default_factory=list)
    redistribute: list[tuple[str, str]] = field(default_factory=list)
    maps: defaultdict[str, list[Entry]] = field(default_factory=lambda: defaultdict(list))
    lists: defaultdict[str, list[Listed]] = field(default_factory=lambda: defaultdict(list))
    communities: defaultdict[str, list[tuple[bool, frozenset[str]]]] = field(default_factory=lambda: defaultdict(list))
    paths: defaultdict[str, list[tuple[bool, str]]] = field(default_factory=lambda: defaultdict(list))
    default_active: bool = True
    family: str = _OURS[0]


def read(lines: Iterable[Line], *, requires_policy: bool = False) -> tuple[Bgp | None, tuple[Line, ...]]:
    """Return the process (None if there is none) and the lines about BGP and policies that were not understood.

    `requires_policy` is the version's default of `bgp ebgp-requires-policy`: on from FRR 7.4 unless `frr defaults
    datacenter`; the text does not say it where it is so.
    """
    draft, strange, last = _Draft(fields={"requires_policy": requires_policy}), list[Line](), ""
    for line in lines:
        if not _take(draft, line, new=line.context != last):
            strange.append(line)
        last = line.context
    return (_finished(draft) if draft.number else None), tuple(strange)


def _take(draft: _Draft, line: Line, *, new: bool) -> bool:
    """Return whether a line was understood or is none of ours."""
    if match := ROUTER.fullmatch(line.context):
        draft.number, draft.family = int(match[1]), _OURS[0] if new else draft.family
        return not line.text or _process(draft, line.text)
    if match := _FAMILY.fullmatch(line.context):
        draft.family = match[1]
        return not line.text or _process(draft, line.text)
    if match := _MAP.fullmatch(line.context):
        return _entry(draft, match, line.text, new=new)
    if line.context.startswith("router bgp"):
        return False
    ours = not line.context and re.match(r"(ip|bgp) (prefix-list|community-list|as-path)", line.text)
    return not ours or _top(draft, line.text)


def _finished(draft: _Draft) -> Bgp:
    policies = Policies(
        {n: tuple(e) for n, e in draft.maps.items()},
        {n: tuple(e) for n, e in draft.lists.items()},
        {n: tuple(e) for n, e in draft.communities.items()},
        {n: tuple(e) for n, e in draft.paths.items()},
    )
    neighbors = []
    for name, own in draft.neighbors.items():
        fields = draft.neighbors.get(own.get("group", ""), {}) | own if own.get("group") else own
        kept = {k: v for k, v in fields.items() if k != "group"}
        if "." in name and "remote_as" in kept:
            number = kept.pop("remote_as")
            active = kept.pop("active", draft.default_active)
            remote = draft.number if number == "internal" else int(number)
            neighbors.append(Neighbor(IPv4Address(name), remote, active=active, **kept))
    networks, redistribute = tuple(draft.networks), tuple(draft.redistribute)
    process = Bgp(draft.number, neighbors=tuple(neighbors), networks=networks, redistribute=redistribute)
    return replace(process, policies=policies, **draft.fields)


def _process(draft: _Draft, text: str) -> bool:
    """Take a line of the process; those of other families than IPv4 unicast change none of our routes."""
    if match := _FAMILY.fullmatch(text):
        draft.family = match[1]
    if match or draft.family not in _OURS:
        return True
    if match := re.fullmatch(r"bgp router-id (\S+)", text):
        draft.fields["router_id"] = IPv4Address(match[1])
        return True
    if text == "no bgp default ipv4-unicast":
        draft.default_active = False
        return True
    for pattern, handler in _PROCESS.items():
        if match := re.fullmatch(pattern, text):
            handler(draft, match)
            return True
    return re.fullmatch(_HARMLESS, text) is not None


def _peer(name: str, value: Callable[[re.Match[str]], Any]) -> Callable[[_Draft, re.Match[str]], None]:
    def handler(draft: _Draft, match: re.Match[str]) -> None:
        draft.neighbors[match[1]][name] = value(match)

    return handler


def _map(draft: _Draft, match: re.Match[str]) -> None:
    draft.neighbors[match[1]][f"map_{match[3]}"] = match[2]


def _list(draft: _Draft, match: re.Match[str]) -> None:
    draft.neighbors[match[1]][f"list_{match[3]}"] = match[2]


def _network(draft: _Draft, match: re.Match[str]) -> None:
    draft.networks.append((IPv4Network(match[1]), match[2] or ""))


def _redistribute(draft: _Draft, match: re.Match[str]) -> None:
    draft.redistribute.append((match[1], match[2] or ""))


def _field(name: str, value: Callable[[re.Match[str]], Any]) -> Callable[[_Draft, re.Match[str]], None]:
    def handler(draft: _Draft, match: re.Match[str]) -> None:
        draft.fields[name] = value(match)

    return handler


_PROCESS: dict[str, Callable[[_Draft, re.Match[str]], None]] = {
    r"neighbor (\S+) remote-as (\d+|internal)": _peer("remote_as", lambda m: m[2]),
    r"neighbor (\d\S+) peer-group (\S+)": _peer("group", lambda m: m[2]),
    r"neighbor (\S+) peer-group": lambda _d, _m: None,
    r"neighbor (\S+) route-map (\S+) (in|out)": _map,
    r"neighbor (\S+) prefix-list (\S+) (in|out)": _list,
    r"neighbor (\S+) next-hop-self": _peer("next_hop_self", lambda _m: True),
    r"neighbor (\S+) next-hop-self (?:force|all)": _peer("next_hop_forced", lambda _m: True),
    r"neighbor (\S+) ebgp-multihop(?: \d+)?": _peer("multihop", lambda _m: True),
    r"neighbor (\S+) disable-connected-check": _peer("multihop", lambda _m: True),
    r"neighbor (\S+) route-reflector-client": _peer("client", lambda _m: True),
    r"neighbor (\S+) activate": _peer("active", lambda _m: True),
    r"neighbor (\S+) shutdown": _peer("active", lambda _m: False),
    r"no neighbor (\S+) activate": _peer("active", lambda _m: False),
    r"network (\S+)(?: route-map (\S+))?": _network,
    r"redistribute (connected|static|ospf)(?: route-map (\S+))?": _redistribute,
    r"maximum-paths (\d+)": _field("several", lambda m: int(m[1])),
    r"maximum-paths ibgp (\d+)": _field("several_inside", lambda m: int(m[1])),
    r"bgp bestpath as-path multipath-relax": _field("relaxed", lambda _m: True),
    r"bgp always-compare-med": _field("compare_med", lambda _m: True),
    r"(no )?bgp ebgp-requires-policy": _field("requires_policy", lambda m: m[1] is None),
    r"(no )?bgp network import-check": _field("import_check", lambda m: m[1] is None),
}


def _entry(draft: _Draft, match: re.Match[str], text: str, *, new: bool) -> bool:
    entries = draft.maps[match[1]]
    if new or not entries:
        entries.append(Entry(int(match[3]), match[2] == "permit"))
    changed = _clause(entries[-1], text) if text else entries[-1]
    if changed is not None:
        entries[-1] = changed
    return changed is not None


def _clause(entry: Entry, text: str) -> Entry | None:
    """Return an entry with one clause more; None for one that is not understood."""
    if match := re.fullmatch(r"match ip address prefix-list (\S+)", text):
        return replace(entry, matches=(*entry.matches, ("prefix-list", match[1])))
    if match := re.fullmatch(r"match (community|as-path|tag|metric|local-preference) (\S+(?: exact-match)?)", text):
        return replace(entry, matches=(*entry.matches, (match[1], match[2])))
    if match := re.fullmatch(r"set (as-path prepend) ([\d ]+|last-as \d+)", text):
        return replace(entry, sets=(*entry.sets, (match[1], match[2])))
    if match := re.fullmatch(r"set (metric|local-preference|weight|tag|origin) ([+-]?\d+|igp|egp|incomplete)", text):
        return replace(entry, sets=(*entry.sets, (match[1], match[2])))
    if match := re.fullmatch(r"set (community) (\S.*)", text):
        return replace(entry, sets=(*entry.sets, (match[1], match[2])))
    if match := re.fullmatch(r"set ip (next-hop) (\d\S+)", text):
        return replace(entry, sets=(*entry.sets, (match[1], match[2])))
    if match := re.fullmatch(r"on-match (next|goto (\d+))", text):
        return replace(entry, goes_on=int(match[2]) if match[2] else entry.order + 1)
    return entry if text.startswith("description ") else None


def _top(draft: _Draft, text: str) -> bool:
    if match := _LIST.fullmatch(text):
        entries = draft.lists[match[1]]
        prefix = IPv4Network("0.0.0.0/0" if match[4] == "any" else match[4])
        most = 32 if match[4] == "any" else int(match[6]) if match[6] else None
        least = int(match[5]) if match[5] else None
        order = int(match[2]) if match[2] else 5 + max((e.order for e in entries), default=0)
        entries.append(Listed(order, match[3] == "permit", prefix, least, most))
        return True
    if match := _COMMUNITIES.fullmatch(text):
        draft.communities[match[1]].append((match[2] == "permit", frozenset(match[3].split())))
        return True
    if match := _AS_PATHS.fullmatch(text):
        draft.paths[match[1]].append((match[2] == "permit", match[3]))
        return True
    return False
