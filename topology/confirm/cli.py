"""`countynet confirm`: the live test of isolation on the twin that is up."""

from typing import TYPE_CHECKING, Annotated

import typer

from countynet.i18n import _
from countynet.options import Only

if TYPE_CHECKING:
    from countynet.settings import Settings
    from inventory.model import County

app = typer.Typer(add_completion=False)


@app.command(help=_("Test isolation on live packets: every unit to every other, to servers, devices and the Internet."))
def confirm(
    quick_sample: Annotated[int, typer.Option(min=0, help=_("Try only so many units (0: all)."))] = 0,
    only: Only = None,
    classes: Annotated[
        bool, typer.Option("--classes", help=_("Send the few packets that cover every class of the proof instead."))
    ] = False,
    of: Annotated[
        str, typer.Option("--of", help=_("With --classes: prove what is intended, or running as last fetched."))
    ] = "intended",
    cut: Annotated[
        str,
        typer.Option("--cut", help=_("Units that are shut off on purpose: nothing from or to them may pass.")),
    ] = "",
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
    if classes:
        _classes(settings, of, json, part=bool(quick_sample or only or cut))
    county = in_twin(load_county(settings.county), settings)
    county = subset(county, quick_sample) if quick_sample else county
    units = [unit.id for unit in select_units(county, only)] if only else None
    report = run(county, settings, progress(translate(_("probes"))), units, _cut(county, cut))
    if json:
        print_json(report.summary() | {"units": units})
    else:
        show(report)
    raise typer.Exit(0 if report.good else 1)


def _cut(county: "County", text: str) -> list[str]:
    """Return units by their ids. Raises BadInput for those that are not in the twin."""
    from countynet.errors import BadInput, Problem

    found = [name.strip() for name in text.split(",") if name.strip()]
    message = _("there is no unit {unit} in the twin")
    wrong = [Problem(message, {"unit": u}, where="--cut", found=u) for u in found if u not in county.unit_by_id]
    if wrong:
        raise BadInput(wrong)
    return found


def _classes(settings: "Settings", of: str, as_json: bool, *, part: bool) -> None:
    """Send the packets that cover every class of the proof; end with 0 if all went as it says, with 1 if not."""
    from countynet.console import print_json, progress
    from countynet.errors import BadInput, Problem
    from countynet.i18n import translate
    from inventory import load_county
    from topology.confirm.classes.service import confirm_classes
    from topology.confirm.classes.show import show
    from topology.reach.service import Of

    if part:
        problem = Problem(
            _("--classes covers the whole county: without --only, --cut and --quick-sample"), where="--classes"
        )
        raise BadInput([problem])
    known = [one.value for one in Of]
    if of not in known:
        values = {"value": of, "known": ", ".join(known)}
        raise BadInput([Problem(_("{value} is none of: {known}"), values, where="--of")])
    report = confirm_classes(load_county(settings.county), settings, Of(of), progress(translate(_("probes"))))
    if as_json:
        print_json(report.summary())
    else:
        show(report)
    raise typer.Exit(0 if report.good else 1)
