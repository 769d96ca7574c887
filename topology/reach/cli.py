"""`countynet prove`: the isolation of every pair of places, over all packets, from the configurations."""

from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from countynet import clock
from countynet.console import run_command
from countynet.i18n import _

if TYPE_CHECKING:
    from countynet.settings import Settings
    from topology.reach.service import Ground

app = typer.Typer(add_completion=False)
OfOption = Annotated[
    str,
    typer.Option(
        "--of", help=_("Which configurations: intended, running as last fetched, or plan: as one leaves them.")
    ),
]
Plan = Annotated[int | None, typer.Option("--plan", min=1, show_default=False, help=_("With --of plan: its number."))]
ChangeOption = Annotated[
    int | None,
    typer.Option("--change", min=1, show_default=False, help=_("What this plan opens and closes, packet by packet.")),
]

WhatIf = Annotated[
    list[str] | None,
    typer.Option(
        "--what-if",
        metavar="NAME",
        show_default=False,
        help=_("With this device or cable failed; given twice: both. any-one: each alone, one after the other."),
    ),
]

BridgedOption = Annotated[
    list[str] | None,
    typer.Option(
        "--bridged",
        metavar="UNIT",
        show_default=False,
        help=_("If a terminal of this unit were on the Internet as well; given twice: in the other unit's LAN, too."),
    ),
]

FragmentsOption = Annotated[
    bool,
    typer.Option(
        "--fragments", help=_("What later fragments, which have no ports, get at past filters without state.")
    ),
]

CertificateOption = Annotated[
    Path | None,
    typer.Option("--certificate", show_default=False, help=_("Write there what `countynet recheck` checks offline.")),
]
Texts = Annotated[
    Path | None,
    typer.Option(
        "--texts",
        show_default=False,
        help=_("With --certificate: write each device's text that it names into this folder, without secrets."),
    ),
]

ENGINES = ("bdd", "grid", "both")
ByOption = Annotated[
    str,
    typer.Option("--engine", help=_("What proves: bdd, grid, or both, held against each other.")),
]


@app.command(help=_("Prove from the configurations, over all packets, who reaches whom; touches nothing."))
@run_command
def prove(
    of: OfOption = "intended",
    plan: Plan = None,
    change: ChangeOption = None,
    what_if: WhatIf = None,
    bridge: BridgedOption = None,
    fragments: FragmentsOption = False,
    certificate: CertificateOption = None,
    texts: Texts = None,
    engine: ByOption = "bdd",
    json: Annotated[bool, typer.Option("--json", help=_("Print one JSON document."))] = False,
) -> None:
    """Run the proof; exit code 1 unless every pair is isolated or only as allowed.

    With `--bridged`: unless nothing is exposed but what the unit itself may; with `--fragments`: unless they get
    nowhere; with `--engine both`: also if the engines disagree; with `--change`: unless it is sure that the plan opens
    nothing beyond the policy and closes nothing of it.
    """
    from countynet.console import print_json, progress
    from countynet.i18n import translate
    from countynet.settings import Settings
    from topology.reach.failures import each_failure, summary
    from topology.reach.kept import keep
    from topology.reach.service import Of, county_of, ground, prove_county
    from topology.reach.show import show, show_failures

    settings = Settings.load()
    _fits(engine, alone=bool(change or certificate or bridge or fragments) or what_if == ["any-one"])
    if change is not None:
        _change(settings, change, json)
    stand = _after(settings, of, plan)
    which = Of.RUNNING if stand else Of(of)
    county = stand.county if stand else county_of(settings, which)
    shown = progress(translate(_("places")))
    if what_if == ["any-one"]:
        found = each_failure(county, settings, which, progress(translate(_("failures"))), stand)
        print_json({"of": of, "plan": plan} | summary(found)) if json else show_failures(found)
        raise typer.Exit(0 if all(one.opens == () for one in found) else 1)
    footing = stand or ground(county, settings, which)
    if bridge:
        _bridged(footing, bridge, what_if or (), {"of": of, "plan": plan, "down": list(what_if or ())}, json)
    if fragments:
        _fragments(footing, what_if or (), {"of": of, "plan": plan, "down": list(what_if or ())}, json)
    if engine != "bdd":
        _by(footing, engine, what_if or (), {"of": of, "plan": plan, "down": list(what_if or ())}, json)
    proof = prove_county(county, settings, which, shown, down=what_if or (), stand=footing)
    kept = None if stand or what_if else keep(settings, which, proof)
    if certificate is not None:
        from topology.reach.certified import certify

        certify(settings, footing, which, certificate, texts, plan=plan, down=what_if or (), kept=kept)
    if json:
        print_json({"of": of, "plan": plan, "down": list(what_if or ())} | proof.summary())
    else:
        show(proof)
    raise typer.Exit(0 if proof.good else 1)


