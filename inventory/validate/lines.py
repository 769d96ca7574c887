"""Each unit has one line and one CPE, and they fit each other and the building. Pure."""

from collections.abc import Iterator
from ipaddress import IPv4Network

from countynet.i18n import _
from countynet.vocabulary import Access, DeviceRole
from inventory import names
from inventory.model import Circuit, County, Device, Endpoint
from inventory.validate.cabling import joined
from inventory.validate.finding import Finding, wrong


def units(county: County) -> Iterator[Finding]:
    """A county has units, and each has exactly one line and one CPE."""
    if not county.units:
        yield wrong(("units",), _("a county has at least one unit"))
    lines, cpes = dict[str, list[str]](), dict[str, list[str]]()
    for line in county.circuits:
        lines.setdefault(line.unit, []).append(line.id)
    for device in county.devices_in(DeviceRole.CPE):
        cpes.setdefault(device.unit or "", []).append(device.name)
    for i, unit in enumerate(county.units):
        for found, none, many in (
            (lines.get(unit.id), _("{unit} has no access line"), _("{unit} has more than one access line: {all}")),
            (cpes.get(unit.id), _("{unit} has no CPE"), _("{unit} has more than one CPE: {all}")),
        ):
            if not found:
                yield wrong(("units", i), none, about=[unit.id], unit=unit.id)
            elif len(found) > 1:
                yield wrong(("units", i), many, about=[unit.id], unit=unit.id, all=", ".join(found))


def circuits(county: County) -> Iterator[Finding]:
    """A line's unit exists, its kind is the building's, its link and VLAN are as its kind wants them."""
    for i, line in enumerate(county.circuits):
        unit = county.unit_by_id.get(line.unit)
        if unit is None:
            yield wrong(("circuits", i, "unit"), _("there is no such unit"), found=line.unit)
            continue
        building = county.building_by_id.get(unit.building)
        if building and building.access.has_vlan is not line.access.has_vlan:
            message = _("{line} is {access}, but the building {building} has {other}")
            values = {"access": line.access.value, "building": building.id, "other": building.access.value}
            yield wrong(("circuits", i, "access"), message, line=line.id, **values)
        yield from _fiber(line, i) if line.access.has_vlan else _adsl(line, i, county.plan.tunnels)


def _fiber(line: Circuit, i: int) -> Iterator[Finding]:
    if line.vlan is None:
        yield wrong(("circuits", i), _("the fiber line {line} has no VLAN"), line=line.id)
    if line.link.prefixlen != 29:
        message = _("{network} is no /29: gateway, two cores and the CPE have an address on it")
        yield wrong(("circuits", i, "link"), message, network=line.link)


def _adsl(line: Circuit, i: int, tunnels: IPv4Network) -> Iterator[Finding]:
    if line.vlan is not None:
        yield wrong(("circuits", i, "vlan"), _("an ADSL line has no VLAN"), found=line.vlan)
    if line.link.prefixlen != 30:
        message = _("{network} is no /30: the operator and the CPE have an address on it")
        yield wrong(("circuits", i, "link"), message, network=line.link)
    if not line.link.subnet_of(tunnels):
        message = _("{address} lies outside of {network}")
        yield wrong(("circuits", i, "link"), message, address=line.link, network=tunnels)


def cpes(county: County) -> Iterator[Finding]:
    """A CPE stands in its unit's building and has the ports that its line and LAN need, cabled or not as they are."""
    cables = joined(county)
    for i, device in enumerate(county.devices):
        unit = county.unit_by_id.get(device.unit or "")
        if device.role is not DeviceRole.CPE or unit is None:
            continue
        if device.building != unit.building:
            message = _("{cpe} stands in {building}, its unit in {other}")
            values = {"building": device.building, "other": unit.building}
            yield wrong(("devices", i, "building"), message, cpe=device.name, **values)
        line = county.circuit_by_unit.get(unit.id)
        end = cables.get((device.name, names.dsl(device) if _is_adsl(line) else names.fiber(device)))
        yield from _cpe_ports(device, i, line)
        yield from _cpe_cable(county, device, i, line, end)


def _is_adsl(line: Circuit | None) -> bool:
    return line is not None and line.access is Access.ADSL


def _cpe_ports(device: Device, i: int, line: Circuit | None) -> Iterator[Finding]:
    if device.platform != names.GENERIC and device.uplink is None:
        return  # the rule device-uplink says it
    uplinks = () if line is None else (names.dsl(device),) if _is_adsl(line) else (names.fiber(device),)
    lan = () if names.lan_ports(device) else (names.LAN,)
    for port in (*lan, *uplinks):
        if port not in device.ports:
            message = _("{cpe} needs a port {port} for its line or LAN")
            yield wrong(("devices", i, "ports"), message, cpe=device.name, port=port)


def _cpe_cable(county: County, device: Device, i: int, line: Circuit | None, end: Endpoint | None) -> Iterator[Finding]:
    """A fiber CPE's uplink leads to a building switch; an ADSL CPE's leads out of the county's own cables."""
    if line is None:
        return
    port = f"{device.name}:{names.dsl(device) if _is_adsl(line) else names.fiber(device)}"
    peer = county.device_by_name.get(end.node) if end else None
    about = [device.name, port]
    if not _is_adsl(line) and (peer is None or peer.role is not DeviceRole.BUILDING):
        yield wrong(("devices", i), _("{port} is not cabled to a building switch"), about=about, port=port)
    if _is_adsl(line) and end is not None:
        message = _("{port} is the telephone line's port; no cable of ours is in it")
        yield wrong(("devices", i), message, about=about, port=port)
