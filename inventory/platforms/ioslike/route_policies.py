"""Prefix lists, community lists, lists of AS paths and the entries of route maps that BGP uses, as IOS has them.

A route map is one of policy routing or of BGP by who names it; `policy_routing` gathers its entries and lists those
that nobody uses. An access list in a map means prefixes: an extended entry of one source and one destination host
is a network and its mask, `any any` every prefix (IOS, "IP Routing: BGP", route maps); other entries have no form in
the model. Old community numbers are two halves. Not understood, and so no part of a map: `continue` (IOS permits where
an entry gone on to does not fit, the model denies), several names in one match, expanded community lists, matches of
interfaces and next hops, and maps that name a list that is not there. Source: IOS command reference, "IP Routing: BGP".
"""

import re
from ipaddress import IPv4Network
from typing import Any

from inventory.platforms import route_lists
from inventory.platforms.assembly import attempt
from inventory.platforms.blocks import Handler, Line
from inventory.platforms.ioslike import acl, words
from inventory.platforms.ioslike.reading import Ios
from inventory.platforms.route_lists import MARK, Lists, appended, marks
from inventory.routeconfig import CommunityRule, MapEntry, PathRule, PrefixList, PrefixRule, RouteMap, RoutePolicies

_STEP = 5


def _match(kind: str) -> Handler[Ios]:
    def handler(_reading: Ios, line: Line, match: re.Match[str]) -> bool:
        line.scope["lines"].append(line)
        line.scope.setdefault("matches", []).append((kind, match[1]))
        return True

    return handler


def _sets(kind: str) -> Handler[Ios]:
    def handler(_reading: Ios, line: Line, match: re.Match[str]) -> bool:
        line.scope["lines"].append(line)
        value = marks(match[1]) if kind == "community" else match[1].strip()
        line.scope.setdefault("sets", []).append((kind, value))
        return True

    return handler


def strange(_reading: Ios, line: Line, _match: re.Match[str]) -> bool:
    """Note that an entry says more than is understood."""
    line.scope["strange"] = True
    return False


CLAUSES: list[tuple[str, Handler[Ios]]] = [
    (r"match ip address prefix-list (\S+)", _match("prefix-list")),
    (r"match community (\S+(?: exact-match)?)", _match("community")),
    (r"match as-path (\d{1,3})", _match("as-path")),
    (r"match tag (\d+)", _match("tag")),
    (r"match metric (\d+)", _match("metric")),
    (r"match local-preference (\d+)", _match("local-preference")),
    (r"set as-path prepend ([\d ]+|last-as \d+)", _sets("as-path prepend")),
    (r"set metric ([+-]?\d+)", _sets("metric")),
    (r"set local-preference (\d+)", _sets("local-preference")),
    (r"set weight (\d+)", _sets("weight")),
    (r"set tag (\d+)", _sets("tag")),
    (r"set origin (igp|incomplete)", _sets("origin")),
    (rf"set community (none|{MARK}(?: {MARK})*(?: additive)?)", _sets("community")),
    (r"set ip next-hop (peer-address)", _sets("next-hop")),
]
"""lines of a map's entry that policy routing does not have"""


def _prefixes(reading: Ios, line: Line, match: re.Match[str]) -> bool:
    rules = reading.part("prefix list", match[1], line).setdefault("rules", {})
    order = int(match[2]) if match[2] else _STEP + max(rules, default=0)
    rule = attempt(PrefixRule, order=order, permit=match[3] == "permit", prefix=match[4], least=match[5], most=match[6])
    return rule is not None and rules.setdefault(order, rule) is rule


def _numbered(kind: str, model: type[CommunityRule] | type[PathRule], field: str) -> Handler[Ios]:
    def handler(reading: Ios, line: Line, match: re.Match[str]) -> bool:
        value = tuple(marks(match[3]).split()) if field == "communities" else match[3]
        rule = attempt(model, permit=match[2] == "permit", **{field: value})
        return appended(reading.part(kind, match[1], line), rule)

    return handler


def _told(kind: str) -> Handler[Ios]:
    def handler(reading: Ios, line: Line, match: re.Match[str]) -> bool:
        reading.part(kind, match[1], line)
        return True

    return handler


