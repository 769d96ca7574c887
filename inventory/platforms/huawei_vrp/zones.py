"""Zones: what filters and translations call interfaces by.

Written is one zone for each interface that a rule names and one, `trust`, for the rest; read is any set of zones, and
a rule of a zone speaks of all its interfaces. `local` is the device itself and never written here.
"""

import re
from collections.abc import Iterable

from inventory.deviceconfig import DeviceConfig
from inventory.platforms.blocks import Handler, Inside, Line, Table, known
from inventory.platforms.huawei_vrp.reading import Vrp

_REST = "trust"
_BUILT_IN = {"trust": 85, "untrust": 5, "dmz": 50, "local": 100}
_FREE = [n for n in range(99, 0, -1) if n not in _BUILT_IN.values()]
"""priorities that older firewalls insist on; newer ones, which have more zones than these, do without"""


def zone(interface: str) -> str:
    """Return the zone of an interface that a rule names."""
    return interface.replace("/", "-").replace(":", "-").replace(".", "_")


def named(config: DeviceConfig) -> list[str]:
    """Return the interfaces that rules name."""
    policies = (f for f in config.filters if not f.stateless)
    found = {n for f in policies for r in f.rules for n in (*r.in_interfaces, *r.out_interfaces)}
    return sorted(found | {r.interface for r in config.nat if r.kind == "destination" and r.interface})


def render(config: DeviceConfig) -> list[list[str]]:
    """Return the blocks of the zones; none for a device that neither filters nor translates."""
    if not (any(not f.stateless for f in config.filters) or config.nat):
        return []
    mine = named(config)
    rest = [i.name for i in config.interfaces if not i.switchport and i.name not in mine]
    blocks = [[f"firewall zone {_REST}", " set priority 85", *(f" add interface {name}" for name in rest)]]
    for n, name in enumerate(mine):
        priority = [f" set priority {_FREE[n]}"] if len(mine) <= len(_FREE) else []
        blocks.append([f"firewall zone name {zone(name)} id {n + 4}", *priority, f" add interface {name}"])
    return blocks


def _open(reading: Vrp, line: Line, match: re.Match[str]) -> Inside:
    reading.parts["zone"][match[1]].setdefault("interfaces", [])
    return Inside(_ZONE, match[1])


def _add(reading: Vrp, line: Line, match: re.Match[str]) -> bool:
    return reading.add(reading.parts["zone"][line.scope], "interfaces", match[1])


_ZONE: Table[Vrp] = Table([(r"add interface (\S+)", _add), (r"set priority \d+", known), (r"description .+", known)])
RULES: list[tuple[str, Handler[Vrp]]] = [(r"firewall zone (?:name )?(\S+)(?: id \d+)?", _open)]


def interfaces(reading: Vrp, zones: Iterable[str]) -> list[str] | None:
    """Return the interfaces of zones; None if one of them is not defined or empty, which is not the same as any."""
    found: list[str] = []
    for name in zones:
        members = reading.parts["zone"][name].get("interfaces") if name in reading.parts["zone"] else None
        if not members:
            return None
        found += members
    return found
