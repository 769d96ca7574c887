"""Security zones: what the rules of a security policy call interfaces by.

Written is one zone for each interface that a rule names and one, `Trust`, for the rest, because what is in no zone
passes nothing; read is any set of zones, and a rule of a zone speaks of all its interfaces. `Local` is the device
itself. All tunnels are one zone, as they are one interface, `Tunnel0`, to the model. Zone names have no hyphen and no
case.
"""

import re
from collections.abc import Iterable

from inventory.deviceconfig import DeviceConfig
from inventory.platforms.blocks import Handler, Inside, Line, Table, known
from inventory.platforms.h3c_comware import words
from inventory.platforms.h3c_comware.reading import Comware

LOCAL, TUNNEL = "Local", "Tunnel0"
_REST = "Trust"


def zone(interface: str) -> str:
    """Return the zone of an interface that a rule names."""
    return interface.replace("/", "_").replace(":", "c").replace("-", "")


def named(config: DeviceConfig) -> list[str]:
    """Return the interfaces that the rules of a security policy name."""
    kept = [f for f in config.filters if not f.stateless]
    return sorted({n for f in kept for r in f.rules for n in (*r.in_interfaces, *r.out_interfaces)})


def render(config: DeviceConfig, tunnels: Iterable[str]) -> list[list[str]]:
    """Return the blocks of the zones; none for a device without a security policy."""
    if not any(not item.stateless for item in config.filters):
        return []
    mine, through = named(config), list(tunnels)
    rest = [i.name for i in config.interfaces if not i.switchport and i.name not in mine]
    rest += [] if TUNNEL in mine else through
    blocks = [_zone(_REST, rest)]
    for name in mine:
        blocks.append(_zone(zone(name), through if name == TUNNEL else [name]))
    return blocks


def _zone(name: str, members: Iterable[str]) -> list[str]:
    return [f"security-zone name {name}", *(f" import interface {member}" for member in members)]


def _open(reading: Comware, _line: Line, match: re.Match[str]) -> Inside:
    reading.parts["zone"][match[1].lower()].setdefault("interfaces", [])
    return Inside(_ZONE, match[1].lower())


def _import(reading: Comware, line: Line, match: re.Match[str]) -> bool:
    return reading.add(reading.parts["zone"][line.scope], "interfaces", match[1])


_ZONE: Table[Comware] = Table([(r"import interface (\S+)", _import), (r"description .+", known)])
RULES: list[tuple[str, Handler[Comware]]] = [(r"security-zone name (\S+)", _open)]


def interfaces(reading: Comware, zones: Iterable[str]) -> list[str] | None:
    """Return the interfaces of zones; None if one of them is not defined or empty, which is not the same as any.

    None too if a zone has some of the tunnels only.
    """
    found: list[str] = []
    every = {name for name in reading.parts["tunnel interface"]}
    for name in zones:
        part = reading.parts["zone"].get(name.lower()) if name.lower() in reading.parts["zone"] else None
        members = part["interfaces"] if part else []
        tunnels = {member for member in members if words.kind(member) == "tunnel"}
        if not members or (tunnels and tunnels != every):
            return None
        found += [member for member in members if member not in tunnels] + ([TUNNEL] if tunnels else [])
    return found
