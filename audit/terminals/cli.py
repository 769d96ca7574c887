"""`countynet terminals`: scan what hangs on the ports, show what was found, allow more computers at a port."""

from typing import TYPE_CHECKING, Annotated

import typer

from audit.terminals.respond import cli as responding
from countynet.console import print_json, run_command, say, table
from countynet.i18n import _, translate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from audit.terminals.model import Finding
    from audit.terminals.scan import Outcome

app = typer.Typer(
    help=_("Find unknown devices and terminals that are not as the inventory says."), no_args_is_help=True
)
Json = Annotated[bool, typer.Option("--json", help=_("Print one JSON document."))]
Number = Annotated[int, typer.Argument(help=_("The finding's number."))]
Login = Annotated[str, typer.Option("--as", help=_("The login in whose name."))]


@app.command("scan", help=_("Compare forwarding, ARP, DHCP and LLDP tables, sessions and probes with the inventory."))
@run_command
def scan_now(
    seconds: Annotated[float, typer.Option("--listen", min=0, max=60, help=_("Seconds to listen at the ports."))] = 6.0,
    json: Json = False,
) -> None:
    """Scan once; exit code 1 when anything is found."""
    from audit.terminals.scan import scan
    from countynet.db import open_database
    from countynet.settings import Settings

    settings = Settings.load()
    outcome = scan(settings, open_database(settings), "cli", (lambda line: None) if json else say, seconds)
    if json:
        print_json(outcome.document())
    else:
        _show_scan(outcome)
    raise typer.Exit(1 if outcome.found else 0)


@app.command("list", help=_("List the findings that are still there."))
@run_command
def list_(
    unit: Annotated[str, typer.Option(help=_("Only this unit's."))] = "",
    gone: Annotated[bool, typer.Option("--gone", help=_("Those that are gone instead."))] = False,
    json: Json = False,
) -> None:
    """List findings, the newest first."""
    from audit.terminals.model import State
    from audit.terminals.store import Sieve, listed
    from countynet.db import open_database, reading
    from countynet.settings import Settings

    with reading(open_database(Settings.load())) as session:
        found = listed(session, Sieve(unit, state=State.GONE if gone else ""))
    if json:
        print_json([one.document() for one in found])
    else:
        _table(found)


@app.command(help=_("Show a finding with its evidence and what to do."))
@run_command
def show(number: Number, json: Json = False) -> None:
    """Show one finding."""
    from audit.terminals.model import STATE_TITLES
    from audit.terminals.read import finding
    from countynet.db import open_database
    from countynet.moments import shown
    from countynet.settings import Settings
    from countynet.surroundings import TITLES

    found = finding(open_database(Settings.load()), number)
    if json:
        print_json(found.document())
        return
    say(f"{found.number}  {found.title}  {translate(STATE_TITLES[found.state])}")
    say(found.words)
    say(f"{translate(_('first seen'))} {shown(found.first_seen)}  {translate(_('last seen'))} {shown(found.last_seen)}")
    if found.contradicts:
        say(f"{translate(_('the inventory says'))}: {found.contradicts}")
    for one in found.evidence:
        say(f"  {translate(TITLES[one.table])} {one.device}:{one.port}: {one.words}")
        say(f"    {one.line}")
    say(found.advice)


@app.command(help=_("Allow more computers at a port until a day (center): a telephone, virtual machines."))
@run_command
def allow(
    place: Annotated[str, typer.Argument(metavar="DEVICE:PORT", help=_("The port, e.g. cpe-025:lan0."))],
    most: Annotated[int, typer.Option(help=_("So many hardware addresses."))],
    reason: Annotated[str, typer.Option("--reason", "-m", help=_("Why; stands in the event log."))],
    until: Annotated[str, typer.Option(help=_("The last day on which it holds, e.g. 2026-12-31."))],
    login: Login,
    mac: Annotated[list[str] | None, typer.Option(metavar="MAC", help=_("Only these hardware addresses."))] = None,
    json: Json = False,
) -> None:
    """Allow more than one computer at a port."""
    from datetime import date

    from audit.terminals import allow as allowing
    from countynet.clock import CHINA
    from countynet.db import open_database
    from countynet.moments import moment
    from countynet.people import actor
    from countynet.settings import Settings
    from inventory import load_county

    settings = Settings.load()
    engine = open_database(settings)
    day: date = moment(until, "--until").astimezone(CHINA).date()
    county = load_county(settings.county)
    number = allowing.allow(engine, county, actor(engine, login), place, most, tuple(mac or ()), reason, day)
    print_json({"allowance": number}) if json else say(translate(_("allowance {number} holds"), number=number))


@app.command(help=_("List the ports that more computers are allowed at."))
@run_command
def allowances(json: Json = False) -> None:
    """List the allowances that hold."""
    from audit.terminals.allow import holding
    from countynet import clock
    from countynet.db import open_database, reading
    from countynet.settings import Settings

    with reading(open_database(Settings.load())) as session:
        found = [one.document() for one in holding(session, clock.today())]
    if json:
        print_json(found)
        return
    columns = (_("number"), _("port"), _("at most"), _("until"), _("by"), _("reason"))
    rows = [[str(o["number"]), f"{o['device']}:{o['port']}", str(o["most"]), str(o["until"]), str(o["by"]),
             str(o["reason"])] for o in found]  # fmt: skip
    table(translate(_("Allowed at ports")), [translate(column) for column in columns], rows)


@app.command(help=_("Take an allowance back (center)."))
@run_command
def disallow(
    number: Annotated[int, typer.Argument(help=_("The allowance's number."))], login: Login, json: Json = False
) -> None:
    """Take an allowance back."""
    from audit.terminals.allow import withdraw
    from countynet.db import open_database
    from countynet.people import actor
    from countynet.settings import Settings

    engine = open_database(Settings.load())
    withdraw(engine, actor(engine, login), number)
    print_json({"allowance": number}) if json else say(translate(_("allowance {number} is taken back"), number=number))


def _show_scan(outcome: "Outcome") -> None:
    scan, told = outcome.scan, outcome.told
    message = _("{devices} devices answered, {silent} did not; new {new}, still there {standing}, gone {gone}")
    counts = {"new": len(told.new), "standing": len(told.standing), "gone": len(told.gone)}
    say(translate(message, devices=scan.devices, silent=len(scan.silent), **counts))
    for note, values in scan.notes:
        say(translate(note, **values))
    _table(outcome.found)


def _table(found: "Sequence[Finding]") -> None:
    from audit.terminals.model import CONFIDENCE_TITLES, STATE_TITLES

    if not found:
        return
    columns = (_("number"), _("unit"), _("state"), _("kind"), _("how sure"), _("what"))
    rows = [[str(f.number), f.unit, translate(STATE_TITLES[f.state]), f.title,
             translate(CONFIDENCE_TITLES[f.confidence]), f.words] for f in found]  # fmt: skip
    table(translate(_("Findings about terminals")), [translate(column) for column in columns], rows)


responding.add_to(app)
