"""What removed units had: held back, so in use by nobody, and let go when its time is over. Pure."""

from collections.abc import Iterator
from datetime import date
from ipaddress import ip_address, ip_network

from countynet.i18n import _
from inventory.model import County, Freed
from inventory.validate.finding import Finding, over, twice, wrong
from inventory.validate.rule import advice_on, error, warning


def _used(county: County) -> Iterator[tuple[str, str, str]]:
    """Yield kind, value and owner of everything that could be held back."""
    for unit in county.units:
        yield "number", str(unit.number), unit.id
        yield "network", str(unit.lan), unit.id
        yield from (("address", str(terminal.address), terminal.name) for terminal in unit.terminals)
        yield from (("name", terminal.name, unit.id) for terminal in unit.terminals)
        yield "name", unit.id, unit.id
    for line in county.circuits:
        yield "network", str(line.link), line.id
        yield "name", line.id, line.id
        if line.vlan is not None:
            yield "vlan", str(line.vlan), line.id
    for device in county.devices:
        yield "address", str(device.management), device.name
        yield "address", str(device.staging), device.name
        yield "name", device.name, device.name
    for cable in county.cables:
        yield from (("port", f"{end.node}:{end.port}", cable.id) for end in (cable.a, cable.b))


def in_use(county: County) -> Iterator[Finding]:
    """What is held back, nobody has."""
    held: dict[tuple[str, str], int] = {(freed.kind, freed.value): i for i, freed in enumerate(county.quarantine)}
    for kind, value, owner in _used(county) if held else ():
        i = held.get((kind, value))
        if i is not None:
            message = _("the {kind} {value} is held back, but {owner} has it")
            yield wrong(("quarantine", i), message, about=[owner], kind=kind, value=value, owner=owner)


def repeated(county: County) -> Iterator[Finding]:
    """A value is held back once."""
    values = ((("quarantine", i), f"{freed.kind} {freed.value}") for i, freed in enumerate(county.quarantine))
    yield from twice(values, _("{value} is given twice, first in {other}"))


def ended(county: County, today: date) -> Iterator[Finding]:
    """What is free again needs no entry."""
    for i, freed in enumerate(county.quarantine):
        if not over(today, freed.until):
            message = _("{kind} {value} has been free again since {day}")
            yield wrong(("quarantine", i, "until"), message, kind=freed.kind, value=freed.value, day=freed.until)


def unreadable(county: County) -> Iterator[Finding]:
    """A value is one of its kind: otherwise it holds nothing back."""
    for i, freed in enumerate(county.quarantine):
        if not _readable(freed):
            message = _("{value} is no {kind}, so nothing is held back")
            yield wrong(("quarantine", i, "value"), message, found=freed.value, value=freed.value, kind=freed.kind)


def _readable(freed: Freed) -> bool:
    if freed.kind in ("number", "vlan"):
        return freed.value.isascii() and freed.value.isdigit()
    if freed.kind == "port":
        return ":" in freed.value
    if freed.kind == "name":
        return bool(freed.value)
    try:
        ip_network(freed.value) if freed.kind == "network" else ip_address(freed.value)
    except ValueError:
        return False
    return True


RULES = (
    error("quarantine-in-use", in_use, _("the entry removed, or another value for its owner")),
    error("quarantine-twice", repeated, _("one entry for one value")),
    warning("quarantine-unreadable", unreadable, _("a value such as 105, 10.21.5.0/24, 10.255.16.5 or sw-admin:p05")),
    advice_on("quarantine-ended", ended, _("the entry removed; adding a unit does it, too")),
)
