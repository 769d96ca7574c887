"""VRRP groups on an interface. Their addresses have no mask: it is that of the interface's network they lie in.

VRP has no name for groups that change state together: the first is the administrator of the others, and the sets are
called by SYNC in the order in which they stand. A member sends nothing itself, and its interface going down would
change nothing: so the administrator tracks the interfaces of its members beside those that the set has to watch.
"""

import re
from collections.abc import Iterator
from typing import Any

from inventory.deviceconfig import DeviceConfig, Interface, Vrrp
from inventory.platforms import holders
from inventory.platforms.assembly import attempt
from inventory.platforms.blocks import Handler, Line
from inventory.platforms.huawei_vrp import hrp, words
from inventory.platforms.huawei_vrp.reading import Vrp

_PRIORITY = 100
"""the default, where a line is not there"""
_REDUCED = 255
ROLES = {"active": 120, "standby": 110}
"""what HRP tells a group, as the priority by which it is master while nothing fails"""
TRACKED = 8
"""the interfaces that a group may track"""
Key = tuple[str, int]
"""an interface and the number of a group on it"""


def sync_name(n: int) -> str:
    """Return what the n-th set of VRRP groups is called, from 0."""
    return "zones" if n == 0 else f"zones-{n + 1}"


def administrators(config: DeviceConfig) -> dict[str, Key]:
    """Return the first VRRP group of each set, by the set's name, in the order of the configuration."""
    found: dict[str, Key] = {}
    for item in config.interfaces:
        for group in item.vrrp:
            if group.sync:
                found.setdefault(group.sync, (item.name, group.group))
    return found


class Sets:
    """The lines of the groups of a configuration."""

    def __init__(self, config: DeviceConfig) -> None:
        self._admins = administrators(config)
        self._members: dict[str, set[str]] = {name: set() for name in self._admins}
        for item in config.interfaces:
            for sync in {group.sync for group in item.vrrp} - {""}:
                self._members[sync].add(item.name)

    def tracked(self, item: Interface, group: Vrrp) -> list[str]:
        """Return the interfaces that a group tracks; a member tracks none."""
        if group.sync and self._admins[group.sync] != (item.name, group.group):
            return []
        names = {*group.track} | (self._members[group.sync] - {item.name} if group.sync else set())
        return sorted(names, key=words.natural)

    def lines(self, item: Interface) -> list[str]:
        """Return the lines of an interface's groups."""
        return [line for group in item.vrrp for line in self._group(item, group)]

    def _group(self, item: Interface, group: Vrrp) -> list[str]:
        start = f"vrrp vrid {group.group}"
        lines = [f"{start} virtual-ip {group.address.ip}"]
        lines += [f"{start} priority {group.priority}"] if group.priority != _PRIORITY else []
        lines += [f"{start} track interface {name} reduced {_REDUCED}" for name in self.tracked(item, group)]
        if not group.sync:
            return lines
        port, number = self._admins[group.sync]
        if (port, number) == (item.name, group.group):
            return [*lines, f"admin-vrrp vrid {number}"]
        return [*lines, f"{start} track admin-vrrp interface {port} vrid {number} unflowdown"]


def _field(field: str) -> Handler[Vrp]:
    def handler(reading: Vrp, line: Line, match: re.Match[str]) -> bool:
        group = reading.interfaces[line.scope].setdefault("vrrp", {}).setdefault(int(match[1]), {"lines": []})
        group["lines"].append(line)
        value = match.group(2, 3) if field == "member" else match[match.re.groups]
        return reading.put(group, field, value)

    return handler


def _track(reading: Vrp, line: Line, match: re.Match[str]) -> bool:
    group = reading.interfaces[line.scope].setdefault("vrrp", {}).setdefault(int(match[1]), {"lines": []})
    group["lines"].append(line)
    return reading.add(group, "tracks", match[2])


def _standing(reading: Vrp, line: Line, match: re.Match[str]) -> bool:
    """Read a group of a firewall, whose state HRP says."""
    group = reading.interfaces[line.scope].setdefault("vrrp", {}).setdefault(int(match[1]), {"lines": []})
    group["lines"].append(line)
    return reading.put(group, "address", match[2]) and reading.put(group, "role", match[3])


