"""The asset list of classified protection as a workbook and for programs: systems, and devices by level."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from audit.systems import System, levels, systems
from countynet.canonical import JSON
from countynet.i18n import _, translate
from countynet.sheets import book, content, fill
from inventory.model import County

HEADS = (
    _("system"), _("unit in charge"), _("level"), _("level as decided"), _("filing number"), _("filed on"),
    _("assessed on"), _("to be assessed by"), _("hosts"), _("devices"), _("zones"), _("data kept"),
    _("responsible person"), _("telephone"),
)  # fmt: skip


def document(county: County) -> dict[str, JSON]:
    """Return systems, and by device the systems that it carries with the highest level."""
    carried = levels(county)
    return {
        "systems": [one.document() for one in systems(county)],
        "devices": {name: {"level": max(held.values()), "systems": dict(held)} for name, held in carried.items()},
    }


def workbook(county: County) -> bytes:
    """Return the xlsx, in the language of the context. The same inventory gives the same bytes."""
    made, first = book()
    first.title = translate(_("Systems"))
    fill(first, [translate(head) for head in HEADS], map(row, systems(county)))
    devices = made.create_sheet(translate(_("Devices")))
    heads = (_("device"), _("level"), _("systems"))
    fill(devices, [translate(head) for head in heads], _devices(county))
    return content(made)


def row(system: System) -> list[Any]:
    """Return a system as a row below `HEADS`."""
    one, person = system.item, system.item.responsible
    return [
        system.name, system.owner, one.level, one.grades, one.filing, _day(one.filed_on), _day(one.assessed_on),
        _day(one.assess_by), ", ".join(one.hosts), ", ".join(system.devices), ", ".join(system.zones),
        ", ".join(one.data), person.name if person else "", person.telephone if person else "",
    ]  # fmt: skip


def _devices(county: County) -> Iterator[list[Any]]:
    for name, held in sorted(levels(county).items()):
        yield [name, max(held.values()), ", ".join(f"{system} ({level})" for system, level in held.items())]


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
