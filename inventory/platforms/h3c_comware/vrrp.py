"""VRRP groups on an interface, version 3, which is Comware's default and is not written.

A virtual address has no mask: it is that of the interface's network it lies in. Of groups that change state together
the first is named after the set and the others follow it (a follower sends nothing itself); a follower's interface that
goes down would change nothing, so the named group also tracks the interfaces of its followers, and gives up its
priority when one is down.
"""

import re
from collections.abc import Iterator
from typing import Any

from inventory.deviceconfig import DeviceConfig, Interface, Vrrp
from inventory.platforms.assembly import attempt
from inventory.platforms.blocks import Handler, Line
from inventory.platforms.h3c_comware import words
from inventory.platforms.h3c_comware.reading import Comware
from inventory.platforms.holders import lengths

_PRIORITY = 100
_REDUCED = 255


def masters(config: DeviceConfig) -> dict[str, tuple[str, int]]:
    """Return the first group of each set, by the set's name."""
    found: dict[str, tuple[str, int]] = {}
    for item in config.interfaces:
        for group in item.vrrp:
            if group.sync:
                found.setdefault(group.sync, (item.name, group.group))
    return found


def _tracked(config: DeviceConfig) -> dict[str, list[str]]:
    """Return the interfaces of each set's followers that are not the master's own."""
    first = masters(config)
    found: dict[str, list[str]] = {name: [] for name in first}
    for item in config.interfaces:
        for name in sorted({group.sync for group in item.vrrp} - {""}):
            if item.name != first[name][0]:
                found[name].append(item.name)
    return found


class Sets:
    """The lines of the groups of a configuration, and the entries that track interfaces."""

    def __init__(self, config: DeviceConfig) -> None:
        self._masters, self._tracked = masters(config), _tracked(config)
        every = sorted({name for names in self._tracked.values() for name in names}, key=words.natural)
        self.entries = {name: n for n, name in enumerate(every, 1)}

    def lines(self, item: Interface) -> list[str]:
        """Return the lines of an interface's groups."""
        return [line for group in item.vrrp for line in self._group(item, group)]

    def _group(self, item: Interface, group: Vrrp) -> list[str]:
        start = f"vrrp vrid {group.group}"
        lines = [f"{start} virtual-ip {group.address.ip}"]
        lines += [f"{start} priority {group.priority}"] if group.priority != _PRIORITY else []
        if not group.sync:
            return lines
        if self._masters[group.sync] != (item.name, group.group):
            return [*lines, f"{start} follow {group.sync}"]
        entries = sorted(self.entries[name] for name in self._tracked[group.sync])
        tracks = [f"{start} track {entry} priority reduced {_REDUCED}" for entry in entries]
        return [*lines, f"{start} name {group.sync}", *tracks]


def render_tracks(config: DeviceConfig) -> list[list[str]]:
    """Return the blocks of the entries that track interfaces."""
    return [[f"track {n} interface {name}"] for name, n in Sets(config).entries.items()]


def _field(field: str) -> Handler[Comware]:
    def handler(reading: Comware, line: Line, match: re.Match[str]) -> bool:
        group = reading.interfaces[line.scope].setdefault("vrrp", {}).setdefault(int(match[1]), {"lines": []})
        group["lines"].append(line)
        return reading.put(group, field, match[2])

    return handler


def _track(reading: Comware, line: Line, match: re.Match[str]) -> bool:
    group = reading.interfaces[line.scope].setdefault("vrrp", {}).setdefault(int(match[1]), {"lines": []})
    return reading.add(group, "tracks", (int(match[2]), line))


def _entry(reading: Comware, line: Line, match: re.Match[str]) -> bool:
    return reading.put(reading.part("track", int(match[1]), line), "interface", match[2])


def _version(_reading: Comware, _line: Line, match: re.Match[str]) -> bool:
    return match[1] == "3"


INTERFACE: list[tuple[str, Handler[Comware]]] = [
    (r"vrrp vrid (\d{1,3}) virtual-ip (\S+)", _field("address")),
    (r"vrrp vrid (\d{1,3}) priority (\d{1,3})", _field("priority")),
    (r"vrrp vrid (\d{1,3}) name (\S+)", _field("name")),
    (r"vrrp vrid (\d{1,3}) follow (\S+)", _field("follow")),
    (rf"vrrp vrid (\d{{1,3}}) track (\d{{1,4}}) (?:priority )?reduced {_REDUCED}", _track),
    (r"vrrp version (\d)", _version),
]
"""lines of an interface's block"""
RULES: list[tuple[str, Handler[Comware]]] = [(r"track (\d{1,4}) interface (\S+)(?: physical)?", _entry)]


class Reader:
    """Puts the groups together: who follows whom, and whether the named groups track what they should."""

    def __init__(self, reading: Comware) -> None:
        self._reading = reading
        self._said = [
            (name, number, group)
            for name, fields in sorted(reading.interfaces.items())
            for number, group in sorted(fields.get("vrrp", {}).items())
        ]
        self._masters = {group["name"]: (name, number) for name, number, group in self._said if "name" in group}

    def groups(self, item: Interface, fields: dict[str, Any]) -> Iterator[Vrrp]:
        """Yield the groups of an interface; list what does not come together."""
        for number, said in fields.get("vrrp", {}).items():
            virtual = words.address(said.get("address", ""))
            found = attempt(
                Vrrp,
                group=number,
                address=f"{virtual}/{next(iter(lengths(item, virtual)), '')}",
                priority=said.get("priority", _PRIORITY),
                sync=said.get("name") or said.get("follow", ""),
            )
            if found is None or not self._fits(item.name, number, said):
                self._reading.refuse_part(said)
            else:
                said["done"] = True
                yield found

    def _fits(self, port: str, number: int, said: dict[str, Any]) -> bool:
        """Whether a group is a master, of a name that only it has, or follows one that is there, or neither."""
        if "name" in said:
            return "follow" not in said and self._masters[said["name"]] == (port, number)
        return "follow" not in said or said["follow"] in self._masters

    def finish(self) -> None:
        """Say what a named group tracks too little, and list what it, or another group, tracks besides."""
        wanted: dict[str, set[str]] = {}
        for port, _number, group in self._said:
            if "follow" in group and "done" in group and self._masters[group["follow"]][0] != port:
                wanted.setdefault(group["follow"], set()).add(port)
        used: set[int] = set()
        for port, number, group in self._said:
            used |= self._tracks(port, number, group, wanted.get(group.get("name", ""), set()))
        for entry, part in self._reading.parts["track"].items():
            if entry not in used:
                self._reading.refuse_part(part)

    def _tracks(self, port: str, number: int, group: dict[str, Any], wanted: set[str]) -> set[int]:
        used, seen = set(), set()
        for entry, line in group.get("tracks", ()):
            name = self._reading.parts["track"].get(entry, {}).get("interface")
            if name in wanted and "done" in group:
                used.add(entry)
                seen.add(name)
            else:
                self._reading.refuse(line)
        for name in sorted(wanted - seen) if "done" in group else ():
            self._reading.lacks(f"interface {port}", f"vrrp vrid {number} track of {name}")
        return used
