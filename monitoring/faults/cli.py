"""`countynet faults`: report, dispatch and close faults. `--as` says in whose name; the browser's rules hold."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

import typer

from countynet.console import print_json, run_command, table
from countynet.i18n import _, translate
from countynet.options import Only
from monitoring.faults.clocks import PauseReason
from monitoring.faults.desk.cli import add

if TYPE_CHECKING:
    from countynet.people import Actor
    from countynet.settings import Settings
    from monitoring.faults.service import Faults

app = typer.Typer(help=_("Report, dispatch and close faults."), no_args_is_help=True)

Number = Annotated[int, typer.Argument(help=_("The fault's number."))]
Login = Annotated[str, typer.Option("--as", help=_("The login in whose name."))]
Note = Annotated[str, typer.Option(help=_("A note for the history."))]
Json = Annotated[bool, typer.Option("--json", help=_("Print one JSON document."))]


@app.command("list", help=_("List the faults that are not closed."))
@run_command
def list_(
    closed: Annotated[int, typer.Option(help=_("Also list so many that were closed last."), min=0)] = 0,
    only: Only = None,
    as_json: Json = False,
) -> None:
    """List the faults. `--only`: of some units."""
    from countynet.db import open_database, reading
    from countynet.settings import Settings
    from monitoring.faults.rules import STATES
    from monitoring.faults.show import document, when
    from monitoring.faults.store import about, closed_faults, open_faults

    settings = Settings.load()
    units = _chosen(settings, only) if only else None
    with reading(open_database(settings)) as session:
        if units is None:
            rows = (*open_faults(session), *(closed_faults(session, closed) if closed else ()))
        else:
            rows = (*about(session, units, closed),)
        found = [document(fault) for fault in rows]
    if as_json:
        print_json(found)
        return
    columns = (_("fault"), _("unit"), _("state"), _("title"), _("opened"))
    states = {state.value: translate(words) for state, words in STATES.items()}
    cells = [[f["id"], f["unit"], states[f["state"]], f["text"], when(f["opened"])] for f in found]
    table(translate(_("Faults")), [translate(column) for column in columns], cells)


def _chosen(settings: "Settings", only: list[str]) -> list[str]:
    """Return the ids of a selection's units."""
    from inventory import load_county
    from inventory.select import select_units

    return [unit.id for unit in select_units(load_county(settings.county), only)]


@app.command(help=_("Show a fault with its clocks and its history."))
@run_command
def show(fault: Number, as_json: Json = False) -> None:
    """Show one fault."""
    service, _actor = _open(None)
    _print(service, fault, as_json, clocks=True)


@app.command(help=_("Report a fault of a unit; it joins the unit's open fault when there is one."))
@run_command
def report(
    unit: Annotated[str, typer.Argument(help=_("The unit's id, e.g. u001."))],
    title: Annotated[str, typer.Option(help=_("What is wrong, in a line."))],
    login: Login,
    description: Annotated[str, typer.Option(help=_("More about it."))] = "",
    contact: Annotated[str, typer.Option(help=_("Whom to call back."))] = "",
    as_json: Json = False,
) -> None:
    """Report a fault."""
    from countynet.errors import BadInput, Problem
    from countynet.settings import Settings
    from inventory import load_county

    service, actor = _open(login)
    known = load_county(Settings.load().county).unit_by_id
    if unit not in known:
        raise BadInput([Problem(_("nothing here is named {name}"), {"name": unit}, where="UNIT", found=unit)])
    _print(service, service.report(unit, title, description, contact, actor), as_json)


@app.command(help=_("Hand a fault to the operator (center)."))
@run_command
def dispatch(
    fault: Number,
    login: Login,
    to: Annotated[str, typer.Option(help=_("A name or login of monitoring/duty.yml; else who is suggested."))] = "",
    note: Note = "",
    as_json: Json = False,
) -> None:
    """Dispatch a fault, to somebody by name when duty.yml has somebody."""
    from countynet.settings import Settings
    from inventory import load_county
    from monitoring.faults.desk.service import Desk

    settings = Settings.load()
    county = load_county(settings.county)
    _take(
        fault,
        login,
        as_json,
        lambda service, actor: Desk(settings, service.engine).dispatch(county, fault, actor, note, to),
    )


@app.command(help=_("Say that the repair began (operator)."))
@run_command
def start(fault: Number, login: Login, note: Note = "", as_json: Json = False) -> None:
    """Start the repair."""
    _take(fault, login, as_json, lambda service, actor: service.start(fault, actor, note))


