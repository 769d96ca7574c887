"""What the inventory says of a unit's line and device, and of a device."""

from countynet import clock
from countynet.i18n import _, translate
from countynet.vocabulary import Access, DeviceRole
from inventory.allocate import free
from inventory.model import Circuit
from playbooks.runner.defaults.seam import Case, Found

KINDS = {
    Access.FIBER: _("fiber"),
    Access.LEASED: _("leased line"),
    Access.ADSL: "ADSL",
}


def device(case: Case, unit: str) -> Found:
    """Return the access device of a unit, with its model."""
    found = case.county.cpe_by_unit.get(unit)
    if found is None:
        return Found(told=translate(_("{unit} has no access device"), unit=unit))
    words = translate(_("the access device of {unit}: {model}"), unit=unit, model=f"{found.make} {found.model}".strip())
    return Found(found.name, words)


def model(case: Case, name: str) -> Found:
    """Return the model of a device."""
    found = case.county.device_by_name[name]
    words = translate(
        _("the model of {device} in the inventory, serial number {serial}"), device=name, serial=found.serial
    )
    return Found(found.model, words)


def core(case: Case) -> Found:
    """Return the core that is named first."""
    found = next(iter(case.county.devices_in(DeviceRole.CORE)), None)
    if found is None:
        return Found(told=translate(_("the inventory has no core")))
    return Found(found.name, translate(_("the first core of the inventory")))


def kind(case: Case, unit: str) -> Found:
    """Return the kind of line that a unit is moved to: what most lines with a VLAN have; and what it has now."""
    line = case.county.circuit_by_unit.get(unit)
    if line is None:
        return _no_line(unit)
    if line.access.has_vlan:
        return Found(line.access.value, _now(line))
    alike = [c.access for c in case.county.circuits if c.access.has_vlan]
    return Found((max(set(alike), key=alike.count) if alike else Access.FIBER).value, _now(line))


def contract(case: Case, unit: str) -> Found:
    """Return the number of a unit's line in its contract."""
    line = case.county.circuit_by_unit.get(unit)
    return Found(line.contract, translate(_("as it is now"))) if line else _no_line(unit)


def port(case: Case, unit: str) -> Found:
    """Return the switch port of a unit's line; before it has one, the lowest free one in its building."""
    county = case.recorded
    line, own = county.circuit_by_unit.get(unit), county.cpe_by_unit.get(unit)
    if line is None or own is None:
        return _no_line(unit)
    if line.access.has_vlan:
        return _present(case, own.name)
    if found := free.switch_port(county, own.building, free.quarantine(county, clock.today())):
        return Found(
            f"{found[0].name}:{found[1]}",
            translate(_("the lowest free switch port in {building}"), building=own.building),
        )
    return Found(told=translate(_("no switch port is free in {building}"), building=own.building))


def _present(case: Case, name: str) -> Found:
    switches = {device.name for device in case.recorded.devices_in(DeviceRole.BUILDING)}
    for cable in case.recorded.cables:
        for end, other in ((cable.a, cable.b), (cable.b, cable.a)):
            if end.node == name and other.node in switches:
                return Found(f"{other.node}:{other.port}", translate(_("as it is now")))
    return Found(told=translate(_("its line ends at no switch port of the inventory")))


def _now(line: Circuit) -> str:
    message = _("now: {kind}, {down}/{up} kbit/s, contract {contract}")
    kind = translate(KINDS[line.access]) if line.access in KINDS else line.access.value
    return translate(message, kind=kind, down=line.down_kbps, up=line.up_kbps, contract=line.contract)


def _no_line(unit: str) -> Found:
    return Found(told=translate(_("{unit} has no line"), unit=unit))
