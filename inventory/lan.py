"""A unit's LAN at its CPE: the ports that its terminals use, the interface that routes it, the addresses bound to it.

One place to ask, because the answer changes with the cables: with one port in use that port itself routes the LAN;
with two or more they are access ports of one VLAN and its routed interface does. Pure. What is not cabled to a
terminal of the unit itself never counts (validation refuses it).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from inventory import names
from inventory.model import County, Endpoint, Unit

Ends = Mapping[tuple[str, str], Endpoint]
"""the other end of the cable in each port"""


@dataclass(frozen=True)
class Lan:
    """A unit's LAN as its CPE sees it; ports in the order of their numbers."""

    cpe: str
    ports: tuple[str, ...]
    """all LAN ports of the CPE; at least one, by validation"""
    used: Mapping[str, str]
    """port -> terminal of the unit in it"""
    free: tuple[str, ...]
    """ports that nothing is plugged into: where a further terminal can go"""
    macs: tuple[str, ...]
    """hardware addresses that alone may pass; empty: not bound, because a terminal has none given (or there is none)"""

    confined: tuple[str, ...] = ()
    """ports that somebody is confined at (`County.held_ports`): they are no part of the LAN as long as that stands"""

    @property
    def switched(self) -> bool:
        """Whether the ports are switched together: more than one is in use, or one is taken out of it."""
        return len(self.used) > 1 or bool(self.confined)

    @property
    def interface(self) -> str:
        """The interface with the LAN's gateway address, from which the unit's packets come, as intent calls it."""
        return self.interface_on(names.GENERIC)

    def interface_on(self, platform: str) -> str:
        """Return that interface as the CPE's platform calls it."""
        return names.svi(names.LAN_VLAN, platform) if self.switched else next(iter((*self.used, *self.ports)))


def lan(county: County, unit: Unit, ends: Ends | None = None) -> Lan:
    """Return a unit's LAN; `ends` (of `cable_ends`) saves looking through all cables for each of many units.

    Raises KeyError for a unit without a CPE, which validation refuses.
    """
    cpe = county.cpe_by_unit[unit.id]
    there = ends if ends is not None else cable_ends(county)
    ports, own = names.lan_ports(cpe), {terminal.name for terminal in unit.terminals}
    plugged = {port: there[cpe.name, port].node for port in ports if (cpe.name, port) in there}
    confined = tuple(h.port for h in county.held_ports if h.device == cpe.name and h.how == "confined")
    return Lan(
        cpe=cpe.name,
        ports=ports,
        used={port: node for port, node in plugged.items() if node in own and port not in confined},
        free=tuple(port for port in ports if port not in plugged and port not in confined),
        macs=_macs(unit),
        confined=confined,
    )


def _macs(unit: Unit) -> tuple[str, ...]:
    found = {terminal.mac for terminal in unit.terminals}
    return tuple(sorted(mac for mac in found if mac)) if None not in found else ()


def cable_ends(county: County) -> Ends:
    """Return the other end of the cable in each port."""
    found = {}
    for cable in county.cables:
        found[cable.a.node, cable.a.port] = cable.b
        found[cable.b.node, cable.b.port] = cable.a
    return found
