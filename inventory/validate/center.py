"""The center has the devices, zones and hosts without which nothing can be derived. Pure."""

from collections.abc import Iterator

from countynet.i18n import _
from countynet.vocabulary import Access, DeviceRole, HostKind, ZoneName
from inventory import names
from inventory.model import County
from inventory.validate.finding import Finding, wrong

_GATEWAYS = {ZoneName.INTERNET: HostKind.INTERNET, ZoneName.CITY: HostKind.CITY}
_SERVICES = ("time", "names", "logs")


def roles(county: County) -> Iterator[Finding]:
    """One or two cores and firewalls, one VPN hub if a line is ADSL, one datacenter switch; each joined by transits."""
    adsl = any(c.access is Access.ADSL for c in county.circuits)
    wanted = {
        DeviceRole.CORE: (1, 2),
        DeviceRole.FIREWALL: (1, 2),
        DeviceRole.VPN_HUB: (1, 1) if adsl else (0, 1),
        DeviceRole.DATACENTER: (1, 1),
    }
    for role, (least, most) in wanted.items():
        count = len(county.devices_in(role))
        if not least <= count <= most:
            message = _("a county has {least} to {most} devices of the role {role}, and this one has {count}")
            values = {"least": least, "most": most, "role": role.value, "count": count}
            yield wrong(("devices",), message, about=[role.value], **values)
    yield from _joined(county)


def _joined(county: County) -> Iterator[Finding]:
    """A core reaches a firewall or another core over a transit; a firewall and the hub reach a core."""
    pairs = [(t.a.node, t.b.node) for t in county.plan.transits]
    for i, device in enumerate(county.devices):
        if device.role not in (DeviceRole.CORE, DeviceRole.FIREWALL, DeviceRole.VPN_HUB):
            continue
        peers = {b if a == device.name else a for a, b in pairs if device.name in (a, b)}
        known = {county.device_by_name[p].role for p in peers if p in county.device_by_name}
        if not known - {DeviceRole.VPN_HUB}:
            message = _("{node} has no transit towards a core or a firewall in plan.transits")
            yield wrong(("devices", i), message, about=[device.name], node=device.name)
    for i, device in enumerate(county.devices):
        said = device.uplink is not None or device.platform == names.GENERIC
        if device.role is DeviceRole.VPN_HUB and said and names.fiber(device) not in device.ports:
            message = _("{node} needs a port {port} towards the operator")
            yield wrong(("devices", i, "ports"), message, node=device.name, port=names.fiber(device))


def zones(county: County) -> Iterator[Finding]:
    """There is a management zone; each zone's port is on every firewall; the Internet and the city have a gateway."""
    if ZoneName.MANAGEMENT not in county.zone_by_name:
        yield wrong(("zones",), _("there is no zone management"), about=[ZoneName.MANAGEMENT.value])
    for i, zone in enumerate(county.zones):
        if zone.name is ZoneName.UNITS:
            yield wrong(("zones", i, "name"), _("the units are no zone behind the firewalls"), found=zone.name.value)
        if zone.port in [z.port for z in county.zones[:i]]:
            yield wrong(("zones", i, "port"), _("two zones have the port {port}"), port=zone.port)
        for firewall in county.devices_in(DeviceRole.FIREWALL):
            if zone.port not in firewall.ports:
                message = _("{node} has no port {port}; it has: {ports}")
                values = {"node": firewall.name, "port": zone.port, "ports": ", ".join(firewall.ports)}
                yield wrong(("zones", i, "port"), message, about=[firewall.name], **values)
        yield from _gateway(county, i)


def _gateway(county: County, i: int) -> Iterator[Finding]:
    """A zone that is more than its segment has a host which is the gateway to the rest."""
    zone = county.zones[i]
    if zone.segment is None or zone.segment == zone.prefix:
        return
    kind = _GATEWAYS.get(zone.name)
    if kind is None:
        message = _("only the zones internet and city are more than their segment")
        yield wrong(("zones", i, "segment"), message, found=zone.segment)
    elif not any(h.kind is kind and h.zone is zone.name for h in county.hosts):
        message = _("the zone {zone} needs a host of the kind {kind}: its gateway to the rest")
        yield wrong(("zones", i), message, about=[kind.value], zone=zone.name.value, kind=kind.value)


def station(county: County) -> Iterator[Finding]:
    """There is one management station, in the management zone, and the services that devices use run somewhere."""
    stations = [i for i, h in enumerate(county.hosts) if h.kind is HostKind.STATION]
    if not stations:
        yield wrong(("hosts",), _("there is no host of the kind station"), about=[HostKind.STATION.value])
    for i in stations[1:]:
        yield wrong(("hosts", i, "kind"), _("there is more than one management station"), found=county.hosts[i].name)
    for i in stations:
        if county.hosts[i].zone is not ZoneName.MANAGEMENT:
            message = _("the management station belongs into the zone management")
            yield wrong(("hosts", i, "zone"), message, found=county.hosts[i].zone.value)
    for service in _SERVICES:
        if not any(service in h.runs for h in county.hosts):
            yield wrong(("hosts",), _("no host runs {service}"), about=[service], service=service)
