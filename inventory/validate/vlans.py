"""A VLAN means one thing and lives below one aggregation switch: so there is no loop and no way round a core. Pure."""

from collections.abc import Iterator

from countynet.i18n import _
from countynet.vocabulary import DeviceRole
from inventory import names
from inventory.model import County, Device, SwitchManagement
from inventory.validate.addresses import is_host
from inventory.validate.cabling import joined
from inventory.validate.finding import Finding, Place, wrong

Above = dict[str, set[str]]


def _aggregations(county: County) -> Above:
    """Return the aggregation switches that each switch is cabled to, by its name."""
    cables, known = joined(county), county.device_by_name
    found: Above = {}
    for device in county.devices:
        if device.role in (DeviceRole.AGGREGATION, DeviceRole.BUILDING):
            ends = [cables.get((device.name, port)) for port in device.ports]
            peers = [known[end.node] for end in ends if end and end.node in known]
            found[device.name] = {peer.name for peer in peers if peer.role is DeviceRole.AGGREGATION}
    return found


def unique(county: County) -> Iterator[Finding]:
    """No VLAN is used for two things."""
    seen: dict[int, str] = {}
    used: list[tuple[Place, int, str]] = [
        *((("zones", i, "vlan"), z.vlan, z.name.value) for i, z in enumerate(county.zones)),
        *(
            (("plan", "switch_management", i, "vlan"), m.vlan, m.aggregation)
            for i, m in enumerate(county.plan.switch_management)
        ),
        *((("circuits", i, "vlan"), c.vlan, c.id) for i, c in enumerate(county.circuits) if c.vlan is not None),
    ]
    for place, vlan, owner in used:
        if vlan in seen:
            yield wrong(place, _("VLAN {vlan} is used already, by {other}"), vlan=vlan, other=seen[vlan])
        seen.setdefault(vlan, owner)


def one_aggregation(county: County) -> Iterator[Finding]:
    """A building switch hangs on exactly one aggregation switch, and no VLAN reaches two."""
    aggregations, cables = _aggregations(county), joined(county)
    for i, device in enumerate(county.devices):
        if device.role is DeviceRole.BUILDING:
            above = sorted(aggregations[device.name])
            if len(above) != 1:
                message = _("{node} must be cabled to one aggregation switch, and is to {count}: {all}")
                about = [device.name, *(f"{device.name}:{port}" for port in device.ports)]
                values = {"count": len(above), "all": ", ".join(above)}
                yield wrong(("devices", i), message, about=about, node=device.name, **values)
    first: dict[int, set[str]] = {}
    for i, line in enumerate(county.circuits):
        cpe = county.cpe_by_unit.get(line.unit)
        end = cables.get((cpe.name, names.fiber(cpe))) if cpe else None
        above_line = aggregations.get(end.node, set()) if end else set()
        if line.vlan is not None and above_line:
            everywhere = first.setdefault(line.vlan, above_line) | above_line
            if len(everywhere) > 1:
                message = _("VLAN {vlan} is used on two aggregation switches: {all}")
                yield wrong(("circuits", i, "vlan"), message, vlan=line.vlan, all=", ".join(sorted(everywhere)))


def switch_management(county: County) -> Iterator[Finding]:
    """Every aggregation switch has one management VLAN, and it and the switches below are managed on it."""
    plans = county.plan.switch_management
    for i, plan in enumerate(plans):
        device = county.device_by_name.get(plan.aggregation)
        place = ("plan", "switch_management", i, "aggregation")
        if device is None or device.role is not DeviceRole.AGGREGATION:
            yield wrong(place, _("there is no such aggregation switch"), found=plan.aggregation)
    aggregations, by_switch = _aggregations(county), dict[str, list[SwitchManagement]]()
    for plan in plans:
        by_switch.setdefault(plan.aggregation, []).append(plan)
    for i, device in enumerate(county.devices):
        if device.role is DeviceRole.AGGREGATION:
            mine = by_switch.get(device.name, [])
            if len(mine) != 1:
                message = _("{node} needs one management VLAN in plan.switch_management, and has {count}")
                yield wrong(("devices", i), message, node=device.name, count=len(mine))
        if device.role in (DeviceRole.AGGREGATION, DeviceRole.BUILDING):
            above = {device.name} | aggregations[device.name]
            mine = [plan for name in sorted(above) for plan in by_switch.get(name, [])]
            yield from _managed(device, i, above, mine)


def _managed(device: Device, i: int, above: set[str], plans: list[SwitchManagement]) -> Iterator[Finding]:
    for plan in plans:
        reserved = plan.prefix.network_address + 3
        if not is_host(device.management, plan.prefix) or device.management <= reserved:
            message = _("{address} lies outside of {network}, or is one of its first three, the cores'")
            place = ("devices", i, "management")
            yield wrong(place, message, about=above, address=device.management, network=plan.prefix)
