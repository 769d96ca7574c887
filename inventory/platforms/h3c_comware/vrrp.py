"""VRRP groups on an interface, version 3, which is Comware's default and is not written.

A virtual address has no mask: it is that of the interface's network it lies in. Of groups that change state together
the first is named after the set and the others follow it (a follower sends nothing itself); a follower's interface that
goes down would change nothing, so the named group also tracks the interfaces of its followers beside those that the set
has to watch, and gives up its priority when one is down.
"""

import re
from collections.abc import Iterator
from typing import Any

from inventory.deviceconfig import DeviceConfig, Interface, Vrrp
from inventory.platforms.assembly import attempt
from inventory.platforms.blocks import Handler, Line
from inventory.platforms.h3c_comware import rbm, words
from inventory.platforms.h3c_comware.reading import Comware
from inventory.platforms.holders import lengths

_PRIORITY = 100
_REDUCED = 255
ROLES = {"active": 120, "standby": 110}
"""what RBM tells a group, as the priority by which it is master while nothing fails"""


def masters(config: DeviceConfig) -> dict[str, tuple[str, int]]:
    """Return the first group of each set, by the set's name."""
    found: dict[str, tuple[str, int]] = {}
    for item in config.interfaces:
        for group in item.vrrp:
            if group.sync:
                found.setdefault(group.sync, (item.name, group.group))
    return found


def _tracked(config: DeviceConfig) -> dict[tuple[str, int], set[str]]:
    """Return by group what it tracks: a master of a set also the interfaces of its followers, a follower nothing."""
    first, found = masters(config), dict[tuple[str, int], set[str]]()
    for item in config.interfaces:
        for group in item.vrrp:
            master = first[group.sync] if group.sync else (item.name, group.group)
            found.setdefault(master, set()).update({*group.track, *({item.name} if item.name != master[0] else ())})
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
        entries = sorted(self.entries[name] for name in self._tracked.get((item.name, group.group), ()))
        tracks = [f"{start} track {entry} priority reduced {_REDUCED}" for entry in entries]
        if not group.sync:
            return [*lines, *tracks]
        if self._masters[group.sync] != (item.name, group.group):
            return [*lines, f"{start} follow {group.sync}"]
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


def _standing(reading: Comware, line: Line, match: re.Match[str]) -> bool:
    """Read a group of a firewall, whose state RBM says."""
    group = reading.interfaces[line.scope].setdefault("vrrp", {}).setdefault(int(match[1]), {"lines": []})
    group["lines"].append(line)
    return reading.put(group, "address", match[2]) and reading.put(group, "role", match[3])


INTERFACE: list[tuple[str, Handler[Comware]]] = [
    (r"vrrp vrid (\d{1,3}) virtual-ip (\S+)", _field("address")),
    (r"vrrp vrid (\d{1,3}) virtual-ip (\S+)(?: \d\S+)? (active|standby)", _standing),
    (r"vrrp vrid (\d{1,3}) priority (\d{1,3})", _field("priority")),
    (r"vrrp vrid (\d{1,3}) name (\S+)", _field("name")),
    (r"vrrp vrid (\d{1,3}) follow (\S+)", _field("follow")),
    (rf"vrrp vrid (\d{{1,3}}) track (\d{{1,4}}) (?:priority )?reduced {_REDUCED}", _track),
    (r"vrrp version (\d)", _version),
]
"""lines of an interface's block"""
RULES: list[tuple[str, Handler[Comware]]] = [(r"track (\d{1,4}) interface (\S+)(?: physical)?", _entry)]


class Reader:
    """Puts the groups together: who follows whom, and what each tracks."""

    def __init__(self, reading: Comware) -> None:
        self._reading, self._backed = reading, False
        self._said = [
            (name, number, group)
            for name, fields in sorted(reading.interfaces.items())
            for number, group in sorted(fields.get("vrrp", {}).items())
        ]
        self._masters = {group["name"]: (name, number) for name, number, group in self._said if "name" in group}
        self._led: dict[tuple[str, int], set[str]] = {}
        """by master of a set: the other interfaces of its followers"""
        self._watched: dict[tuple[str, int], set[str]] = {}
        for name, number, group in self._said:
            entries = (reading.parts["track"].get(entry, {}) for entry, _line in group.get("tracks", ()))
            self._watched[name, number] = {entry["interface"] for entry in entries if "interface" in entry}
            if (master := self._masters.get(group.get("follow", ""))) and master[0] != name:
                self._led.setdefault(master, set()).add(name)

    def groups(self, item: Interface, fields: dict[str, Any]) -> Iterator[Vrrp]:
        """Yield the groups of an interface; list what does not come together."""
        for number, said in fields.get("vrrp", {}).items():
            if "role" in said:
                yield from self._standing(item, number, said)
                continue
            virtual = words.address(said.get("address", ""))
            master = self._masters.get(said.get("follow", ""), (item.name, number))
            found = attempt(
                Vrrp,
                group=number,
                address=f"{virtual}/{next(iter(lengths(item, virtual)), '')}",
                priority=said.get("priority", _PRIORITY),
                sync=said.get("name") or said.get("follow", ""),
                track=sorted(self._watched.get(master, set()) - self._led.get(master, set())),
            )
            if found is None or not self._fits(item.name, number, said):
                self._reading.refuse_part(said)
            else:
                said["done"] = True
                yield found

    def _standing(self, item: Interface, number: int, said: dict[str, Any]) -> Iterator[Vrrp]:
        """Yield a group whose state RBM says; all that are told one word change together."""
        virtual = words.address(said["address"])
        found = attempt(
            Vrrp,
            group=number,
            address=f"{virtual}/{next(iter(lengths(item, virtual)), '')}",
            priority=ROLES[said["role"]],
            sync=said["role"],
            track=sorted({*rbm.tracked(self._reading)} - {item.name}),
        )
        alone = {"lines", "address", "role"} >= said.keys()
        if found is None or not alone or rbm.ON not in self._reading.flags:
            self._reading.refuse_part(said)
        else:
            self._backed = True
            yield found

    def _fits(self, port: str, number: int, said: dict[str, Any]) -> bool:
        """Whether a group is a master, of a name that only it has, or follows one that is there, or neither."""
        if "name" in said:
            return "follow" not in said and self._masters[said["name"]] == (port, number)
        return "follow" not in said or said["follow"] in self._masters

    def finish(self) -> None:
        """Say what a named group tracks too little, and list what follows and tracks, or tracks what is no entry."""
        used = {entry for _line, entry in self._reading.pending["rbm track"]} if self._backed else set[int]()
        for port, number, group in self._said:
            done = "done" in group and "follow" not in group
            for entry, line in group.get("tracks", ()):
                if done and "interface" in self._reading.parts["track"].get(entry, {}):
                    used.add(entry)
                else:
                    self._reading.refuse(line)
            lacking = self._led.get((port, number), set()) - self._watched[port, number] if "done" in group else ()
            for name in sorted(lacking):
                self._reading.lacks(f"interface {port}", f"vrrp vrid {number} track of {name}")
        for entry, part in self._reading.parts["track"].items():
            if entry not in used:
                self._reading.refuse_part(part)
