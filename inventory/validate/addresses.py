"""Every address lies where the plan has it, and no two networks overlap. Pure."""

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network

from countynet.i18n import _
from countynet.vocabulary import DeviceRole, ZoneName
from inventory.model import County, Device, Zone
from inventory.validate.finding import Finding, Place, overlaps, wrong

OUTSIDE = _("{address} lies outside of {network}")
_SWITCHES = (DeviceRole.AGGREGATION, DeviceRole.BUILDING)


def is_host(address: IPv4Address, network: IPv4Network) -> bool:
    """Whether an address can belong to a computer of a network: inside, neither its first nor its last."""
    return address in network and address not in (network.network_address, network.broadcast_address)


def plan(county: County) -> Iterator[Finding]:
    """The plan's networks, the zones and the transits are apart from each other."""
    p = county.plan
    networks: list[tuple[Place, IPv4Network]] = [
        (("plan", "unit_lans"), p.unit_lans),
        (("plan", "staging"), p.staging),
        (("plan", "tunnels"), p.tunnels),
        (("plan", "hub"), p.hub.network),
        *((("plan", "management", i), network) for i, network in enumerate(p.management)),
        *((("plan", "transits", i, "prefix"), transit.prefix) for i, transit in enumerate(p.transits)),
    ]
    for i, zone in enumerate(county.zones):
        if zone.name is not ZoneName.MANAGEMENT:
            networks.append((("zones", i, "prefix"), _real(zone)))
    for i, line in enumerate(county.circuits):
        if line.access.has_vlan:
            networks.append((("circuits", i, "link"), line.link))
    yield from overlaps(networks)
    yield from _switch_networks(county)


def _real(zone: Zone) -> IPv4Network:
    """Return a zone's prefix, or its segment where the prefix is everything."""
    return zone.segment if zone.prefix.prefixlen == 0 and zone.segment else zone.prefix


def _switch_networks(county: County) -> Iterator[Finding]:
    """The management networks lie inside the plan's and are apart from each other."""
    inside: list[tuple[Place, IPv4Network]] = [
        (("plan", "switch_management", i, "prefix"), m.prefix) for i, m in enumerate(county.plan.switch_management)
    ]
    zone = county.zone_by_name.get(ZoneName.MANAGEMENT)
    if zone:
        inside.append((("zones", county.zones.index(zone), "prefix"), zone.prefix))
    for place, network in inside:
        if not any(network.subnet_of(whole) for whole in county.plan.management):
            yield wrong(place, OUTSIDE, address=network, network="plan.management")
    yield from overlaps(inside)


def units(county: County) -> Iterator[Finding]:
    """A unit's LAN lies in the plan and is its own; its terminals lie in it, beside the gateway."""
    for i, unit in enumerate(county.units):
        if not unit.lan.subnet_of(county.plan.unit_lans):
            yield wrong(("units", i, "lan"), OUTSIDE, address=unit.lan, network=county.plan.unit_lans)
        if unit.lan.prefixlen > 29:
            yield wrong(("units", i, "lan"), _("{network} is too small for a unit's LAN"), network=unit.lan)
        for j, terminal in enumerate(unit.terminals):
            place = ("units", i, "terminals", j, "address")
            if not is_host(terminal.address, unit.lan):
                yield wrong(place, OUTSIDE, address=terminal.address, network=unit.lan)
            elif terminal.address == unit.lan.network_address + 1:
                yield wrong(place, _("{address} is the gateway's address"), address=terminal.address)
    yield from overlaps((("units", i, "lan"), unit.lan) for i, unit in enumerate(county.units))


def devices(county: County) -> Iterator[Finding]:
    """A device's management address lies where its role has it, its staging address on the bench."""
    p = county.plan
    zone = county.zone_by_name.get(ZoneName.MANAGEMENT)
    segments = _Segments([m.prefix for m in p.switch_management] + ([zone.prefix] if zone else []))
    for i, device in enumerate(county.devices):
        place = ("devices", i, "management")
        if not any(device.management in network for network in p.management):
            yield wrong(place, OUTSIDE, address=device.management, network=", ".join(map(str, p.management)))
        else:
            yield from _by_role(device, place, zone, segments)
        staging = ("devices", i, "staging")
        if not is_host(device.staging, p.staging):
            yield wrong(staging, OUTSIDE, address=device.staging, network=p.staging)
        elif device.staging == p.staging.network_address + 1:
            yield wrong(staging, _("{address} is the management station's address"), address=device.staging)


class _Segments:
    """Networks that an address is looked up in; 10,000 devices times 100 segments would take seconds."""

    def __init__(self, networks: list[IPv4Network]) -> None:
        self.by_mask = {
            mask: {int(n.network_address): n for n in networks if int(n.netmask) == mask}
            for mask in {int(n.netmask) for n in networks}
        }

    def of(self, address: IPv4Address) -> IPv4Network | None:
        """Return the network that an address lies in."""
        number = int(address)
        return next((found for mask, nets in self.by_mask.items() if (found := nets.get(number & mask))), None)


def _by_role(device: Device, place: Place, zone: Zone | None, segments: _Segments) -> Iterator[Finding]:
    """A switch is managed on its segment; every other device on its loopback, which lies on no segment."""
    if device.role is DeviceRole.DATACENTER:
        if zone and not is_host(device.management, zone.prefix):
            yield wrong(place, OUTSIDE, address=device.management, network=zone.prefix)
    elif device.role not in _SWITCHES and (segment := segments.of(device.management)):
        message = _("{address} lies on the segment {network}; this device is managed on its loopback")
        yield wrong(place, message, address=device.management, network=segment)


def hosts(county: County) -> Iterator[Finding]:
    """A host's address and gateway lie on its zone's segment; a published address on the Internet's."""
    internet = county.zone_by_name.get(ZoneName.INTERNET)
    for i, host in enumerate(county.hosts):
        zone = county.zone_by_name.get(host.zone)
        segment = (zone.segment or zone.prefix) if zone else None
        if segment and (host.address.network != segment or not is_host(host.address.ip, segment)):
            yield wrong(("hosts", i, "address"), OUTSIDE, address=host.address, network=segment)
        if segment and host.gateway is not None and not is_host(host.gateway, segment):
            yield wrong(("hosts", i, "gateway"), OUTSIDE, address=host.gateway, network=segment)
        if internet and host.published and not is_host(host.published, internet.segment or internet.prefix):
            place, network = ("hosts", i, "published"), internet.segment or internet.prefix
            yield wrong(place, OUTSIDE, address=host.published, network=network)


def zones(county: County) -> Iterator[Finding]:
    """A zone's segment has room for the virtual gateway and, after it, each firewall's own address, all free."""
    firewalls = len(county.devices_in(DeviceRole.FIREWALL))
    taken = {h.address.ip: h.name for h in county.hosts} | {d.management: d.name for d in county.devices}
    taken |= {h.published: h.name for h in county.hosts if h.published}
    for i, zone in enumerate(county.zones):
        segment, place = zone.segment or zone.prefix, ("zones", i, "gateway")
        if segment.prefixlen < 8:
            message = _("the zone {zone} needs a segment: the firewalls' own network into it")
            yield wrong(("zones", i), message, zone=zone.name.value)
            continue
        for step in range(firewalls + 1):
            address = zone.gateway + step
            if not is_host(address, segment):
                yield wrong(place, OUTSIDE, address=address, network=segment)
            elif step and address in taken:
                message = _("{address} is a firewall's own address, but {name} has it")
                yield wrong(place, message, address=address, name=taken[address], about=[taken[address]])