_COMMUNITIES = _numbered("community list", CommunityRule, "communities")
RULES: list[tuple[str, Handler[Ios]]] = [
    (r"ip prefix-list (\S+)(?: seq (\d+))? (permit|deny) (\d\S+)(?: ge (\d+))?(?: le (\d+))?", _prefixes),
    (r"ip prefix-list (\S+) description .*", _told("prefix list")),
    (rf"ip community-list (\d{{1,2}}) (permit|deny) ({MARK}(?: {MARK})*)", _COMMUNITIES),
    (rf"ip community-list standard (\S+) (permit|deny) ({MARK}(?: {MARK})*)", _COMMUNITIES),
    (r"ip as-path access-list (\d{1,3}) (permit|deny) (\S.*)", _numbered("path list", PathRule, "pattern")),
    (r"ip bgp-community new-format", lambda _r, _l, _m: True),
]


class Policies(Lists):
    """The lists and maps of a text; what is not wholly understood is not among them."""

    def __init__(self, reading: Ios, *, missing_denies: bool) -> None:
        """`missing_denies`: whether it is known that a map that is not there denies all."""
        super().__init__(reading)
        self._missing_denies, self._ios = missing_denies, reading
        self._entries: dict[str, list[tuple[int, dict[str, Any]]]] = {}
        for (name, number), part in sorted(reading.parts["route map"].items()):
            self._entries.setdefault(name, []).append((number, part))
        made = {name: self._map(name, parts) for name, parts in self._entries.items()}
        self.maps = {name: one for name, one in made.items() if one is not None}

    def _map(self, name: str, parts: list[tuple[int, dict[str, Any]]]) -> RouteMap | None:
        entries = [self._entry(number, part) for number, part in parts]
        return attempt(RouteMap, name=name, entries=entries) if all(entries) else None

    def _entry(self, number: int, part: dict[str, Any]) -> MapEntry | None:
        matches, sets = list(part.get("matches", ())), list(part.get("sets", ()))
        if "list" in part:
            matches.append(("prefix-list", self._by_access_list(part["list"])))
        if "hop" in part:
            sets.append(("next-hop", part["hop"]))
        return self.entry(number, part, matches, sets)

    def _by_access_list(self, name: str) -> str:
        """Return the name of the prefix list that an access list stands for; one that nobody has if for none."""
        called = f"acl-{name}"
        given = acl.entries(self._ios, name)
        rules = [_as_prefixes(5 * n, entry) for n, entry in enumerate(given or (), 1)]
        if rules and all(rules) and (found := attempt(PrefixList, name=called, rules=rules)):
            self.lists[called] = found
        return called

    def means(self, name: str, *, a_map: bool) -> bool:
        """Whether it is known what a name means at a peer: a map or list of ours, or on IOS a map that nobody made.

        IOS XE denies all by a map that is not there (batfish's lab-validation, `iosxe_undefined_route_map`), as the
        model does; of a list, and of RGOS, nothing is recorded.
        """
        missing = self._missing_denies and name not in self._entries
        return (name in self.maps or missing) if a_map else name in self.lists

    def told(self) -> RoutePolicies:
        """Return all of them, and note that their lines are in the model."""
        for name in self.maps:
            for _number, part in self._entries[name]:
                part["used"] = True
                if "list" in part:
                    acl.use(self._ios, part["list"])
        return super().told()


def _as_prefixes(order: int, entry: acl.Entry) -> PrefixRule | None:
    """Return what an entry of an access list says of prefixes; None where the model has no form for it."""
    plain = entry.protocol is None and not (entry.established or entry.echo)
    if not plain or entry.from_ports != ((),) or entry.to_ports != ((),):
        return None
    permit = entry.action == "accept"
    if (entry.source, entry.destination) == (acl.ANY, acl.ANY):
        return attempt(PrefixRule, order=order, permit=permit, prefix="0.0.0.0/0", most=32)
    if entry.source.prefixlen == 32 and entry.destination.prefixlen == 32:
        length = words.length(str(entry.destination.network_address))
        prefix = attempt(PrefixRule, order=order, permit=permit, prefix=f"{entry.source.network_address}/{length}")
        return prefix if length is not None and isinstance(getattr(prefix, "prefix", None), IPv4Network) else None
    return None


def finish(reading: Ios) -> None:
    """List the lists that nobody uses, after BGP."""
    route_lists.unused(reading, *route_lists.LISTS)
