"""Prefix lists, community filters, AS path filters and the nodes of route policies, as VRP and Comware have them.

Only BGP uses them here. VRP and Comware say the same things in words of their own, which are tables here; both deny
what no node permits. Understood is what the model has a form for; a node that says anything else (access lists,
matches of interfaces or next hops, several names in one match, `continue`, `goto`) makes its policy none, and so does
a list that is not there: what a policy or list that nobody made means is not the same everywhere. Sources: the
vendors' command references, "Routing policy".
"""

import re
from dataclasses import dataclass

from inventory.platforms import route_lists
from inventory.platforms.assembly import attempt
from inventory.platforms.blocks import Handler, Inside, Line, Table, known
from inventory.platforms.gathering import Gathering
from inventory.platforms.route_lists import MARK, Lists, appended, marks
from inventory.routeconfig import CommunityRule, MapEntry, PathRule, PrefixRule, RouteMap, RoutePolicies

_STEP = 10


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
    several = rf"({MARK}(?: {MARK})*)"
    return [
        (r"route-policy (\S+) (permit|deny) node (\d{1,5})", opened),
        (rf"{words.prefix_list} (\S+)(?: index (\d+))? (permit|deny) (\d+\.\S+) {length}", _prefixes),
        (rf"{words.community_list} (?:basic )?(\S+)(?: index \d+)? (permit|deny) {several}", _communities),
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
        (rf"apply community (none|{MARK}(?: {MARK})*(?: additive)?)", _clause("sets", "community")),
        (r"apply ip-address next-hop (\d+\.\d+\.\d+\.\d+|peer-address)", _clause("sets", "next-hop")),
    ]


def _clause(field: str, kind: str) -> Handler[Gathering]:
    def handler(_reading: Gathering, line: Line, match: re.Match[str]) -> bool:
        line.scope["lines"].append(line)
        value = marks(match[1]) if (field, kind) == ("sets", "community") else match[1].strip()
        value = value.replace(" ", "") if kind == "metric" else value.replace("whole-match", "exact-match")
        line.scope.setdefault(field, []).append((kind, value))
        return True

    return handler


def _strange(_reading: Gathering, line: Line, _match: re.Match[str]) -> bool:
    line.scope["strange"] = True
    return False


def _prefixes(reading: Gathering, line: Line, match: re.Match[str]) -> bool:
    held = reading.part("prefix list", match[1], line).setdefault("rules", {})
    order = int(match[2]) if match[2] else _STEP + max(held, default=0)
    rule = attempt(
        PrefixRule, order=order, permit=match[3] == "permit", prefix=f"{match[4]}/{match[5]}",
        least=match[6], most=match[7],
    )  # fmt: skip
    return rule is not None and held.setdefault(order, rule) is rule


def _communities(reading: Gathering, line: Line, match: re.Match[str]) -> bool:
    rule = attempt(CommunityRule, permit=match[2] == "permit", communities=tuple(marks(match[3]).split()))
    return appended(reading.part("community list", match[1], line), rule)


def _paths(reading: Gathering, line: Line, match: re.Match[str]) -> bool:
    rule = attempt(PathRule, permit=match[2] == "permit", pattern=match[3])
    return appended(reading.part("path list", match[1], line), rule)


class Policies(Lists):
    """The lists and policies of a text; what is not wholly understood is not among them."""

    def __init__(self, reading: Gathering) -> None:
        super().__init__(reading)
        nodes: dict[str, list[MapEntry | None]] = {}
        for (name, number), part in sorted(reading.parts["policy node"].items()):
            made = self.entry(number, part, part.get("matches", []), part.get("sets", []))
            nodes.setdefault(name, []).append(made)
        whole = {n: attempt(RouteMap, name=n, entries=found) for n, found in nodes.items() if all(found)}
        self.maps = {name: one for name, one in whole.items() if one is not None}

    def told(self) -> RoutePolicies:
        """Return all of them, and note that their lines are in the model."""
        for (name, _number), part in self.reading.parts["policy node"].items():
            part["used"] = name in self.maps
        return super().told()


def finish(reading: Gathering) -> None:
    """List the lists and policies that nobody uses, after BGP."""
    route_lists.unused(reading, *route_lists.LISTS, "policy node")
