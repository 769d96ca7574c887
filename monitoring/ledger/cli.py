"""`countynet outages`: a month's outages and availability of units or devices."""

from typing import TYPE_CHECKING, Annotated

import typer

from countynet.console import print_json, run_command, table
from countynet.i18n import _, translate
from countynet.options import Only

if TYPE_CHECKING:
    from countynet.settings import Settings
    from inventory.month import Month
    from monitoring.ledger.read import Ledger

app = typer.Typer(add_completion=False)


@app.command(help=_("Show a month's outages and availability of units and devices."))
@run_command
def outages(
    unit: Annotated[
        list[str] | None, typer.Option("--unit", metavar="UNIT", help=_("Of this unit, with every outage."))
    ] = None,
    month: Annotated[str, typer.Option(metavar="YYYY-MM", help=_("Of this month; else of the present one."))] = "",
    only: Only = None,
    devices: Annotated[bool, typer.Option("--devices", help=_("Of devices, not of units."))] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help=_("Print CSV, for a spreadsheet."))] = False,
    as_json: Annotated[bool, typer.Option("--json", help=_("Print one JSON document."))] = False,
) -> None:
    """Show a month; without a selection of all units."""
    from countynet import clock
    from countynet.settings import Settings
    from inventory.month import Month
    from monitoring.ledger.show import csv_of, document

    settings = Settings.load()
    asked = Month.parse(month) if month else Month.of(clock.today())
    kind = "device" if devices else "unit"
    found = _ledgers(settings, asked, unit or [], only, devices)
    one_by_one = bool(unit or only)
    if as_json:
        print_json(document(asked, kind, found, stretches=one_by_one))
    elif as_csv:
        typer.echo(csv_of(asked, found), nl=False)
    else:
        _print(asked, found, one_by_one)


def _ledgers(
    settings: "Settings", month: "Month", units: list[str], only: list[str] | None, devices: bool
) -> "list[Ledger]":
    from countynet.db import open_database, reading
    from inventory import load_county
    from inventory.select import select_devices, select_units
    from monitoring.ledger.read import devices_month, units_month

    county = load_county(settings.county)
    chosen = [f"unit={','.join(units)}", *(only or [])] if units else only
    with reading(open_database(settings)) as session:
        if devices:
            names = [d.name for d in (select_devices(county, chosen) if chosen else county.devices)]
            return list(devices_month(session, names, month).values())
        names = [u.id for u in (select_units(county, chosen) if chosen else county.units)]
        return list(units_month(session, names, month).values())


def _print(month: "Month", found: "list[Ledger]", stretches: bool) -> None:
    from monitoring.ledger.show import COLUMNS, cells, rows_of

    columns = [translate(column) for column in (_("name"), *COLUMNS)]
    title = translate(_("Availability in {month}"), month=month)
    table(title, columns, [(one.name, *cells(one.sums)) for one in found])
    if not stretches:
        return
    heads = [translate(column) for column in (_("begins at"), _("ends at"), _("how long"), _("state"), _("cause"))]
    for one in found:
        table(one.name, heads, rows_of(one))
