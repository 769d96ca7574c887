"""Prefix lists, community lists, lists of AS paths and route maps in FRR's words, and back.

They stand in bgpd's file, as only BGP uses them here. Every clause that is not understood makes its line unparsed, so
that nobody takes half a policy for the whole; entries are put in the order of their numbers.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from inventory.platforms.linux.draft import Draft
from inventory.platforms.linux.frr_tree import BGPD, Line, Tree, add
from inventory.platforms.linux.text import attempt
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

_MAP = re.compile(r"route-map (\S+) (permit|deny) (\d+)")
_LIST = re.compile(r"ip prefix-list (\S+)(?: seq (\d+))? (permit|deny) (\S+)(?: ge (\d+))?(?: le (\d+))?")
_COMMUNITIES = re.compile(
    r"(?:ip|bgp) community-list (?:standard )?(\S+)(?: seq (\d+))? (permit|deny) "
    r"((?:\d+:\d+|no-export|no-advertise| )+)"
)
_PATHS = re.compile(r"(?:ip|bgp) as-path access-list (\S+)(?: seq (\d+))? (permit|deny) (.+)")
_OURS = re.compile(r"(ip|bgp) (prefix-list|community-list|as-path) .*")
_STEP = 5
"""between the numbers of entries that have none, as FRR counts"""


def policy_lines(policies: RoutePolicies, tree: Tree) -> Iterator[str]:
    """Yield the lines of lists; maps are contexts of their own, which come into being in the tree."""
    for prefixes in policies.prefix_lists:
        yield from (f"ip prefix-list {prefixes.name} seq {rule.order} {_prefixes(rule)}" for rule in prefixes.rules)
    for communities in policies.community_lists:
        for number, bearing in enumerate(communities.rules, 1):
            words = " ".join((_action(bearing.permit), *bearing.communities))
            yield f"bgp community-list standard {communities.name} seq {_STEP * number} {words}"
    for paths in policies.path_lists:
        for number, path in enumerate(paths.rules, 1):
            start = f"bgp as-path access-list {paths.name} seq {_STEP * number}"
            yield f"{start} {_action(path.permit)} {path.pattern}"
    for one in policies.maps:
        for entry in one.entries:
            add(tree, f"route-map {one.name} {_action(entry.permit)} {entry.order}", *_clauses(entry))


def _action(permit: bool) -> str:
    return "permit" if permit else "deny"


def _prefixes(rule: PrefixRule) -> str:
    limits = (f" {word} {length}" for word, length in (("ge", rule.least), ("le", rule.most)) if length is not None)
    return f"{_action(rule.permit)} {rule.prefix}{''.join(limits)}"


def _clauses(entry: MapEntry) -> Iterator[str]:
    for kind, value in entry.matches:
        yield f"match {'ip address prefix-list' if kind == 'prefix-list' else kind} {value}"
    for setting, value in entry.sets:
        yield f"set {'ip next-hop' if setting == 'next-hop' else setting} {value}"
    if entry.goes_on is not None:
        yield "on-match next" if entry.goes_on == entry.order + 1 else f"on-match goto {entry.goes_on}"


_CLAUSES = (
    ("matches", r"match ip address (prefix-list) (\S+)"),
    ("matches", r"match (community|as-path) (\S+(?: exact-match)?)"),
    ("matches", r"match (tag|metric|local-preference) (\d+)"),
    ("sets", r"set (as-path prepend) ([\d ]+|last-as \d+)"),
    ("sets", r"set (metric) ([+-]?\d+)"),
    ("sets", r"set (local-preference|weight|tag) (\d+)"),
    ("sets", r"set (origin) (igp|egp|incomplete)"),
    ("sets", r"set (community) (none|(?:(?:\d+:\d+|no-export|no-advertise) ?)+(?: ?additive)?)"),
    ("sets", r"set ip (next-hop) (\d\S+|peer-address)"),
)


class PolicyReading:
    """Takes lines one by one; `finish` puts them together."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        """all that were taken"""
        self._maps: defaultdict[str, dict[int, dict[str, Any]]] = defaultdict(dict)
        self._prefixes: defaultdict[str, dict[int, dict[str, Any]]] = defaultdict(dict)
        self._communities: defaultdict[str, dict[int, dict[str, Any]]] = defaultdict(dict)
        self._paths: defaultdict[str, dict[int, dict[str, Any]]] = defaultdict(dict)

    def takes(self, line: Line) -> bool:
        """Return whether a line is of a list."""
        return not line.context and _OURS.fullmatch(line.text) is not None

    def take(self, line: Line) -> bool:
        """Return whether a line of a list or map is understood."""
        self.lines.append(line)
        if match := _MAP.fullmatch(line.context):
            return self._entry(match, line.text)
        if match := _LIST.fullmatch(line.text):
            prefix = "0.0.0.0/0" if match[4] == "any" else match[4]
            fields = {"prefix": prefix, "least": match[5], "most": "32" if match[4] == "any" else match[6]}
            return _numbered(self._prefixes[match[1]], match, fields)
        if match := _COMMUNITIES.fullmatch(line.text):
            return _numbered(self._communities[match[1]], match, {"communities": match[4].split()})
        if match := _PATHS.fullmatch(line.text):
            return _numbered(self._paths[match[1]], match, {"pattern": match[4].strip()})
        return False

    def _entry(self, match: re.Match[str], text: str) -> bool:
        entry = self._maps[match[1]].setdefault(int(match[3]), {"permit": match[2] == "permit"})
        if entry["permit"] is not (match[2] == "permit"):
            return False
        if not text or text.startswith("description "):
            return True
        if found := re.fullmatch(r"on-match (next|goto (\d+))", text):
            return bool(
                entry.setdefault("goes_on", int(found[2] or int(match[3]) + 1)) == int(found[2] or int(match[3]) + 1)
            )
        for name, pattern in _CLAUSES:
            if found := re.fullmatch(pattern, text):
                held = entry.get(name, ())
                entry[name] = (*held, (found[1], found[2].strip()))
                return all(kind != found[1] for kind, _value in held)
        return False

    def finish(self, draft: Draft) -> RoutePolicies:
        """Return the lists and maps; what the model refuses is unparsed, with the whole list or map."""
        found: dict[str, list[Any]] = {"maps": [], "prefix_lists": [], "community_lists": [], "path_lists": []}
        for name, entries in self._maps.items():
            items = [attempt(MapEntry, order=n, **e) for n, e in entries.items()]
            _keep(found["maps"], attempt(RouteMap, name=name, entries=items) if all(items) else None, draft, name)
        for name, entries in self._prefixes.items():
            rules = [attempt(PrefixRule, order=n, **e) for n, e in entries.items()]
            _keep(
                found["prefix_lists"], attempt(PrefixList, name=name, rules=rules) if all(rules) else None, draft, name
            )
        for name, entries in self._communities.items():
            some = [attempt(CommunityRule, **entries[n]) for n in sorted(entries)]
            made = attempt(CommunityList, name=name, rules=some) if all(some) else None
            _keep(found["community_lists"], made, draft, name)
        for name, entries in self._paths.items():
            paths = [attempt(PathRule, **entries[n]) for n in sorted(entries)]
            _keep(found["path_lists"], attempt(PathList, name=name, rules=paths) if all(paths) else None, draft, name)
        return RoutePolicies(**found)


def _numbered(entries: dict[int, dict[str, Any]], match: re.Match[str], fields: dict[str, Any]) -> bool:
    """Add an entry by its number, by the next if it has none; a number twice is not understood."""
    number = int(match[2]) if match[2] else _STEP + max(entries, default=0)
    held = entries.setdefault(number, fields | {"permit": match[3] == "permit"})
    return held == fields | {"permit": match[3] == "permit"}


def _keep(into: list[Any], item: object, draft: Draft, name: str) -> None:
    if item is None:
        draft.refuse(BGPD, 0, f"list or map {name}")
    else:
        into.append(item)
