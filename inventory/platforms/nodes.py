"""Prefix lists, community filters, AS path filters and the nodes of route policies, as VRP and Comware have them.

Only BGP uses them here. VRP and Comware say the same things in words of their own, which are tables here; both deny
what no node permits. Understood is what the model has a form for; a node that says anything else (access lists,
matches of interfaces or next hops, several names in one match, `continue`, `goto`) makes its policy none, and so does
a list that is not there: what a policy or list that nobody made means is not the same everywhere. Sources: the
vendors' command references, "Routing policy".
"""

import re
from dataclasses import dataclass
from typing import Any

from inventory.platforms.assembly import attempt
from inventory.platforms.blocks import Handler, Inside, Line, Table, known
from inventory.platforms.gathering import Gathering
from inventory.routeconfig import (
    CommunityList,
    CommunityRule,
    MapEntry,
    PathList,
    PathRule,
    PrefixList,
    PrefixRule,
    RouteMap,
    RoutePolicies,
)

_MARK = r"(?:\d{1,5}:\d{1,5}|\d{1,10}|no-export|no-advertise)"
_STEP = 10
_LISTS = ("prefix list", "community list", "path list")


@dataclass(frozen=True)
class Words:
    """What a platform says in its own way."""

    prefix_list: str
    """the words before a prefix list's name; then `if-match` for it, and at a peer"""
    match_prefixes: str
    peer_prefixes: str
    community_list: str
    match_community: str
    path_list: str
    match_path: str
    prepend: str
    """pattern of the line that puts numbers in front of a path"""


VRP = Words(
    prefix_list="ip ip-prefix", match_prefixes="if-match ip-prefix", peer_prefixes="ip-prefix",
    community_list="ip community-filter", match_community="if-match community-filter",
    path_list="ip as-path-filter", match_path="if-match as-path-filter", prepend=r"apply as-path ([\d ]+) additive",
)  # fmt: skip
COMWARE = Words(
    prefix_list="ip prefix-list", match_prefixes="if-match ip address prefix-list", peer_prefixes="prefix-list",
    community_list="ip community-list", match_community="if-match community",
    path_list="ip as-path", match_path="if-match as-path", prepend=r"apply as-path ([\d ]+)",
)  # fmt: skip


def rules(words: Words) -> list[tuple[str, Handler[Gathering]]]:
    """Return the lines of lists and policies at the top."""
    node: Table[Gathering] = Table([*_clauses(words), (r"description .*", known), (r".+", _strange)])

    def opened(reading: Gathering, line: Line, match: re.Match[str]) -> Inside:
        part = reading.part("policy node", (match[1], int(match[3])), line)
        part["same"] = part.setdefault("action", match[2]) == match[2]
        return Inside(node, part)

    length = r"(\d{1,2})(?: greater-equal (\d{1,2}))?(?: less-equal (\d{1,2}))?"
    marks = rf"({_MARK}(?: {_MARK})*)"
    return [
        (r"route-policy (\S+) (permit|deny) node (\d{1,5})", opened),
        (rf"{words.prefix_list} (\S+)(?: index (\d+))? (permit|deny) (\d+\.\S+) {length}", _prefixes),
        (rf"{words.community_list} (?:basic )?(\S+)(?: index \d+)? (permit|deny) {marks}", _communities),
        (rf"{words.path_list} (\S+)(?: index \d+)? (permit|deny) (\S.*)", _paths),
    ]


def _clauses(words: Words) -> list[tuple[str, Handler[Gathering]]]:
    return [
        (rf"{words.match_prefixes} (\S+)", _clause("matches", "prefix-list")),
        (rf"{words.match_community} (\S+(?: whole-match)?)", _clause("matches", "community")),
        (rf"{words.match_path} (\S+)", _clause("matches", "as-path")),
        (r"if-match cost (\d+)", _clause("matches", "metric")),
        (r"if-match tag (\d+)", _clause("matches", "tag")),
        (r"if-match local-preference (\d+)", _clause("matches", "local-preference")),
        (words.prepend, _clause("sets", "as-path prepend")),
        (r"apply local-preference (\d+)", _clause("sets", "local-preference")),
        (r"apply cost ([+-] ?\d+|\d+)", _clause("sets", "metric")),
        (r"apply preferred-value (\d+)", _clause("sets", "weight")),
        (r"apply origin (igp|incomplete)", _clause("sets", "origin")),
        (r"apply tag (\d+)", _clause("sets", "tag")),
        (rf"apply community (none|{_MARK}(?: {_MARK})*(?: additive)?)", _clause("sets", "community")),
        (r"apply ip-address next-hop (\d+\.\d+\.\d+\.\d+|peer-address)", _clause("sets", "next-hop")),
    ]


