"""`countynet rules`: what every rule of every packet filter and access list does, and which do nothing."""

from typing import Annotated

import typer

from countynet.console import run_command
from countynet.i18n import _

app = typer.Typer(add_completion=False)
OfOption = Annotated[str, typer.Option("--of", help=_("Which configurations: intended, or running as last fetched."))]
DeviceOption = Annotated[
    list[str] | None, typer.Option("--device", show_default=False, help=_("Only this device; may be given again."))
]
KindOption = Annotated[
    list[str] | None,
    typer.Option(
        "--kind",
        show_default=False,
        help=_("Only: shadowed, redundant, never-matching, never-hit, expired, over-wide; may be given again."),
    ),
]
CountersOption = Annotated[
    bool, typer.Option("--counters", help=_("Ask the devices for their counters: rules that nothing ever hit."))
]


@app.command(
    help=_("Find rules that never decide, change nothing, are over or too wide, with the packets; only reads.")
)
@run_command
def rules(
    of: OfOption = "intended",
    device: DeviceOption = None,
    kind: KindOption = None,
    counters: CountersOption = False,
    json: Annotated[bool, typer.Option("--json", help=_("Print one JSON document."))] = False,
) -> None:
    """Run the analysis; exit code 1 if it finds anything, or cannot tell of a device."""
    from countynet.console import print_json, progress
    from countynet.i18n import translate
    from countynet.settings import Settings
    from topology.reach.analysis.kept import keep
    from topology.reach.analysis.model import Kind
    from topology.reach.analysis.service import analyse_county
    from topology.reach.analysis.show import document, show
    from topology.reach.service import Of, county_of

    _known("--of", [of], [one.value for one in Of])
    _known("--kind", kind or [], [one.value for one in Kind])
    settings = Settings.load()
    kinds = tuple(Kind(one) for one in kind or ())
    asks = counters or Kind.NEVER_HIT in kinds
    shown = progress(translate(_("devices")))
    report = analyse_county(
        county_of(settings, Of(of)), settings, Of(of), device or (), kinds, counters=asks, progress=shown
    )
    if not (device or kinds):
        keep(settings, Of(of), report)
    print_json({"of": of, **document(report)}) if json else show(report)
    raise typer.Exit(1 if report.findings or report.unknown else 0)


def _known(where: str, given: list[str], known: list[str]) -> None:
    """Raise BadInput for values that are none of the known ones."""
    from countynet.errors import BadInput, Problem

    wrong = [value for value in given if value not in known]
    values = {"known": ", ".join(known)}
    if wrong:
        raise BadInput(
            [Problem(_("{value} is none of: {known}"), {"value": value} | values, where=where) for value in wrong]
        )