INTERFACE: list[tuple[str, Handler[Vrp]]] = [
    (r"vrrp vrid (\d+) virtual-ip (\S+)", _field("address")),
    (r"vrrp vrid (\d+) virtual-ip (\S+)(?: \d\S+)? (active|standby)", _standing),
    (r"vrrp vrid (\d+) priority (\d+)", _field("priority")),
    (r"admin-vrrp vrid (\d+)", _field("admin")),
    (r"vrrp vrid (\d+) track admin-vrrp interface (\S+) vrid (\d+) unflowdown", _field("member")),
    (rf"vrrp vrid (\d+) track interface (\S+) reduced {_REDUCED}", _track),
]
"""lines of an interface's block"""


class Reader:
    """Puts the groups together: who is a member of whose set, and what the set watches."""

    def __init__(self, reading: Vrp) -> None:
        self._reading = reading
        said = [
            (name, number, group)
            for name, fields in sorted(reading.interfaces.items())
            for number, group in sorted(fields.get("vrrp", {}).items())
        ]
        admins = [(name, number) for name, number, group in said if "admin" in group]
        self._names = {key: sync_name(n) for n, key in enumerate(admins)}
        """of the sets, by their administrators, in order of the interfaces' names"""
        self._members: dict[Key, set[str]] = {}
        self._tracks: dict[Key, set[str]] = {}
        for name, number, group in said:
            self._tracks[name, number] = {*group.get("tracks", ())}
            if (admin := self._admin(group)) and admin[0] != name:
                self._members.setdefault(admin, set()).add(name)

    def _admin(self, group: dict[str, Any]) -> Key | None:
        return (group["member"][0], int(group["member"][1])) if "member" in group else None

    def groups(self, item: Interface, fields: dict[str, Any]) -> Iterator[Vrrp]:
        """Yield the groups of an interface; list what does not come together."""
        for number, said in fields.get("vrrp", {}).items():
            if "role" in said:
                yield from self._standing(item, number, said)
                continue
            admin = self._admin(said) or (item.name, number)
            virtual = words.address(said.get("address", ""))
            lengths = holders.lengths(item, virtual)
            found = attempt(
                Vrrp,
                group=number,
                address=f"{virtual}/{lengths[0] if lengths else ''}",
                priority=said.get("priority", _PRIORITY),
                sync=self._names.get(admin, "?" if "member" in said else ""),
                track=sorted(self._tracks.get(admin, set()) - self._members.get(admin, set())),
            )
            if found is None or found.sync == "?" or {"admin", "member"} <= said.keys() or self._own(said):
                self._reading.refuse_part(said)
                continue
            self._reading.flags.add("vrrp")
            for name in sorted(self._members.get(admin, set()) - self._tracks[admin]) if "admin" in said else ():
                self._reading.lacks(f"interface {item.name}", f"vrrp vrid {number} track interface {name}")
            yield found

    def _standing(self, item: Interface, number: int, said: dict[str, Any]) -> Iterator[Vrrp]:
        """Yield a group whose state HRP says; all that are told one word change together."""
        virtual = words.address(said["address"])
        lengths = holders.lengths(item, virtual)
        found = attempt(
            Vrrp,
            group=number,
            address=f"{virtual}/{lengths[0] if lengths else ''}",
            priority=ROLES[said["role"]],
            sync=sync_name(list(ROLES).index(said["role"])),
            track=sorted({*hrp.tracked(self._reading)} - {item.name}),
        )
        alone = {"lines", "address", "role"} >= said.keys() and not self._names
        if found is None or not alone or hrp.ON not in self._reading.flags:
            self._reading.refuse_part(said)
        else:
            yield found

    def _own(self, said: dict[str, Any]) -> bool:
        """Whether a member tracks interfaces of its own, which would change nothing."""
        return "member" in said and "tracks" in said


def render_version(config: DeviceConfig) -> list[list[str]]:
    """Return the line that makes VRRP speak version 3."""
    return [["vrrp version v3"]] if any(item.vrrp for item in config.interfaces) else []