@app.command(help=_("Say that somebody is at the place (operator)."))
@run_command
def arrive(fault: Number, login: Login, note: Note = "", as_json: Json = False) -> None:
    """Note the arrival."""
    _take(fault, login, as_json, lambda service, actor: service.arrive(fault, actor, note))


@app.command(help=_("Stop the clocks to arrive and to repair, for a reason (operator, center)."))
@run_command
def pause(
    fault: Number,
    reason: Annotated[PauseReason, typer.Option(help=_("Why the clocks stand."))],
    note: Annotated[str, typer.Option(help=_("The reason in words, so that it can be checked."))],
    login: Login,
    who: Annotated[str, typer.Option(help=_("For whom or what one waits."))] = "",
    until: Annotated[str, typer.Option(help=_("From then on the clocks run again by themselves."))] = "",
    as_json: Json = False,
) -> None:
    """Stop the clocks."""
    from countynet.moments import moment

    end = moment(until, "--until") if until else None
    _take(fault, login, as_json, lambda service, actor: service.pause(fault, actor, reason, note, who, end))


@app.command(help=_("Let the clocks run again (operator, center)."))
@run_command
def resume(fault: Number, login: Login, note: Note = "", as_json: Json = False) -> None:
    """Start the clocks again."""
    _take(fault, login, as_json, lambda service, actor: service.resume(fault, actor, note))


@app.command(help=_("Say that it is repaired, what it was and what was done (operator)."))
@run_command
def repaired(
    fault: Number,
    cause: Annotated[str, typer.Option(help=_("What it was."))],
    login: Login,
    work: Annotated[str, typer.Option(help=_("What was done."))] = "",
    parts: Annotated[str, typer.Option("--part", help=_("Which part was used."))] = "",
    done: Annotated[str, typer.Option(help=_("Since when it works; else now."))] = "",
    as_json: Json = False,
) -> None:
    """Report the repair."""
    from countynet.moments import moment

    since = moment(done, "--done") if done else None
    _take(fault, login, as_json, lambda service, actor: service.repaired(fault, actor, cause, work, parts, since))


@app.command(help=_("Say that it works again, with a rating of the repair (the unit)."))
@run_command
def confirm(
    fault: Number,
    rating: Annotated[int, typer.Option(help=_("1 (bad) to 5 (good)."))],
    login: Login,
    note: Note = "",
    as_json: Json = False,
) -> None:
    """Confirm the repair."""
    _take(fault, login, as_json, lambda service, actor: service.confirm(fault, actor, rating, note))


@app.command(help=_("Say that it is still broken (the unit)."))
@run_command
def reopen(fault: Number, login: Login, note: Note = "", as_json: Json = False) -> None:
    """Refuse the repair."""
    _take(fault, login, as_json, lambda service, actor: service.reopen(fault, actor, note))


add(app)


def _open(login: str | None) -> "tuple[Faults, Actor]":
    from countynet.db import open_database
    from countynet.people import Actor, actor
    from countynet.settings import Settings
    from countynet.vocabulary import Role
    from monitoring.faults.service import Faults

    engine = open_database(Settings.load())
    return Faults(engine), Actor("", Role.AUDITOR) if login is None else actor(engine, login)


def _take(fault: int, login: str, as_json: bool, step: "Callable[[Faults, Actor], object]") -> None:
    service, actor = _open(login)
    step(service, actor)
    _print(service, fault, as_json)


def _print(service: "Faults", fault: int, as_json: bool, clocks: bool = False) -> None:
    from monitoring.faults.clocks import ClockKind
    from monitoring.faults.show import CLOCKS, lines, whole

    found = whole(service, fault)
    if clocks:
        found["clocks"] = _clocks(service, fault)
    if as_json:
        print_json(found)
        return
    head, *history = lines(found)
    typer.echo(head)
    for one in found.get("clocks", ()):
        said = _("{clock}: {used} of {target} minutes")
        name = translate(CLOCKS[ClockKind(one["clock"])])
        typer.echo("  " + translate(said, clock=name, used=one["used_minutes"], target=one["target_minutes"]))
    for line in history:
        typer.echo(line)


def _clocks(service: "Faults", fault: int) -> "list[dict[str, Any]]":
    from countynet.settings import Settings
    from inventory import load_county
    from monitoring.faults import targets
    from monitoring.faults.show import clock_documents

    folder = Settings.load().county
    return clock_documents(service.clocks(fault, load_county(folder), targets.load(folder)))
