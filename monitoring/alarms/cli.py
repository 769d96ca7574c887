"""`countynet alarms`: what the machine thinks is wrong, and what people say to it."""

from typing import TYPE_CHECKING, Annotated

import typer

from countynet.console import print_json, run_command, table
from countynet.errors import BadInput, Problem
from countynet.i18n import _, translate
from countynet.options import Only
from monitoring.rules.cli import rules

if TYPE_CHECKING:
    from sqlalchemy import Engine

    from countynet.settings import Settings

app = typer.Typer(help=_("Show alarms, acknowledge them, write notes on them."), no_args_is_help=True)

app.command("rules", help=_("List the alarm rules, where each comes from, and what they watch."))(rules)

Number = Annotated[int, typer.Argument(metavar="ALARM", help=_("The alarm's number."))]
Login = Annotated[str, typer.Option("--as", help=_("The login in whose name; else the account of this shell."))]
Json = Annotated[bool, typer.Option("--json", help=_("Print one JSON document."))]


@app.command("list", help=_("List the open alarms, worst first."))
@run_command
def list_(
    closed: Annotated[int, typer.Option(help=_("Also list so many that closed last."), min=0)] = 0,
    only: Only = None,
    as_json: Annotated[bool, typer.Option("--json", help=_("Print one JSON document."))] = False,
) -> None:
    """List the open alarms, and some closed ones. `--only`: of some devices and their units' lines."""
    from countynet.db import open_database, reading
    from countynet.settings import Settings
    from monitoring.alarms.show import by
    from monitoring.alarms.show import documents as shown
    from monitoring.alarms.store import about, open_alarms, recent

    settings = Settings.load()
    chosen = _chosen(settings, only) if only else None
    with reading(open_database(settings)) as session:
        if chosen:
            found = about(session, *chosen, closed)
        else:
            found = [*open_alarms(session), *(recent(session, closed) if closed else ())]
        documents = shown(session, found)
    if as_json:
        print_json(documents)
        return
    columns = (_("alarm"), _("severity"), _("subject"), _("message"), _("opened"), _("closed"), _("acknowledged by"))
    rows = [[d["id"], d["severity"], d["subject"], d["text"], d["opened"], d["closed"] or "", by(d)] for d in documents]
    table(translate(_("Alarms")), [translate(column) for column in columns], rows)


@app.command(help=_("Show one alarm: what is wrong, why, on what evidence, and what people said."))
@run_command
def show(alarm: Number, as_json: Json = False) -> None:
    """Show one alarm; exit code 2 when there is none."""
    from countynet.db import open_database, reading
    from countynet.settings import Settings
    from monitoring.alarms.show import documents, lines
    from monitoring.alarms.store import get
    from monitoring.knowledge.likely import likely
    from monitoring.knowledge.model import Audience

    with reading(open_database(Settings.load())) as session:
        found = get(session, alarm)
        if found is None:
            raise BadInput([Problem(_("there is no alarm {alarm}"), {"alarm": alarm})])
        (shown,) = documents(session, [found])
        known = likely(session, str(shown["text"]), tuple(Audience), alarm, 3)
    shown["known"] = [one.document() for one in known]
    if as_json:
        print_json(shown)
        return
    for line in lines(shown):
        typer.echo(line)


@app.command(help=_("Say that you are on an open alarm: until then nobody further is told."))
@run_command
def acknowledge(
    alarm: Number,
    until: Annotated[str, typer.Option(metavar="TIME", help=_("When it runs out, e.g. `2026-11-27 12:00`."))],
    note: Annotated[str, typer.Option(help=_("What you do about it."))] = "",
    login: Login = "",
    as_json: Json = False,
) -> None:
    """Acknowledge an alarm; it runs out by itself."""
    from countynet.moments import moment, shown
    from monitoring.alarms import notes

    end = moment(until, "--until", end_of_day=True)
    engine, who = _person(login)
    said = notes.acknowledge(engine, alarm, end, note, who)
    if as_json:
        print_json(notes.document(said))
    else:
        text = _("alarm {alarm} is acknowledged by {login} until {at}")
        typer.echo(translate(text, alarm=alarm, login=who, at=shown(end)))


@app.command(help=_("Write a note on an alarm."))
@run_command
def note(
    alarm: Number,
    text: Annotated[str, typer.Argument(help=_("What is to be remembered."))],
    login: Login = "",
    as_json: Json = False,
) -> None:
    """Write a note."""
    from monitoring.alarms import notes

    engine, who = _person(login)
    said = notes.note(engine, alarm, text, who)
    if as_json:
        print_json(notes.document(said))
    else:
        typer.echo(translate(_("noted on alarm {alarm} by {login}"), alarm=alarm, login=who))


def _person(login: str) -> "tuple[Engine, str]":
    """Return the database and in whose name. Raises BadInput, NotAllowed for who may not."""
    from getpass import getuser

    from countynet.db import open_database
    from countynet.people import actor
    from countynet.settings import Settings
    from monitoring.alarms.notes import may

    engine = open_database(Settings.load())
    if login:
        may(actor(engine, login))
    return engine, login or f"shell:{getuser()}"


def _chosen(settings: "Settings", only: list[str]) -> tuple[list[str], list[str]]:
    """Return the names of a selection's devices, and the ids of their units."""
    from inventory import load_county
    from inventory.select import select_devices

    devices = select_devices(load_county(settings.county), only)
    return [device.name for device in devices], [device.unit for device in devices if device.unit]
