"""How a county's devices are joined, looked up the ways that intent needs. Pure; built once per county.

Everything is derived from cables, circuits and transits, never from a device's name.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from ipaddress import IPv4Address, IPv4Interface, IPv4Network, collapse_addresses

from countynet.vocabulary import Access, DeviceRole, HostKind, ZoneName
from inventory.lan import Lan, lan
from inventory.model import County, Device, Endpoint, Host, SwitchManagement, Unit, Zone

Networks = tuple[IPv4Network, ...]


def collapse(networks: Iterable[IPv4Network]) -> Networks:
    """Return the fewest networks that cover exactly the given ones, sorted."""
    return tuple(collapse_addresses(networks))


def single(address: IPv4Address) -> IPv4Network:
    """Return the network of one address."""
    return IPv4Network(address)


def nth(network: IPv4Network, n: int) -> IPv4Interface:
    """Return the n-th address of a network with its prefix length."""
    return IPv4Interface((network.network_address + n, network.prefixlen))


def first_host(network: IPv4Network) -> IPv4Address:
    """Return the first usable address of a network: by custom its gateway."""
    return network.network_address + 1


@dataclass(frozen=True)
class Link:
    """One end of a routed transit between two devices of the center."""

    port: str
    address: IPv4Interface
    prefix: IPv4Network
    peer: Device


@dataclass(frozen=True)
class Wiring:
    """A county with its joints looked up."""

    county: County

    @cached_property
    def peers(self) -> dict[tuple[str, str], Endpoint]:
        """The other end of the cable in each port."""
        ends = {}
        for cable in self.county.cables:
            ends[cable.a.node, cable.a.port] = cable.b
            ends[cable.b.node, cable.b.port] = cable.a
        return ends

    def lan(self, unit: Unit) -> Lan:
        """Return a unit's LAN at its CPE."""
        return lan(self.county, unit, self.peers)

    def peer_device(self, device: Device, port: str) -> Device | None:
        """Return the device at the other end of the cable in a port, or None."""
        end = self.peers.get((device.name, port))
        return self.county.device_by_name.get(end.node) if end else None

    def neighbours(self, device: Device, *roles: DeviceRole) -> dict[str, Device]:
        """Return port -> device of the devices of these roles that are cabled to a device."""
        found = ((port, self.peer_device(device, port)) for port in device.ports)
        return {port: peer for port, peer in found if peer is not None and peer.role in roles}

    @cached_property
    def _links(self) -> dict[str, tuple[Link, ...]]:
        links: dict[str, list[Link]] = {}
        devices = self.county.device_by_name
        for t in self.county.plan.transits:
            links.setdefault(t.a.node, []).append(Link(t.a.port, nth(t.prefix, 1), t.prefix, devices[t.b.node]))
            links.setdefault(t.b.node, []).append(Link(t.b.port, nth(t.prefix, 2), t.prefix, devices[t.a.node]))
        return {name: tuple(found) for name, found in links.items()}

    def links(self, device: Device) -> tuple[Link, ...]:
        """Return a device's routed transits."""
        return self._links.get(device.name, ())

    def place(self, device: Device) -> int:
        """Return a device's place among those of its role, from 0; the first is the preferred one of a pair."""
        return self.county.devices_in(device.role).index(device)

    def units_below(self, device: Device) -> tuple[Unit, ...]:
        """Return the fiber units whose lines pass a core, aggregation or building switch."""
        below = {
            DeviceRole.CORE: (DeviceRole.AGGREGATION,),
            DeviceRole.AGGREGATION: (DeviceRole.BUILDING,),
            DeviceRole.BUILDING: (DeviceRole.CPE,),
        }.get(device.role, ())
        found: list[Unit] = []
        for peer in self.neighbours(device, *below).values():
            found += [self.county.unit_by_id[peer.unit]] if peer.unit else self.units_below(peer)
        return tuple(found)

    def vlan(self, unit: Unit) -> int:
        """Return a fiber unit's VLAN. Raises KeyError if it has none, which validation refuses."""
        vlan = self.county.circuit_by_unit[unit.id].vlan
        if vlan is None:
            raise KeyError(unit.id)
        return vlan

    def switch_management(self, device: Device) -> tuple[SwitchManagement, ...]:
        """Return the management VLANs that a core, aggregation or building switch carries."""
        plans = self.county.plan.switch_management
        if device.role in (DeviceRole.CORE, DeviceRole.BUILDING):
            names = {d.name for d in self.neighbours(device, DeviceRole.AGGREGATION).values()}
        else:
            names = {device.name}
        return tuple(m for m in plans if m.aggregation in names)

    @cached_property
    def adsl_units(self) -> tuple[Unit, ...]:
        """The units whose line is ADSL."""
        lines = self.county.circuit_by_unit
        return tuple(u for u in self.county.units if lines[u.id].access is Access.ADSL)

    @cached_property
    def unit_lans(self) -> Networks:
        """The LANs of all units, collapsed."""
        return collapse(u.lan for u in self.county.units)

    @cached_property
    def device_addresses(self) -> Networks:
        """The management addresses of all devices, collapsed."""
        return collapse(single(d.management) for d in self.county.devices)

    @cached_property
    def management(self) -> Zone:
        """The management zone."""
        return self.county.zone_by_name[ZoneName.MANAGEMENT]

    @cached_property
    def tunnel_sources(self) -> Networks:
        """What may come out of the tunnels: LANs and management addresses of the ADSL units."""
        cpes = self.county.cpe_by_unit
        return collapse(n for u in self.adsl_units for n in (u.lan, single(cpes[u.id].management)))

    @cached_property
    def never_for_units(self) -> Networks:
        """Where a unit has no business: management, staging, tunnels' lines, transits and links."""
        plan = self.county.plan
        links = [c.link for c in self.county.circuits]
        transits = [t.prefix for t in plan.transits]
        return collapse([*plan.management, plan.staging, plan.tunnels, plan.hub.network, *transits, *links])

    def gateway_out(self, zone: Zone) -> IPv4Address | None:
        """Return who routes beyond a zone's segment, the Internet's or the city's gateway; None if nothing is."""
        if zone.segment is None or zone.segment == zone.prefix:
            return None
        kinds = (HostKind.INTERNET, HostKind.CITY)
        return next(h.address.ip for h in self.county.hosts if h.zone is zone.name and h.kind in kinds)

    def running(self, what: str) -> tuple[IPv4Address, ...]:
        """Return the addresses of the hosts that run a service of the center: time, names, logs or portal."""
        return tuple(h.address.ip for h in self.county.hosts if what in h.runs)

    def host_in(self, port_owner: Device, port: str) -> Host | None:
        """Return the host at the other end of the cable in a port, or None."""
        end = self.peers.get((port_owner.name, port))
        return self.county.host_by_name.get(end.node) if end else None
