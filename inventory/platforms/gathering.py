"""What the tables of a platform have read so far, gathered by name until the end.

Several blocks describe one thing (a zone names an interface, a policy names the zone, an access list says what a
tunnel carries), so they are gathered by name, with the lines that said it: what does not come together at the end is
listed by those lines, never dropped.
"""

from collections import defaultdict
from ipaddress import IPv4Address, IPv4Interface
from typing import Any

from inventory.deviceconfig import Interface
from inventory.platforms.blocks import Line, Reading


class Gathering(Reading):
    """Fields of the configuration by name; interfaces, access lists, zones, tunnels' parts by name."""

    discards = False
    """whether a border of OSPF areas discards what lies in none of the parts of what it tells as one"""
    nssa_default = False
    """whether a border tells a not-so-stubby area a default route (type 7) without being told to"""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, Any] = {}
        self.vlans: dict[int, str] = {}
        self.interfaces: defaultdict[str, dict[str, Any]] = defaultdict(dict)
        self.parts: defaultdict[str, defaultdict[Any, dict[str, Any]]] = defaultdict(lambda: defaultdict(dict))
        """kind of part, its name, its fields; every part keeps its lines under `lines`"""
        self.pending: defaultdict[str, list[tuple[Line, Any]]] = defaultdict(list)
        """lines by feature that only the end can judge"""
        self.flags: set[str] = set()
        self.done: dict[str, Interface] = {}
        """interfaces as put together"""
        self._seen: defaultdict[tuple[int, str], set[object]] = defaultdict(set)
        """what `add` has added, by the dictionary (all of which live as long as this) and the field"""

    def put(self, into: dict[str, Any], name: str, value: object) -> bool:
        """Set a field; False if it stands there with another value."""
        return bool(into.setdefault(name, value) == value)

    def add(self, into: dict[str, Any], name: str, *items: object) -> bool:
        """Append to a field that is a list; False if one stands there already."""
        seen = self._seen[id(into), name]
        new = [item for item in items if item not in seen]
        seen.update(new)
        into.setdefault(name, []).extend(new)
        return len(new) == len(items)

    def part(self, kind: str, name: object, line: Line) -> dict[str, Any]:
        """Return a part by kind and name, and note the line that speaks of it."""
        found = self.parts[kind][name]
        found.setdefault("lines", []).append(line)
        return found

    def refuse_part(self, part: dict[str, Any]) -> None:
        """List all lines that spoke of a part."""
        for line in part.get("lines", ()):
            self.refuse(line)

    def own(self, name: str) -> IPv4Address | None:
        """Return the main address of an interface."""
        said = self.interfaces[name].get("addresses") if name in self.done else None
        return IPv4Interface(said[0]).ip if said else None
