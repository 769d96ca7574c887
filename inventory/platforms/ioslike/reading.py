"""What the tables have read so far, and the small deeds that all features need.

Several blocks describe one thing (an interface names an access list, a translation names both), so they are gathered by
name with the lines that said it: what does not come together at the end is listed by those lines, never dropped.
"""

import re
from collections import defaultdict
from collections.abc import Callable
from ipaddress import IPv4Address, IPv4Interface
from typing import Any

from inventory.deviceconfig import Interface
from inventory.platforms.blocks import Handler, Inside, Line, Reading, Table
from inventory.platforms.ioslike import words
from inventory.platforms.ioslike.dialect import Dialect


class Ios(Reading):
    """Fields of the configuration by name; interfaces and the parts of features by name."""

    def __init__(self, dialect: Dialect, interface: "Table[Ios]") -> None:
        super().__init__()
        self.dialect = dialect
        self.interface = interface
        """what lines of an interface's block are read with"""
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

    def name(self, text: str) -> str:
        """Return an interface's name in the model's form, or the text itself."""
        return words.canonical(text, self.dialect.svi) or text

    def own(self, name: str) -> IPv4Address | None:
        """Return the main address of an interface."""
        said = self.interfaces[name].get("addresses") if name in self.done else None
        return IPv4Interface(said[0]).ip if said else None


def setting(field: str, value: Any = None) -> Handler[Ios]:
    """Return the handler that sets a field of the part in scope to a value, or to what the pattern caught."""

    def handler(reading: Ios, line: Line, match: re.Match[str]) -> bool:
        line.scope["lines"].append(line)
        return reading.put(line.scope, field, match[1] if value is None else value)

    return handler


def opening(kind: str, table: "Table[Ios]") -> Handler[Ios]:
    """Return the handler of a block's head; the pattern's last group is the name of the part."""

    def handler(reading: Ios, line: Line, match: re.Match[str]) -> Inside:
        return Inside(table, reading.part(kind, match[match.re.groups] if match.re.groups else "", line))

    return handler


def waiting(kind: str, value: Callable[[re.Match[str]], object] = lambda match: match.groups()) -> Handler[Ios]:
    """Return the handler of a line that only the end can judge."""

    def handler(reading: Ios, line: Line, match: re.Match[str]) -> bool:
        reading.pending[kind].append((line, value(match)))
        return True

    return handler


def flag(name: str) -> Handler[Ios]:
    """Return the handler that raises a flag."""

    def handler(reading: Ios, _line: Line, _match: re.Match[str]) -> bool:
        reading.flags.add(name)
        return True

    return handler


def noted(_reading: Ios, line: Line, _match: re.Match[str]) -> bool:
    """Understand a line that belongs to the part in scope and goes with it."""
    line.scope["lines"].append(line)
    return True
