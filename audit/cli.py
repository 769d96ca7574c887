"""`countynet audit`: run the checks, list the runs."""

from pathlib import Path
from typing import Annotated

import typer

from audit.accepted import cli as accepting
from audit.export import cli as export_commands
from audit.fix import cli as fixing
from audit.log import cli as log_commands
from audit.records import cli as record_commands
from audit.vulnerabilities import cli as vulnerabilities
from countynet.i18n import _
from countynet.options import Only

app = typer.Typer(add_completion=False, no_args_is_help=True, help=_("Check the network against its clauses."))
Json = Annotated[bool, typer.Option("--json", help=_("Print one JSON document."))]


@app.command("run", help=_("Run all checks on fetched configurations and live probes."))
def run_all(
    output: Annotated[
        Path | None, typer.Option(help=_("Write the report there: .json, or .html in both languages."))
    ] = None,
    latest_isolation: Annotated[
        bool, typer.Option(help=_("Use the latest result of the live test of isolation."))
    ] = False,
    profile: Annotated[
        str, typer.Option(help=_("Which checks: county, mlps-2 or mlps-3 (GB/T 22239, level 2 or 3)."))
    ] = "county",
    only: Only = None,
    json: Json = False,
) -> None:
    """Run all checks; exit code 1 if one fails. `--only`: a look at some devices, which is not kept."""
    from audit.evidence import load
    from audit.look import look
    from audit.profiles import profile_of
    from audit.service import audit
    from audit.show import show
    from countynet.console import print_json, say
    from countynet.db import open_database
    from countynet.errors import BadInput, Problem
    from countynet.settings import Settings

    settings, chosen = Settings.load(), profile_of(profile)
    if only and output is not None:
        raise BadInput([Problem(_("a report is of the whole county: leave out --only or --output"))])
    if only:
        run = look(settings, only, say, chosen)
    else:
        run = audit(settings, open_database(settings), "cli", say, not latest_isolation, chosen)
    if output is not None:
        output.write_bytes(load(settings, run.page if output.suffix in (".html", ".htm") else run.report))
    if json:
        print_json(run.summary())
    else:
        show(run)
    raise typer.Exit(1 if run.failed else 0)


@app.command("catalogue", help=_("List every check: what it asks, of which platforms, for which clauses."))
def show_catalogue(
    profile: Annotated[str, typer.Option(help=_("Only the checks of this profile."))] = "mlps-3",
    markdown: Annotated[bool, typer.Option("--markdown", help=_("Print the generated document."))] = False,
    json: Json = False,
) -> None:
    """List the checks of a profile; with `--markdown` the whole of docs/checks.md."""
    from audit import catalogue
    from audit.profiles import profile_of
    from audit.show import show_checks
    from countynet.console import print_json

    chosen = profile_of(profile)
    if markdown:
        typer.echo(catalogue.markdown(), nl=False)
        return
    held = catalogue.profiles()[chosen]
    if json:
        print_json([row for row in catalogue.document() if isinstance(row, dict) and row["id"] in held])
    else:
        show_checks([info for info in catalogue.infos() if info.id in held])


@app.command("sample", help=_("Draw devices by a seed, look at them again, and compare with a run."))
def draw(
    seed: Annotated[int, typer.Option(help=_("Whatever number whoever doubts the report names."))],
    count: Annotated[int, typer.Option(min=1, max=200, help=_("So many devices."))] = 5,
    run: Annotated[int, typer.Option(min=0, help=_("Compare with this run; 0: the last."))] = 0,
    login: Annotated[str, typer.Option("--as", help=_("The login in whose name."))] = "auditor",
    json: Json = False,
) -> None:
    """Look at a random sample again; exit code 1 if a device is not as reported."""
    from audit.sample import sample
    from audit.show import show_sample
    from countynet.console import print_json, say
    from countynet.db import open_database
    from countynet.settings import Settings

    settings = Settings.load()
    found = sample(settings, open_database(settings), login, seed, count, say, run)
    if json:
        print_json(found.document())
    else:
        show_sample(found)
    raise typer.Exit(0 if found.good else 1)


@app.command("list", help=_("List the runs of the checks."))
def list_runs(limit: Annotated[int, typer.Option(min=1, help=_("At most so many."))] = 20, json: Json = False) -> None:
    """List the last runs, newest first."""
    from audit.read import runs
    from audit.show import show_runs
    from countynet.console import print_json
    from countynet.db import open_database, reading
    from countynet.settings import Settings

    with reading(open_database(Settings.load())) as session:
        found = runs(session, limit)
    if json:
        print_json([run.summary() for run in found])
    else:
        show_runs(found)


accepting.add_to(app)
export_commands.add_to(app)
fixing.add_to(app)
log_commands.add_to(app)
app.command("assets", help=_("List the systems of classified protection: levels, filing, what they stand on."))(
    record_commands.assets
)
app.add_typer(record_commands.app, name="records")
app.add_typer(vulnerabilities.app, name="vulnerabilities")
