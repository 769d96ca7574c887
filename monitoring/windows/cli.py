"""`countynet window`: announce work windows, list them, take them back."""

from typing import TYPE_CHECKING, Annotated

import typer

from countynet.console import print_json, run_command, table
from countynet.i18n import _, translate

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine

    from countynet.settings import Settings
    from monitoring.detect.topology import Topology
    from monitoring.windows.model import Window

app = typer.Typer(help=_("Announce work windows; they mute alarms and count against nobody."), no_args_is_help=True)

Login = Annotated[str, typer.Option("--as", help=_("The login in whose name; else the account of this shell."))]
Json = Annotated[bool, typer.Option("--json", help=_("Print one JSON document."))]


@app.command(help=_("Announce a work window: it covers all that depends on the devices."))
@run_command
def add(
    device: Annotated[list[str], typer.Option("--device", metavar="DEVICE", help=_("A device that is worked on."))],
    start: Annotated[str, typer.Option("--from", metavar="TIME", help=_("When it begins; `now` begins it at once."))],
    end: Annotated[str, typer.Option("--to", metavar="TIME", help=_("When it ends; 04:00 alone is of the same day."))],
    reason: Annotated[str, typer.Option(help=_("Why, in words for the units that it touches."))],
    login: Login = "",
    as_json: Json = False,
) -> None:
    """Announce a window."""
    from countynet import clock
    from countynet.settings import Settings
    from monitoring.windows import book, model

    first, last = model.read(start, end, clock.now())
    engine, topology, who = _open(Settings.load(), login)
    _told([book.add(engine, topology, device, first, last, reason, who)], as_json)


@app.command("list", help=_("List the work windows that run or are to come."))
@run_command
def list_(
    past: Annotated[int, typer.Option("--all", help=_("Also so many that are over or withdrawn."), min=0)] = 0,
    as_json: Json = False,
) -> None:
    """List windows."""
    from countynet import clock
    from countynet.db import open_database, reading
    from countynet.settings import Settings
    from monitoring.windows import store

    now = clock.now()
    with reading(open_database(Settings.load())) as session:
        found = store.standing(session, now)
        here = {window.number for window in found}
        gone = [w for w in store.newest(session, past + len(found)) if w.number not in here][:past] if past else []
    _show([*found, *gone], now, as_json)


@app.command(help=_("Take a work window back, or end one that runs."))
@run_command
def remove(
    window: Annotated[int, typer.Argument(help=_("The window's number."))], login: Login = "", as_json: Json = False
) -> None:
    """Take a window back."""
    from countynet.settings import Settings
    from monitoring.windows import book

    engine, topology, who = _open(Settings.load(), login)
    _told([book.remove(engine, topology, window, who)], as_json)


def _open(settings: "Settings", login: str) -> "tuple[Engine, Topology, str]":
    """Return the database, the topology and in whose name. Raises BadInput, NotAllowed for who may not."""
    from getpass import getuser

    from countynet.db import open_database
    from countynet.people import actor
    from monitoring.poller.plan import load
    from monitoring.windows.book import may

    engine = open_database(settings)
    if login:
        may(actor(engine, login))
    return engine, load(settings).topology, login or f"shell:{getuser()}"


def _told(windows: "list[Window]", as_json: bool) -> None:
    from countynet import clock

    now = clock.now()
    if as_json:
        print_json(windows[0].document(now))
        return
    _show(windows, now, as_json)


def _show(windows: "list[Window]", now: "datetime", as_json: bool) -> None:
    from monitoring.windows.model import STATES

    if as_json:
        print_json([window.document(now) for window in windows])
        return
    columns = (_("window"), _("state"), _("when"), _("devices"), _("units"), _("reason"))
    rows = [
        [w.number, translate(STATES[w.state(now)]), w.when, ", ".join(w.devices), ", ".join(w.units), w.reason]
        for w in windows
    ]
    table(translate(_("Work windows")), [translate(column) for column in columns], rows)
