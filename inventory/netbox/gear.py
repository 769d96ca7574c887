"""Devices, hosts, security equipment and terminals, their types and roles, as NetBox's. Pure.

A host or terminal is a device too, because cables end in it. What has no type of the library gets one made of its make
and model, which NetBox demands; what has no make is of the make "unknown".
"""

from collections.abc import Iterator
from datetime import date

from inventory.model import County, Device, DeviceType, LifeCycle
from inventory.netbox.thing import CF, Ref, Thing, Value, name, slug, text
from inventory.netbox.words import DEVICE_ROLES, STATES

UNKNOWN = "unknown"
COMPUTER = "computer"


def type_slug(make: str, model: str) -> str:
    """Return the slug of a device type that is made of a make and model."""
    return slug(f"{make or UNKNOWN}-{model or UNKNOWN}")


def things(county: County) -> Iterator[Thing]:
    """Yield manufacturers, types with their ports, platforms, roles, and every device."""
    types = {(t.make, t.model): slug(t.slug) for t in county.device_types}
    loose = {(d.make, d.model) for d in county.devices} | {(d.make, d.model) for d in county.security_equipment}
    loose -= set(types)
    yield from _makers({make or UNKNOWN for make, _model in (*types, *loose)} | {UNKNOWN})
    for known in county.device_types:
        yield from _type(known)
    for make, model in sorted({*loose, (UNKNOWN, COMPUTER)}):
        yield _loose(make or UNKNOWN, model or UNKNOWN)
    for platform in sorted({d.platform for d in county.devices}):
        yield Thing("platforms", platform, {"name": platform, "slug": platform})
    for role, (zh, en, color) in DEVICE_ROLES.items():
        yield Thing("device_roles", role, {"name": zh, "slug": str(role), "description": en, "color": color})
    for device in county.devices:
        yield _device(device, types)
    yield from _security(county, types)
    yield from _computers(county)


def _makers(makes: set[str]) -> Iterator[Thing]:
    for make in sorted(makes):
        yield Thing("manufacturers", slug(make), {"name": name(make), "slug": slug(make)})


def _type(known: DeviceType) -> Iterator[Thing]:
    origin = ("device_types", known.slug, "")
    made = Thing(
        "device_types",
        slug(known.slug),
        {
            "manufacturer": Ref("manufacturers", slug(known.make)),
            "model": name(known.model),
            "slug": slug(known.slug),
            "part_number": known.part_number[:50],
            "u_height": known.height,
        },
        origin,
    )
    yield made
    for port in known.interfaces:
        yield Thing(
            "interface_templates",
            f"{made.key}:{port.name}",
            {"device_type": made.ref, "name": port.name, "type": port.type, "mgmt_only": port.management},
            origin,
        )


def _loose(make: str, model: str) -> Thing:
    key = type_slug(make, model)
    fields: dict[str, Value] = {
        "manufacturer": Ref("manufacturers", slug(make)),
        "model": name(model),
        "slug": key,
        "u_height": 0 if model == COMPUTER else 1,
    }
    return Thing("device_types", key, fields)


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _life(life: LifeCycle) -> dict[str, Value]:
    return {
        "status": STATES[life.state],
        f"{CF}countynet_bought": _day(life.bought_on),
        f"{CF}countynet_warranty": _day(life.warranty_until),
        f"{CF}countynet_support": _day(life.support_until),
    }


def _made(make: str, model: str, types: dict[tuple[str, str], str]) -> Ref:
    return Ref("device_types", types.get((make, model)) or type_slug(make, model))


def _device(device: Device, types: dict[tuple[str, str], str]) -> Thing:
    racked = device.rack is not None and device.position is not None
    type_ = Ref("device_types", slug(device.type)) if device.type else _made(device.make, device.model, types)
    return Thing(
        "devices",
        device.name,
        {
            "name": device.name,
            "role": Ref("device_roles", device.role),
            "device_type": type_,
            "platform": Ref("platforms", device.platform),
            "site": Ref("sites", device.building),
            "rack": Ref("racks", device.rack) if device.rack else None,
            "position": device.position if racked else None,
            "face": "front" if racked else "",
            "serial": device.serial[:50],
            "tenant": Ref("tenants", device.unit) if device.unit else None,
            f"{CF}countynet_staging": str(device.staging),
            **_life(device.life),
        },
        ("devices", device.name, ""),
    )


def _security(county: County, types: dict[tuple[str, str], str]) -> Iterator[Thing]:
    for item in county.security_equipment:
        yield Thing(
            "devices",
            item.id,
            {
                "name": item.id,
                "role": Ref("device_roles", f"security-{item.kind}"),
                "device_type": _made(item.make, item.model, types),
                "site": Ref("sites", item.building),
                "rack": Ref("racks", item.rack) if item.rack else None,
                "serial": item.serial[:50],
                **_life(item.life),
            },
            ("security_equipment", item.id, ""),
        )


def _computers(county: County) -> Iterator[Thing]:
    place = _places(county)
    for host in county.hosts:
        fields: dict[str, Value] = {"role": Ref("device_roles", f"host-{host.kind}"), "description": text(host.name_zh)}
        yield _computer(host.name, place[host.name], fields, ("hosts", host.name, ""))
    for unit in county.units:
        for terminal in unit.terminals:
            fields = {
                "role": Ref("device_roles", "terminal"),
                "description": text(terminal.user),
                "tenant": Ref("tenants", unit.id),
            }
            yield _computer(terminal.name, unit.building, fields, ("terminals", terminal.name, ""))


def _computer(named: str, building: str, fields: dict[str, Value], origin: tuple[str, str, str]) -> Thing:
    type_ = Ref("device_types", type_slug(UNKNOWN, COMPUTER))
    given: dict[str, Value] = {"name": named, "device_type": type_, "site": Ref("sites", building), "status": "active"}
    return Thing("devices", named, given | fields, origin)


def _places(county: County) -> dict[str, str]:
    """Return each host's building: that of the device at the other end of its cable, else of the first device."""
    found: dict[str, str] = {}
    for cable in county.cables:
        for here, there in ((cable.a, cable.b), (cable.b, cable.a)):
            if there.node in county.device_by_name:
                found.setdefault(here.node, county.device_by_name[there.node].building)
    first = county.devices[0].building if county.devices else county.buildings[0].id
    return {host.name: found.get(host.name, first) for host in county.hosts}
