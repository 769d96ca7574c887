"""`countynet confirm`: the live test of isolation on the twin that is up."""

from typing import Annotated

import typer

from countynet.i18n import _
from countynet.options import Only

app = typer.Typer(add_completion=False)


@app.command(help=_("Test isolation on live packets: every unit to every other, to servers, devices and the Internet."))
def confirm(
    quick_sample: Annotated[int, typer.Option(min=0, help=_("Try only so many units (0: all)."))] = 0,
    only: Only = None,
    json: Annotated[bool, typer.Option("--json", help=_("Print one JSON document."))] = False,
) -> None:
    """Run the test; exit code 1 on a deviation, 2 if no twin is up. `--only`: the units that are tried, against all."""
    from countynet.console import print_json, progress
    from countynet.i18n import translate
    from countynet.settings import Settings
    from inventory import load_county, subset
    from inventory.select import select_units
    from topology.confirm.service import confirm as run
    from topology.confirm.service import in_twin
    from topology.confirm.show import show

    settings = Settings.load()
    county = in_twin(load_county(settings.county), settings)
    county = subset(county, quick_sample) if quick_sample else county
    units = [unit.id for unit in select_units(county, only)] if only else None
    report = run(county, settings, progress(translate(_("probes"))), units)
    if json:
        print_json(report.summary() | {"units": units})
    else:
        show(report)
    raise typer.Exit(0 if report.good else 1)
