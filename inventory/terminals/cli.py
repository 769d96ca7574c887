"""`countynet inventory terminals`: apply for a terminal, decide, connect, remove. `--as` says in whose name."""

from typing import TYPE_CHECKING, Annotated

import typer

from countynet.console import print_json, run_command, say, table
from countynet.i18n import _, translate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from countynet.canonical import JSON
    from countynet.people import Actor
    from inventory.terminals.model import Done
    from inventory.terminals.orders import Orders
    from inventory.terminals.service import Applications

app = typer.Typer(help=_("Apply for a terminal, decide, connect and remove it."), no_args_is_help=True)

Number = Annotated[int, typer.Argument(help=_("The application's number."))]
Unit = Annotated[str, typer.Argument(help=_("The unit's id, e.g. u001."))]
Login = Annotated[str, typer.Option("--as", help=_("The login in whose name."))]
Json = Annotated[bool, typer.Option("--json", help=_("Print one JSON document."))]


def _services() -> "tuple[Applications, Orders]":
    from countynet.db import open_database
    from countynet.settings import Settings
    from inventory.terminals.orders import Orders
    from inventory.terminals.service import Applications

    settings = Settings.load()
    engine = open_database(settings)
    return Applications(settings, engine), Orders(settings, engine)


def _actor(service: "Applications", login: str) -> "Actor":
    from countynet.people import actor

    return actor(service.engine, login)


@app.command("list", help=_("List the applications that are not closed."))
@run_command
def list_(
    unit: Annotated[str, typer.Option(help=_("Only this unit's."))] = "",
    closed: Annotated[int, typer.Option(min=0, help=_("Also list so many that were closed last."))] = 0,
    json: Json = False,
) -> None:
    """List applications."""
    from inventory.terminals.rules import STATES
    from inventory.terminals.show import document
    from inventory.terminals.store import Filter

    service, _orders = _services()
    found = [*service.listed(Filter(unit or None))]
    if closed:
        found += service.listed(Filter(unit or None, open=False, limit=closed))
    if json:
        print_json([document(one) for one in found])
        return
    columns = (_("number"), _("unit"), _("state"), _("used by"), _("MAC address"), _("wanted by"))
    rows = [
        (f.id, f.unit, translate(STATES[f.state]), f.request.user, f.request.mac, f.request.wanted_by) for f in found
    ]
    table(translate(_("Terminal applications")), [translate(column) for column in columns], rows)


@app.command(help=_("Show an application with its history, and its work order."))
@run_command
def show(application: Number, json: Json = False) -> None:
    """Show one application."""
    from inventory.terminals.order import work_order

    service, _orders = _services()
    found = service.get(application)
    order = work_order(service.repository.county(), found)
    said = order.document() if order else {}
    _print(service, application, json, {"work_order": said or None})
    if not json:
        for name, value in said.items():
            typer.echo(f"    {name}: {value}")


@app.command(help=_("Apply for a terminal of a unit (the unit, or the center for it)."))
@run_command
def ask(
    unit: Unit,
    user: Annotated[str, typer.Option(help=_("The name of the person who will use it."))],
    room: Annotated[str, typer.Option(help=_("The room it stands in."))],
    purpose: Annotated[str, typer.Option(help=_("What it is for."))],
    mac: Annotated[str, typer.Option(help=_("Its MAC address, in any notation."))],
    by: Annotated[str, typer.Option(help=_("The day by which it is wanted, e.g. 2026-12-01."))],
    login: Login,
    json: Json = False,
) -> None:
    """File an application."""
    from inventory.terminals.model import Form

    service, _orders = _services()
    filled = Form(user, room, purpose, mac, by)
    _print(service, service.ask(unit, filled, _actor(service, login)), json)


@app.command(help=_("Approve an application (center): values are held, the operator gets the work order."))
@run_command
def approve(
    application: Number,
    login: Login,
    note: Annotated[str, typer.Option(help=_("A note for the history."))] = "",
    json: Json = False,
) -> None:
    """Approve an application."""
    service, _orders = _services()
    service.approve(application, _actor(service, login), note)
    _print(service, application, json)


@app.command(help=_("Decline an application, or take its work order back (center)."))
@run_command
def decline(
    application: Number,
    reason: Annotated[str, typer.Option("--reason", "-m", help=_("Why; the unit reads it."))],
    login: Login,
    json: Json = False,
) -> None:
    """Decline an application."""
    service, _orders = _services()
    service.decline(application, _actor(service, login), reason)
    _print(service, application, json)


@app.command(help=_("Take an application back before it is decided (the unit)."))
@run_command
def withdraw(application: Number, login: Login, json: Json = False) -> None:
    """Withdraw an application."""
    service, _orders = _services()
    service.withdraw(application, _actor(service, login))
    _print(service, application, json)


@app.command(help=_("Say that it is connected, and what was read off (operator); the inventory follows."))
@run_command
def connect(
    application: Number,
    mac: Annotated[str, typer.Option(help=_("The MAC address read off the new computer."))],
    login: Login,
    port: Annotated[str, typer.Option(help=_("The LAN port used; that of the work order by default."))] = "",
    also: Annotated[
        list[str] | None,
        typer.Option(metavar="TERMINAL=MAC", help=_("The MAC address of a terminal of the unit that had none yet.")),
    ] = None,
    json: Json = False,
) -> None:
    """Connect a terminal."""
    from inventory.terminals.form import pairs
    from inventory.terminals.model import Connection

    service, orders = _services()
    done = orders.connect(application, _actor(service, login), Connection(mac, port, pairs(also or ())))
    _print(service, application, json, _document(done))
    _tell(done, json)


@app.command(help=_("Queue the configuration of a connected terminal's device again (operator)."))
@run_command
def configure(application: Number, login: Login, json: Json = False) -> None:
    """Configure again."""
    service, orders = _services()
    done = orders.configure(application, _actor(service, login))
    _print(service, application, json, _document(done))
    _tell(done, json)


@app.command(help=_("Remove a terminal (its unit, or the center); what it had goes into quarantine."))
@run_command
def remove(
    unit: Unit,
    terminal: Annotated[str, typer.Argument(help=_("The terminal's name, e.g. pc-025-2."))],
    reason: Annotated[str, typer.Option("--reason", "-m", help=_("Why; stands in the history."))],
    login: Login,
    json: Json = False,
) -> None:
    """Remove a terminal."""
    service, orders = _services()
    done = orders.remove(unit, terminal, _actor(service, login), reason)
    if json:
        print_json({"unit": unit, "terminal": terminal, **_document(done)})
    _tell(done, json)


def _document(done: "Done") -> "dict[str, JSON]":
    command = f"countynet config apply {done.device}"
    return {"commit": done.commit, "device": done.device, "job": done.job, "command": command}


def _tell(done: "Done", json: bool) -> None:
    if not json:
        message = _("{device} has to be configured now: job {job} is queued, or: countynet config apply {device}")
        say(translate(message, device=done.device, job=done.job))


def _print(service: "Applications", number: int, json: bool, more: "Mapping[str, JSON] | None" = None) -> None:
    from inventory.terminals import show as shown

    found, history = service.get(number), service.history(number)
    if json:
        print_json({**shown.whole(found, history), **(more or {})})
        return
    for line in shown.lines(found, history):
        typer.echo(line)
