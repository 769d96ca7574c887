"""Groups in a launch form: `role=cpe`, `site=admin,name=fw-1`, `!access=adsl` (docs/selection.md).

A value that is written as a selection stands for what it chooses when the run is asked for; of a schedule, each time
that it is due. Pure.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from countynet.errors import BadInput, Problem
from inventory.model import County, Device, Host, Unit
from inventory.select import select_devices, select_hosts, select_units
from playbooks.runner.model import Field, FieldKind

SIGNS = "=!*?["
"""what no name has and every selection that is more than names"""
Chosen = Sequence[Device] | Sequence[Host] | Sequence[Unit]
CHOOSERS: Mapping[FieldKind, Callable[[County, list[str]], Chosen]] = {
    "device": select_devices,
    "unit": select_units,
    "host": lambda county, texts: select_hosts(county, county.hosts, texts),
}
EXAMPLES: Mapping[FieldKind, str] = {"device": "role=cpe", "unit": "kind=township", "host": "zone=server"}


def grouped(field: Field) -> bool:
    """Whether a field takes groups: where several of what groups are made of can be named."""
    return field.several and field.kind in CHOOSERS


def is_group(field: Field, text: str) -> bool:
    """Whether a text chooses a group of what a field names."""
    return grouped(field) and any(sign in text for sign in SIGNS)


def members(field: Field, text: str, county: County) -> tuple[str, list[Problem]]:
    """Return the names that a selection chooses, with commas, and what is wrong with it."""
    try:
        found = CHOOSERS[field.kind](county, [text])
    except BadInput as error:
        return "", [replace(p, where=field.name, wanted=_without_option(p.wanted)) for p in error.problems]
    return ",".join(one.id if isinstance(one, Unit) else one.name for one in found), []


def _without_option(wanted: str) -> str:
    return wanted.removeprefix("--only ").strip("'")
