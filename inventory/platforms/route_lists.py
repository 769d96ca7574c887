"""What prefix lists, community lists, lists of AS paths and route maps come to once their lines are gathered.

The same for all platforms that gather parts by name: IOS, RGOS, VRP and Comware. A list of which a line is not
understood, and a map with an entry that names such a list, says two things of one kind or says something that has no
form in the model, is none. Pure.
"""

from typing import Any

from inventory.platforms.assembly import attempt
from inventory.platforms.gathering import Gathering
from inventory.routeconfig import CommunityList, MapEntry, PathList, PrefixList, RouteMap, RoutePolicies

MARK = r"(?:\d{1,5}:\d{1,5}|\d{1,10}|no-export|no-advertise)"
"""pattern of one community"""
LISTS = ("prefix list", "community list", "path list")
"""kinds of parts that lists are gathered as"""


def marks(text: str) -> str:
    """Return communities as `65001:1`; old numbers are two halves."""
    return " ".join(f"{int(w) >> 16}:{int(w) & 65535}" if w.isdigit() else w for w in text.split())


def appended(part: dict[str, Any], rule: object) -> bool:
    """Add a rule to a list in the order of the text; return whether it is one."""
    part.setdefault("rules", []).append(rule)
    part["partial"] = part.get("partial", False) or rule is None
    return rule is not None


class Lists:
    """The lists and maps of a text; what is not wholly understood is not among them."""

    def __init__(self, reading: Gathering) -> None:
        """Take the lists; `maps` are put in by whoever knows how the platform's entries are gathered."""
        self.reading = reading
        prefixes = {n: tuple(p["rules"].values()) for n, p in reading.parts["prefix list"].items() if p.get("rules")}
        self.lists = {n: one for n, held in prefixes.items() if (one := attempt(PrefixList, name=n, rules=held))}
        self.communities: dict[str, CommunityList] = self._whole("community list", CommunityList)
        self.paths: dict[str, PathList] = self._whole("path list", PathList)
        self.maps: dict[str, RouteMap] = {}

    def _whole(self, kind: str, model: Any) -> dict[str, Any]:
        parts = ((n, p) for n, p in self.reading.parts[kind].items() if p.get("rules") and not p.get("partial"))
        return {name: found for name, part in parts if (found := attempt(model, name=name, rules=part["rules"]))}

    def entry(
        self, number: int, part: dict[str, Any], matches: list[tuple[str, str]], sets: list[tuple[str, str]]
    ) -> MapEntry | None:
        """Return an entry of a map; None where not all of it is understood."""
        known: dict[str, dict[str, Any]]
        known = {"prefix-list": self.lists, "community": self.communities, "as-path": self.paths}
        there = all(kind not in known or value.split(" ")[0] in known[kind] for kind, value in matches)
        once = all(len({kind for kind, _v in some}) == len(some) for some in (matches, sets))
        if "strange" in part or not part["same"] or not there or not once:
            return None
        return attempt(MapEntry, order=number, permit=part["action"] == "permit", matches=matches, sets=sets)

    def told(self) -> RoutePolicies:
        """Return all of them, and note that the lines of lists are in the model."""
        lists: tuple[dict[str, Any], ...] = (self.lists, self.communities, self.paths)
        held = dict(zip(LISTS, lists, strict=True))
        for kind, found in held.items():
            for name, part in self.reading.parts[kind].items():
                part["used"] = name in found
        return RoutePolicies(
            maps=tuple(self.maps.values()), prefix_lists=tuple(self.lists.values()),
            community_lists=tuple(self.communities.values()), path_lists=tuple(self.paths.values()),
        )  # fmt: skip


def unused(reading: Gathering, *kinds: str) -> None:
    """List the parts of these kinds that nothing uses, after BGP."""
    for kind in kinds:
        for part in reading.parts[kind].values():
            if not part.get("used"):
                reading.refuse_part(part)
