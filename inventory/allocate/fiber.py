"""A unit moves from its telephone line to fiber: a VLAN, a switch port and a link of the plan, its new device. Pure.

The unit keeps its number, its LAN, its device's name, management and staging address; what it had of the telephone
line (its link) is held in quarantine, as if a unit had left. Asked again for a unit that is on fiber, there is nothing
to do. A building's lines are of one kind: a unit that shares its building with others on the telephone line is
refused. Its device becomes the model that most units on fiber have; where a maker's own port names would mean other
cables in the unit's LAN too, it is refused, as nobody could know which terminal is moved to which port.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from countynet.errors import BadInput, Problem
from countynet.i18n import _
from countynet.vocabulary import Access, DeviceRole
from inventory import names
from inventory.allocate import free
from inventory.allocate.gear import Gear, usual_cpe
from inventory.allocate.unit import Allocation
from inventory.model import Circuit, County, Device
from inventory.record.edit import Edit, Put, Set

OTHER_PORTS = _("its ports have a maker's own names: exchange the device's cables in the inventory by hand first")


@dataclass(frozen=True)
class Move:
    """What a person says of it."""

    unit: str
    access: Access = Access.FIBER
    contract: str = ""
    """the line's new number in its contract; empty: as it was"""
    port: str = ""
    """where its fiber ends, as switch:port; empty: the lowest free one in its own building"""
    serial: str = ""
    """of the new device; empty: not known yet"""


def move_to_fiber(county: County, wanted: Move, today: date) -> Allocation:
    """Return what a unit gets. Raises BadInput: unknown unit, no free port in its building, exhausted pools."""
    if wanted.unit not in county.circuit_by_unit or wanted.unit not in county.cpe_by_unit:
        problem = Problem(_("the unit has no line that could be moved"), where="unit", found=wanted.unit)
        raise BadInput([problem])
    line, cpe = county.circuit_by_unit[wanted.unit], county.cpe_by_unit[wanted.unit]
    if line.access is not Access.ADSL:
        return Allocation(wanted.unit)
    _alone(county, cpe.building, wanted.unit)
    held, number = free.quarantine(county, today), county.unit_by_id[wanted.unit].number
    port = _port(county, cpe, wanted.port, held)
    pools = free.pools(county)
    vlan = free.vlan(county, held, pools.vlans[0] + number - 1)
    link = free.network(county, pools.fiber_links, held, number, "plan.pools.fiber_links")
    gear = _gear(county, cpe)
    told = {"unit": wanted.unit, "cpe": cpe.name, "line": line.id, "access": wanted.access.value, "link": str(link)}
    told |= {"vlan": str(vlan), "port": port}
    edits = (
        *_line(county, line, wanted, vlan, str(link)),
        *_device(cpe, gear, wanted),
        Set("buildings", cpe.building, "access", wanted.access.value),
        Put("cables", {"id": f"cable-{cpe.name}", "a": port, "b": f"{cpe.name}:{gear.uplink}", "kind": "fiber"}),
        _freed(line, today + timedelta(days=pools.quarantine_days)),
    )
    return Allocation(wanted.unit, told, edits)


def _alone(county: County, building: str, unit: str) -> None:
    """Raise BadInput when other units of a building are on the telephone line: a building has lines of one kind."""
    lines = county.circuit_by_unit
    others = [u.id for u in county.units if u.building == building and u.id != unit and u.id in lines]
    if left := [other for other in others if lines[other].access is Access.ADSL]:
        message = _("{building} has other units on the telephone line: {units}; a building's lines are of one kind")
        values = {"building": building, "units": ", ".join(left)}
        raise BadInput([Problem(message, values, where="unit", found=unit)])


def _port(county: County, cpe: Device, wish: str, held: free.Quarantine) -> str:
    """Return the switch port that the fiber ends at. Raises BadInput for one that is not free, or without any."""
    able = list(_free(county, held))
    own = {d.name for d in county.devices_in(DeviceRole.BUILDING) if d.building == cpe.building}
    chosen = wish if wish in able else next((port for port in able if not wish and port.partition(":")[0] in own), "")
    if chosen:
        return chosen
    message = _("no free switch port there in {building}: name the one at which its fiber ends")
    some = ", ".join(able[:6])
    raise BadInput([Problem(message, {"building": cpe.building}, where="port", found=wish, wanted=some)])


def _free(county: County, held: free.Quarantine) -> Iterator[str]:
    """Yield every free port of building switches, the lowest of each switch first."""
    used = {(end.node, end.port) for cable in county.cables for end in (cable.a, cable.b)}
    for device in county.devices_in(DeviceRole.BUILDING):
        for port in device.ports:
            taken = (device.name, port) in used or port.startswith("up")
            if not taken and not held.holds(f"port {device.name}:{port}"):
                yield f"{device.name}:{port}"


def _gear(county: County, cpe: Device) -> Gear:
    gear = usual_cpe(county, True, len(names.lan_ports(cpe)))
    if cpe.uplink is not None or gear.like.uplink is not None or gear.like.platform != cpe.platform:
        raise BadInput([Problem(OTHER_PORTS, where="unit", found=cpe.name)])
    return gear


def _line(county: County, line: Circuit, wanted: Move, vlan: int, link: str) -> Iterator[Edit]:
    """Yield the line's edits, on the terms that most lines of its new kind have."""
    alike = [c for c in county.circuits if c.access is wanted.access]
    terms = [(c.rent, c.down_kbps, c.up_kbps, c.availability, c.repair_hours) for c in alike]
    usual = max(set(terms), key=terms.count) if terms else None
    yield Set("circuits", line.id, "access", wanted.access.value)
    yield Set("circuits", line.id, "vlan", vlan)
    yield Set("circuits", line.id, "link", link)
    if usual is not None:
        fields = ("rent", "down_kbps", "up_kbps", "availability", "repair_hours")
        yield from (Set("circuits", line.id, field, value) for field, value in zip(fields, usual, strict=True))
    if wanted.contract:
        yield Set("circuits", line.id, "contract", wanted.contract)


def _device(cpe: Device, gear: Gear, wanted: Move) -> Iterator[Edit]:
    ports = [gear.uplink if port == names.DSL else port for port in cpe.ports]
    yield Set("devices", cpe.name, "ports", list(ports))
    for field in ("make", "model", "type"):
        if (value := getattr(gear.like, field)) != getattr(cpe, field):
            yield Set("devices", cpe.name, field, value)
    if wanted.serial and wanted.serial != cpe.serial:
        yield Set("devices", cpe.name, "serial", wanted.serial)


def _freed(line: Circuit, until: date) -> Put:
    value = str(line.link)
    held = {"kind": "network", "value": value, "was": line.unit, "until": until.isoformat()}
    return Put("quarantine", {"id": f"network {value}", **held})