def _clause(field: str, kind: str) -> Handler[Gathering]:
    def handler(_reading: Gathering, line: Line, match: re.Match[str]) -> bool:
        line.scope["lines"].append(line)
        value = _marks(match[1]) if (field, kind) == ("sets", "community") else match[1].strip()
        value = value.replace(" ", "") if kind == "metric" else value.replace("whole-match", "exact-match")
        line.scope.setdefault(field, []).append((kind, value))
        return True

    return handler


def _strange(_reading: Gathering, line: Line, _match: re.Match[str]) -> bool:
    line.scope["strange"] = True
    return False


def _marks(text: str) -> str:
    """Return communities as `65001:1`."""
    return " ".join(f"{int(w) >> 16}:{int(w) & 65535}" if w.isdigit() else w for w in text.split())


def _prefixes(reading: Gathering, line: Line, match: re.Match[str]) -> bool:
    held = reading.part("prefix list", match[1], line).setdefault("rules", {})
    order = int(match[2]) if match[2] else _STEP + max(held, default=0)
    rule = attempt(
        PrefixRule, order=order, permit=match[3] == "permit", prefix=f"{match[4]}/{match[5]}",
        least=match[6], most=match[7],
    )  # fmt: skip
    return rule is not None and held.setdefault(order, rule) is rule


def _communities(reading: Gathering, line: Line, match: re.Match[str]) -> bool:
    rule = attempt(CommunityRule, permit=match[2] == "permit", communities=tuple(_marks(match[3]).split()))
    return _appended(reading.part("community list", match[1], line), rule)


def _paths(reading: Gathering, line: Line, match: re.Match[str]) -> bool:
    return _appended(
        reading.part("path list", match[1], line), attempt(PathRule, permit=match[2] == "permit", pattern=match[3])
    )


def _appended(part: dict[str, Any], rule: object) -> bool:
    part.setdefault("rules", []).append(rule)
    part["partial"] = part.get("partial", False) or rule is None
    return rule is not None


class Policies:
    """The lists and policies of a text; what is not wholly understood is not among them."""

    def __init__(self, reading: Gathering) -> None:
        self._reading = reading
        prefixes = {n: tuple(p["rules"].values()) for n, p in reading.parts["prefix list"].items() if p.get("rules")}
        self.lists = {n: one for n, held in prefixes.items() if (one := attempt(PrefixList, name=n, rules=held))}
        self._communities = self._whole("community list", CommunityList)
        self._paths = self._whole("path list", PathList)
        nodes: dict[str, list[MapEntry | None]] = {}
        for (name, number), part in sorted(reading.parts["policy node"].items()):
            nodes.setdefault(name, []).append(self._node(number, part))
        made = {n: attempt(RouteMap, name=n, entries=found) for n, found in nodes.items() if all(found)}
        self.maps = {name: one for name, one in made.items() if one is not None}

    def _whole(self, kind: str, model: Any) -> dict[str, Any]:
        parts = ((n, p) for n, p in self._reading.parts[kind].items() if p.get("rules") and not p.get("partial"))
        return {name: found for name, part in parts if (found := attempt(model, name=name, rules=part["rules"]))}

    def _node(self, number: int, part: dict[str, Any]) -> MapEntry | None:
        matches, sets = part.get("matches", []), part.get("sets", [])
        known_ = {"prefix-list": self.lists, "community": self._communities, "as-path": self._paths}
        there = all(kind not in known_ or value.split(" ")[0] in known_[kind] for kind, value in matches)
        once = all(len({kind for kind, _v in some}) == len(some) for some in (matches, sets))
        if "strange" in part or not part["same"] or not there or not once:
            return None
        return attempt(MapEntry, order=number, permit=part["action"] == "permit", matches=matches, sets=sets)

    def told(self) -> RoutePolicies:
        """Return all of them, and note that their lines are in the model."""
        held: dict[str, Any] = dict(zip(_LISTS, (self.lists, self._communities, self._paths), strict=True))
        for kind in _LISTS:
            for name, part in self._reading.parts[kind].items():
                part["used"] = name in held[kind]
        for (name, _number), part in self._reading.parts["policy node"].items():
            part["used"] = name in self.maps
        return RoutePolicies(
            maps=tuple(self.maps.values()), prefix_lists=tuple(self.lists.values()),
            community_lists=tuple(self._communities.values()), path_lists=tuple(self._paths.values()),
        )  # fmt: skip


def finish(reading: Gathering) -> None:
    """List the lists and policies that nobody uses, after BGP."""
    for kind in (*_LISTS, "policy node"):
        for part in reading.parts[kind].values():
            if not part.get("used"):
                reading.refuse_part(part)
