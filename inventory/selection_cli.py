"""`countynet inventory show devices`, `show units`, `ansible`: what a selection means, before anything acts on it."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from countynet.console import print_json, run_command, table
from countynet.errors import BadInput, Problem
from countynet.i18n import _, translate
from countynet.options import Only

if TYPE_CHECKING:
    from inventory.model import County

Json = Annotated[bool, typer.Option("--json", help=_("Print one JSON document."))]
LIST, HOST = "--list", "--host"
FIELDS = {
    "name": _("Device"),
    "role": _("Role"),
    "platform": _("Platform"),
    "building": _("Building"),
    "unit": _("Unit"),
    "access": _("Access"),
    "address": _("Address"),
}
UNIT_FIELDS = {
    "id": _("Unit"),
    "name": _("Name"),
    "kind": _("Kind"),
    "building": _("Building"),
    "access": _("Access"),
    "cpe": _("CPE"),
}


@run_command
def show_devices(only: Only = None, json: Json = False) -> None:
    """List the devices that a selection means; all without one."""
    from inventory.ansible_inventory import variables
    from inventory.select import select_devices

    county = _county()
    _print(FIELDS, [{"name": d.name, **variables(county, d)} for d in select_devices(county, only)], json)


@run_command
def show_units(only: Only = None, json: Json = False) -> None:
    """List the units that a selection means; all without one."""
    from inventory.select import select_units

    county, rows = _county(), list[dict[str, Any]]()
    for unit in select_units(county, only):
        line, cpe = county.circuit_by_unit.get(unit.id), county.cpe_by_unit.get(unit.id)
        row: dict[str, Any] = {"id": unit.id, "name": unit.name, "name_en": unit.name_en, "kind": unit.kind.value}
        row |= {"building": unit.building, "parent": unit.parent, "access": line.access.value if line else None}
        rows.append(row | {"line": line.id if line else None, "cpe": cpe.name if cpe else None})
    _print(UNIT_FIELDS, rows, json)


@run_command
def ansible(
    list_: Annotated[bool, typer.Option(LIST, help=_("Print every group and every host's variables."))] = False,
    host: Annotated[str | None, typer.Option(HOST, help=_("Print the variables of one host."))] = None,
    only: Only = None,
) -> None:
    """Print the inventory as Ansible's script plugin wants it: one JSON document on stdout."""
    from inventory import ansible_inventory

    if list_ == (host is not None):
        raise BadInput([Problem(_("say {list} or {host} NAME"), {"list": LIST, "host": HOST})])
    county = _county()
    print_json(ansible_inventory.script(county, only) if host is None else ansible_inventory.host(county, host))


def script() -> None:
    """Be the program `countynet-ansible-inventory`, which Ansible runs with --list or --host NAME alone."""
    from countynet.cli import main

    sys.argv[1:1] = ["inventory", "ansible"]
    main()


def _county() -> "County":
    from countynet.settings import Settings
    from inventory import load_county

    return load_county(Settings.load().county)


def _print(fields: dict[str, str], rows: Sequence[dict[str, Any]], json: bool) -> None:
    if json:
        print_json([dict(row) for row in rows])
        return
    cells = [[row.get(field) or "" for field in fields] for row in rows]
    table(translate(_("{count} chosen"), count=len(rows)), [translate(title) for title in fields.values()], cells)
