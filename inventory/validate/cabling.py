"""Every cable joins two ports that exist and are free, and what must be joined is. Pure."""

from collections.abc import Iterator

from countynet.i18n import _
from countynet.vocabulary import DeviceRole
from inventory import names
from inventory.model import County, Endpoint
from inventory.validate.finding import Finding, wrong

_NOBODY = "00:00:00:00:00:00"


def _ports(county: County) -> dict[str, tuple[str, ...]]:
    """Return the ports of every node that a cable can end at."""
    one = (names.HOST,)
    found: dict[str, tuple[str, ...]] = dict.fromkeys([*county.host_by_name, *county.unit_by_terminal], one)
    return found | {d.name: d.ports for d in county.devices}


def joined(county: County) -> dict[tuple[str, str], Endpoint]:
    """Return the other end of the cable in each port."""
    ends = {}
    for cable in county.cables:
        ends[cable.a.node, cable.a.port] = cable.b
        ends[cable.b.node, cable.b.port] = cable.a
    return ends


def ends(county: County) -> Iterator[Finding]:
    """A cable ends at a node and port that exist, and in no port that another cable is in."""
    ports, used = _ports(county), dict[tuple[str, str], str]()
    for i, cable in enumerate(county.cables):
        for side in ("a", "b"):
            end: Endpoint = getattr(cable, side)
            place, text = ("cables", i, side), f"{end.node}:{end.port}"
            if end.node not in ports:
                yield wrong(place, _("nothing is named {node}"), about=[end.node, text], node=end.node)
            elif end.port not in ports[end.node]:
                message = _("{node} has no port {port}; it has: {ports}")
                listed = ", ".join(ports[end.node])
                yield wrong(place, message, about=[end.node], node=end.node, port=end.port, ports=listed)
            elif (end.node, end.port) in used:
                message = _("the port {port} is in use already, by {cable}")
                yield wrong(place, message, port=text, cable=used[end.node, end.port])
            used.setdefault((end.node, end.port), cable.id)


def ports(county: County) -> Iterator[Finding]:
    """A device lists each port once, and not the ports that every device has."""
    for i, device in enumerate(county.devices):
        made = names.made(device)
        for j, port in enumerate(device.ports):
            if port in device.ports[:j]:
                yield wrong(("devices", i, "ports", j), _("the port {port} is listed twice"), port=port)
            if port in made:
                message = _("{port} is no port to list: every device has it, or a daemon makes it")
                yield wrong(("devices", i, "ports", j), message, port=port)


def terminals(county: County) -> Iterator[Finding]:
    """A terminal is cabled to a LAN port of its own unit's CPE."""
    cables = joined(county)
    for i, unit in enumerate(county.units):
        cpe = county.cpe_by_unit.get(unit.id)
        for j, terminal in enumerate(unit.terminals):
            end = cables.get((terminal.name, names.HOST))
            if cpe and (end is None or end.node != cpe.name or end.port not in names.lan_ports(cpe)):
                message = _("{terminal} is not cabled to a LAN port of its unit's CPE: {ports}")
                ports = [f"{cpe.name}:{port}" for port in names.lan_ports(cpe)]
                about = [terminal.name, f"{terminal.name}:{names.HOST}", *ports]
                values = {"terminal": terminal.name, "ports": ", ".join(ports)}
                yield wrong(("units", i, "terminals", j), message, about=about, **values)


def macs(county: County) -> Iterator[Finding]:
    """A terminal's hardware address is one that a computer can have: its CPE is told to let only that pass."""
    for i, unit in enumerate(county.units):
        for j, terminal in enumerate(unit.terminals):
            if terminal.mac and (int(terminal.mac[:2], 16) & 1 or terminal.mac == _NOBODY):
                message = _("{mac} is no computer's own address: it is a group's, or nobody's")
                yield wrong(("units", i, "terminals", j, "mac"), message, mac=terminal.mac)


def lan_ends(county: County) -> Iterator[Finding]:
    """No device is in a CPE's LAN port: it would join networks behind the filters' backs."""
    lans = {(d.name, port) for d in county.devices_in(DeviceRole.CPE) for port in names.lan_ports(d)}
    for i, cable in enumerate(county.cables):
        for here, there in ((cable.a, cable.b), (cable.b, cable.a)):
            if (here.node, here.port) in lans and there.node in county.device_by_name:
                message = _("{port} is a port for the unit's computers, but the device {node} is cabled to it")
                port, about = f"{here.node}:{here.port}", [here.node, there.node]
                yield wrong(("cables", i), message, about=about, port=port, node=there.node)


def hosts(county: County) -> Iterator[Finding]:
    """A host is cabled to a datacenter switch."""
    cables = joined(county)
    switches = {d.name for d in county.devices_in(DeviceRole.DATACENTER)}
    for i, host in enumerate(county.hosts):
        end = cables.get((host.name, names.HOST))
        if switches and (end is None or end.node not in switches):
            about = [host.name, f"{host.name}:{names.HOST}", DeviceRole.DATACENTER.value]
            yield wrong(("hosts", i), _("{host} is not cabled to a datacenter switch"), about=about, host=host.name)


def transits(county: County) -> Iterator[Finding]:
    """A transit is a /30 between a core and a core, firewall or VPN hub, with a cable between the same ports."""
    cables, known = joined(county), county.device_by_name
    routed = (DeviceRole.CORE, DeviceRole.FIREWALL, DeviceRole.VPN_HUB)
    for i, transit in enumerate(county.plan.transits):
        place = ("plan", "transits", i)
        about = [transit.a.node, transit.b.node, f"{transit.a.node}:{transit.a.port}"]
        if transit.prefix.prefixlen != 30:
            message = _("{network} is no /30: a transit has two ends")
            yield wrong((*place, "prefix"), message, network=transit.prefix)
        for side, end in (("a", transit.a), ("b", transit.b)):
            if end.node not in known or known[end.node].role not in routed:
                message = _("{node} is no core, firewall or VPN hub")
                yield wrong((*place, side), message, about=about, node=end.node)
        if cables.get((transit.a.node, transit.a.port)) != transit.b:
            yield wrong(place, _("no cable joins the two ends of this transit"), about=about)


def uplinks(county: County) -> Iterator[Finding]:
    """An aggregation switch reaches every core; a firewall has a cable in the leg of every zone."""
    cables, cores = joined(county), county.devices_in(DeviceRole.CORE)
    for i, device in enumerate(county.devices):
        peers = {end.node for port in device.ports if (end := cables.get((device.name, port)))}
        if device.role is DeviceRole.AGGREGATION:
            for core in cores:
                if core.name not in peers:
                    message = _("{node} is not cabled to {core}")
                    yield wrong(
                        ("devices", i), message, about=[device.name, core.name], node=device.name, core=core.name
                    )
        if device.role is DeviceRole.FIREWALL:
            for zone in county.zones:
                if (device.name, zone.port) not in cables:
                    message = _("no cable is in {port}, the leg into the zone {zone}")
                    port, about = f"{device.name}:{zone.port}", [device.name, f"{device.name}:{zone.port}"]
                    yield wrong(("devices", i), message, about=about, port=port, zone=zone.name.value)
