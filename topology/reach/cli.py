"""`countynet prove`: the isolation of every pair of places, over all packets, from the configurations."""

from typing import Annotated

import typer

from countynet.console import run_command
from countynet.i18n import _

app = typer.Typer(add_completion=False)
OfOption = Annotated[str, typer.Option("--of", help=_("Which configurations: intended, or running as last fetched."))]

WhatIf = Annotated[
    list[str] | None,
    typer.Option(
        "--what-if",
        metavar="NAME",
        show_default=False,
        help=_("With this device or cable failed; given twice: both. any-one: each alone, one after the other."),
    ),
]


@app.command(help=_("Prove from the configurations, over all packets, who reaches whom; touches nothing."))
@run_command
def prove(
    of: OfOption = "intended",
    what_if: WhatIf = None,
    json: Annotated[bool, typer.Option("--json", help=_("Print one JSON document."))] = False,
) -> None:
    """Run the proof; exit code 1 unless every pair is isolated or only as allowed."""
    from countynet.console import print_json, progress
    from countynet.errors import BadInput, Problem
    from countynet.i18n import translate
    from countynet.settings import Settings
    from inventory import load_county
    from topology.reach.failures import each_failure, summary
    from topology.reach.service import Of, prove_county
    from topology.reach.show import show, show_failures

    if of not in {one.value for one in Of}:
        known = ", ".join(one.value for one in Of)
        raise BadInput([Problem(_("{value} is none of: {known}"), {"value": of, "known": known}, where="--of")])
    settings = Settings.load()
    county = load_county(settings.county)
    shown = progress(translate(_("places")))
    if what_if == ["any-one"]:
        found = each_failure(county, settings, Of(of), progress(translate(_("failures"))))
        print_json({"of": of} | summary(found)) if json else show_failures(found)
        raise typer.Exit(0 if all(one.opens == () for one in found) else 1)
    proof = prove_county(county, settings, Of(of), shown, down=what_if or ())
    if json:
        print_json({"of": of, "down": list(what_if or ())} | proof.summary())
    else:
        show(proof)
    raise typer.Exit(0 if proof.good else 1)
