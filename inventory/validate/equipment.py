"""Devices and what they are: of a type that exists, with its ports, and in use or not. Pure."""

from collections.abc import Iterator

from countynet.i18n import _
from countynet.vocabulary import DeviceRole, DeviceState
from inventory.model import County, DeviceType
from inventory.validate.finding import Finding, wrong
from inventory.validate.rule import advice, error, warning

IDLE = (DeviceState.PLANNED, DeviceState.SPARE)


def _types(county: County) -> dict[str, DeviceType]:
    return {kind.slug: kind for kind in county.device_types}


def untyped(county: County) -> Iterator[Finding]:
    """A device's type exists."""
    types = _types(county)
    for i, device in enumerate(county.devices):
        if device.type is not None and device.type not in types:
            yield wrong(("devices", i, "type"), _("there is no such device type"), found=device.type)


def typeless(county: County) -> Iterator[Finding]:
    """A device has a type, once the county keeps types."""
    for i, device in enumerate(county.devices if county.device_types else ()):
        if device.type is None:
            yield wrong(("devices", i), _("{node} has no device type"), node=device.name)


def unlike(county: County) -> Iterator[Finding]:
    """Make and model are those of the type."""
    types = _types(county)
    for i, device in enumerate(county.devices):
        kind = types.get(device.type or "")
        if kind is not None and (kind.make, kind.model) != (device.make, device.model):
            message = _("{node} is a {model}, but its type is a {other}")
            values = {"model": f"{device.make} {device.model}", "other": f"{kind.make} {kind.model}"}
            yield wrong(("devices", i, "type"), message, about=[kind.slug], node=device.name, **values)


def ports(county: County) -> Iterator[Finding]:
    """A device has the ports that its type has."""
    known = {slug: {port.name for port in kind.interfaces} for slug, kind in _types(county).items()}
    for i, device in enumerate(county.devices):
        there = known.get(device.type or "")
        for j, port in enumerate(device.ports if there else ()):
            if there and port not in there:
                message = _("{node} has a port {port}, its type {type} has not")
                place = ("devices", i, "ports", j)
                yield wrong(place, message, about=[device.type], node=device.name, port=port, type=device.type)


def _cabled(county: County) -> set[str]:
    return {end.node for cable in county.cables for end in (cable.a, cable.b)}


def retired_cabled(county: County) -> Iterator[Finding]:
    """A retired device is in no cable."""
    cabled = _cabled(county)
    for i, device in enumerate(county.devices):
        if device.life.state is DeviceState.RETIRED and device.name in cabled:
            message = _("{node} is retired, but still cabled")
            yield wrong(("devices", i, "life", "state"), message, node=device.name)


def retired_kept(county: County) -> Iterator[Finding]:
    """A retired device gives its address back."""
    for i, device in enumerate(county.devices):
        if device.life.state is DeviceState.RETIRED:
            message = _("{node} is retired, but still has the address {address}")
            yield wrong(("devices", i, "management"), message, node=device.name, address=device.management)


def idle_cabled(county: County) -> Iterator[Finding]:
    """A device that is planned or on the shelf is in no cable yet: right while a unit is being prepared."""
    cabled = _cabled(county)
    for i, device in enumerate(county.devices):
        if device.life.state in IDLE and device.name in cabled:
            message = _("{node} is {state}, but cabled")
            yield wrong(("devices", i, "life", "state"), message, node=device.name, state=device.life.state.value)


def cpe_state(county: County) -> Iterator[Finding]:
    """The CPE of a unit that is connected is in service."""
    for i, device in enumerate(county.devices):
        unit = county.unit_by_id.get(device.unit or "")
        out = device.role is DeviceRole.CPE and device.life.state in (*IDLE, DeviceState.RETIRED)
        if out and unit is not None and unit.connected_on is not None:
            message = _("{unit} is connected, but its CPE {node} is {state}")
            values = {"node": device.name, "state": device.life.state.value}
            yield wrong(("devices", i, "life", "state"), message, unit=unit.id, **values)


def serialless(county: County) -> Iterator[Finding]:
    """A device has a serial number."""
    for i, device in enumerate(county.devices):
        if not device.serial.strip():
            yield wrong(("devices", i, "serial"), _("{node} has no serial number"), node=device.name)


RULES = (
    error("type-missing", untyped, _("the slug of a device type that exists")),
    advice("device-typeless", typeless, _("the slug of its device type")),
    warning("type-unlike", unlike, _("the type of this make and model")),
    warning("type-ports", ports, _("a port that the type has")),
    warning("retired-cabled", retired_cabled, _("its cables removed")),
    advice("retired-kept", retired_kept, _("the device removed; git remembers it")),
    advice("idle-cabled", idle_cabled, _("state: active once it answers")),
    warning("cpe-state", cpe_state, _("state: active, or another CPE")),
    advice("serial-missing", serialless, _("the serial number on its label")),
)