def _after(settings: "Settings", of: str, plan: int | None) -> "Ground | None":
    """Return the ground of `--of plan`, None for another. Raises BadInput for words that do not fit together."""
    from countynet.errors import BadInput, Problem
    from topology.reach.planned import ground_after, planned
    from topology.reach.service import Of

    known = [*(one.value for one in Of), "plan"]
    if of not in known:
        values = {"value": of, "known": ", ".join(known)}
        raise BadInput([Problem(_("{value} is none of: {known}"), values, where="--of")])
    if (of == "plan") != (plan is not None):
        raise BadInput([Problem(_("--of plan and --plan N belong together"), where="--plan")])
    return ground_after(settings, planned(settings, plan)) if plan is not None else None


def _bridged(footing: "Ground", units: list[str], down: Collection[str], about: dict[str, Any], as_json: bool) -> None:
    """Print what a terminal on two nets exposes, and end with the exit code."""
    from countynet.console import print_json
    from topology.reach.bridged import bridged_by_both, nets
    from topology.reach.service import check_names
    from topology.reach.show_bridged import bridged_lines

    nets(footing.county, units)
    check_names(footing.county, down)
    found = bridged_by_both(footing.county, footing.prover(down), units)
    if as_json:
        print_json({**about, "good": found.good, **found.model_dump(mode="json")})
    else:
        for line in bridged_lines(found):
            typer.echo(line)
    raise typer.Exit(0 if found.good else 1)


def _fragments(footing: "Ground", down: Collection[str], about: dict[str, Any], as_json: bool) -> None:
    """Print where later fragments arrive though nothing is allowed, and end with the exit code."""
    from countynet.console import print_json, progress
    from countynet.i18n import translate
    from topology.reach.fragments import leaks
    from topology.reach.service import check_names
    from topology.reach.show import leak_lines

    check_names(footing.county, down)
    told = progress(translate(_("places")))
    found = leaks(footing.county, footing.configs, footing.unparsed, clock.today(), down, told)
    if as_json:
        print_json({**about, "good": not found, "leaks": [one.model_dump(mode="json") for one in found]})
    else:
        for line in leak_lines(found):
            typer.echo(line)
    raise typer.Exit(1 if found else 0)


def _change(settings: "Settings", plan: int, as_json: bool) -> None:
    """Print what a plan opens and closes, and end with the exit code."""
    from countynet.console import print_json, progress
    from countynet.i18n import translate
    from topology.reach.planned import planned, prove_change
    from topology.reach.show import change_lines

    found = prove_change(settings, planned(settings, plan), progress(translate(_("places"))))
    if as_json:
        print_json({"plan": plan, "harmless": found.harmless, "good": found.good, **found.model_dump(mode="json")})
    else:
        for line in change_lines(found):
            typer.echo(line)
    raise typer.Exit(0 if found.good else 1)


def _fits(engine: str, *, alone: bool) -> None:
    """Refuse an engine that there is not, or another than the first for what only that one does (`alone`)."""
    from countynet.errors import BadInput, Problem

    if engine not in ENGINES:
        values = {"value": engine, "known": ", ".join(ENGINES)}
        raise BadInput([Problem(_("{value} is none of: {known}"), values, where="--engine")])
    if engine != "bdd" and alone:
        problem = _("--change, --bridged, --fragments, --certificate and --what-if any-one are of engine bdd")
        raise BadInput([Problem(problem, where="--engine")])


def _by(footing: "Ground", engine: str, down: Collection[str], head: dict[str, Any], as_json: bool) -> None:
    """Print a proof by the grid, or by both engines with what they disagree about, and end with the exit code."""
    from countynet.console import print_json, progress
    from countynet.i18n import translate
    from topology.reach.grid.service import By, prove_by
    from topology.reach.grid.show import comparison_lines
    from topology.reach.show import show

    found = prove_by(footing, By(engine), progress(translate(_("places"))), down)
    if as_json:
        print_json(head | found.summary())
    else:
        show(found.proof)
        for line in comparison_lines(found.comparison) if found.comparison else ():
            typer.echo(line)
    raise typer.Exit(0 if found.good else 1)
