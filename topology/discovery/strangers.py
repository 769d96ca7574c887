"""Who hangs on a port and is in no inventory: hardware addresses that nobody knows, and known addresses in other hands.

What is known: terminals by their hardware address, devices by those of their ports, hosts and what belongs to the
county's own links by their IP address. A terminal whose hardware address the inventory has may not have another one.
Not judged: ports into the operator's net, the Internet and the city (others' equipment), ports that lead to another
device (it judges its own), virtual and group addresses. Pure.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address

from countynet.i18n import _
from countynet.vocabulary import Access, DeviceRole, ZoneName
from inventory import names
from inventory.model import County
from topology.discovery.evidence import Evidence, Sighting
from topology.discovery.identity import Identities, canonical

VIRTUAL = ("00:00:5e:00:01:", "00:00:5e:00:02:")
"""VRRP's virtual addresses (RFC 5798)"""
OUTSIDE = (ZoneName.INTERNET, ZoneName.CITY)


class StrangerKind(StrEnum):
    """Why somebody is a stranger."""

    UNKNOWN = "unknown"
    """its hardware address is in no inventory"""
    IMPOSTOR = "impostor"
    """it answers for a terminal's IP address with another hardware address"""


KIND_TITLES = {
    StrangerKind.UNKNOWN: _("unknown hardware address"),
    StrangerKind.IMPOSTOR: _("another computer at a terminal's address"),
}


@dataclass(frozen=True)
class Stranger:
    """A hardware address that nobody knows, where it was seen."""

    mac: str
    device: str
    port: str
    kind: StrangerKind
    address: str = ""
    """its IP address, if it was seen to answer for one"""
    instead_of: str = ""
    """the terminal whose address it has taken"""


def strangers(county: County, evidence: Evidence) -> tuple[Stranger, ...]:
    """Return every stranger, each once for each port."""
    known = _Known(county, evidence)
    found: dict[tuple[str, str, str], Stranger] = {}
    for device, sighting in known.judged():
        judged = known.judge(device, sighting)
        if judged is not None:
            before = found.get((judged.mac, device, canonical(judged.port)))
            if before is None or (judged.address and not before.address):
                found[judged.mac, device, canonical(judged.port)] = judged
    return tuple(found.values())


def edges(county: County, evidence: Evidence) -> tuple[tuple[str, Sighting], ...]:
    """Return the sightings at ports that may be terminals' own, with their devices: none where others' nets begin.

    Of forwarding tables, ports that lead to another device are left out; group and virtual addresses everywhere.
    """
    return tuple(_Known(county, evidence).judged())


class _Known:
    def __init__(self, county: County, evidence: Evidence) -> None:
        self._evidence, self._who = evidence, Identities(county, evidence)
        self._terminals = {t.mac: t.name for unit in county.units for t in unit.terminals if t.mac}
        self._bound = {str(t.address): t for unit in county.units for t in unit.terminals if t.mac}
        self._addresses = set(map(str, _addresses(county)))
        self._outside, self._inner = _outside(county), self._leads_on(county)
        seen = [s for device in evidence.devices.values() for s in device.seen]
        self._held = {s.mac for s in seen if s.address in self._addresses and s.address not in self._bound}

    def judged(self) -> Iterator[tuple[str, Sighting]]:
        """Yield what is to be judged."""
        for device in self._evidence.devices.values():
            for sighting in device.seen:
                place = device.name, canonical(sighting.port)
                inner = sighting.by == "fdb" and place in self._inner
                if not inner and place not in self._outside and personal(sighting.mac):
                    yield device.name, sighting

    def judge(self, device: str, sighting: Sighting) -> Stranger | None:
        """Return a sighting as a stranger, None when it is known."""
        terminal = self._bound.get(sighting.address)
        if terminal is not None and terminal.mac != sighting.mac and self._who.owner(sighting.mac) is None:
            return Stranger(sighting.mac, device, sighting.port, StrangerKind.IMPOSTOR, sighting.address, terminal.name)
        if sighting.mac in self._terminals or sighting.mac in self._held or self._who.owner(sighting.mac):
            return None
        return Stranger(sighting.mac, device, sighting.port, StrangerKind.UNKNOWN, sighting.address)

    def _leads_on(self, county: County) -> set[tuple[str, str]]:
        """Return the ports that lead to another device: by cable, by LLDP, or because its address is learned there."""
        known = county.device_by_name
        pairs = [(c.a, c.b) for c in county.cables if c.a.node in known and c.b.node in known]
        found = {(end.node, canonical(end.port)) for pair in pairs for end in pair}
        for device in self._evidence.devices.values():
            found |= {(device.name, canonical(h.port)) for h in device.heard if self._who.of(h) is not None}
            for sighting in device.seen:
                owner = self._who.owner(sighting.mac)
                if sighting.by == "fdb" and owner is not None and owner.node != device.name:
                    found.add((device.name, canonical(sighting.port)))
        return found


def personal(mac: str) -> bool:
    """Whether an address is one card's own: no group, no virtual router, not the empty one."""
    if mac.startswith(VIRTUAL) or not mac.strip("0:"):
        return False
    return not int(mac[:2], 16) & 1


def _outside(county: County) -> set[tuple[str, str]]:
    """Return the ports and interfaces beyond which others' equipment stands."""
    found = set()
    for circuit in county.circuits:
        if circuit.access is Access.ADSL:
            cpe = county.cpe_by_unit[circuit.unit]
            found.add((cpe.name, canonical(names.dsl(cpe))))
    for hub in county.devices_in(DeviceRole.VPN_HUB):
        found.add((hub.name, canonical(names.fiber(hub))))
    for zone in county.zones:
        if zone.name in OUTSIDE:
            found |= {(fw.name, canonical(zone.port)) for fw in county.devices_in(DeviceRole.FIREWALL)}
    for device in county.devices:
        found.add((device.name, canonical(names.staging(device))))
    return found


def _addresses(county: County) -> Iterator[IPv4Address]:
    """Yield the addresses that belong to somebody: devices, hosts, terminals, gateways, every end of a link."""
    for device in county.devices:
        yield from (device.management, device.staging)
    for host in county.hosts:
        yield host.address.ip
    for unit in county.units:
        yield next(unit.lan.hosts())
        yield from (terminal.address for terminal in unit.terminals)
    for circuit in county.circuits:
        yield from circuit.link.hosts()
    for transit in county.plan.transits:
        yield from transit.prefix.hosts()
    for managed in county.plan.switch_management:
        yield from list(managed.prefix.hosts())[:3]
    for zone in county.zones:
        yield from (zone.gateway, zone.gateway + 1, zone.gateway + 2)
    yield from (county.plan.hub.ip, county.plan.hub_gateway)
