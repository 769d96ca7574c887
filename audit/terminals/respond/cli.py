"""`countynet terminals respond`, `release`, `confirm`, `responses`: what is done about a finding at a port."""

from typing import TYPE_CHECKING, Annotated

import typer

from countynet.console import run_command
from countynet.i18n import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from audit.terminals.respond.model import Response
    from audit.terminals.respond.service import Responses

Json = Annotated[bool, typer.Option("--json", help=_("Print one JSON document."))]
Login = Annotated[str, typer.Option("--as", help=_("The login in whose name."))]
Number = Annotated[int, typer.Argument(help=_("The response's number."))]
Reason = Annotated[str, typer.Option("--reason", "-m", help=_("Why; stands in the event log."))]


def add_to(app: typer.Typer) -> None:
    """Give these commands to `countynet terminals`."""
    commands = (
        (respond, _("Warn, confine or shut the port of a finding: by a plan, or at once in an emergency.")),
        (release, _("Hold a port no longer; a plan brings it back.")),
        (confirm, _("Confirm what was done at once under an emergency (center, never who did it).")),
        (responses, _("List what was done about findings, and how far it is.")),
    )
    for command, told in commands:
        app.command(command.__name__, help=told)(command)


@run_command
def respond(
    number: Annotated[int, typer.Argument(help=_("The finding's number."))],
    login: Login,
    reason: Reason,
    warn: Annotated[bool, typer.Option("--warn", help=_("Tell the unit's contact."))] = False,
    quarantine: Annotated[
        bool, typer.Option("--quarantine", help=_("Confine the port: the notice page is reached, nothing else."))
    ] = False,
    port_down: Annotated[bool, typer.Option("--port-down", help=_("Shut the port."))] = False,
    also: Annotated[
        list[str] | None, typer.Option("--also", help=_("Who else is at the port and is meant to be cut off, too."))
    ] = None,
    emergency: Annotated[
        int | None, typer.Option("--emergency", help=_("At once, under this emergency that runs; confirmed later."))
    ] = None,
    fault: Annotated[bool, typer.Option("--fault", help=_("Open a fault of the unit, too (center)."))] = False,
    json: Json = False,
) -> None:
    """Respond to a finding. Exit code 2 when the port must not be cut, with what else would be."""
    from audit.terminals.respond.model import How
    from audit.terminals.respond.service import Asked
    from countynet.errors import BadInput, Problem
    from countynet.people import actor

    chosen = [how for how, on in ((How.WARN, warn), (How.QUARANTINE, quarantine), (How.PORT_DOWN, port_down)) if on]
    if len(chosen) != 1:
        raise BadInput([Problem(_("say what to do, one of: --warn, --quarantine, --port-down"))])
    service = _service()
    asked = Asked(number, chosen[0], reason, tuple(also or ()), emergency, fault)
    _print([service.respond(asked, actor(service.engine, login))], json)


@run_command
def release(number: Number, login: Login, reason: Reason, json: Json = False) -> None:
    """Release a held port."""
    from countynet.people import actor

    service = _service()
    _print([service.release(number, actor(service.engine, login), reason)], json)


@run_command
def confirm(
    number: Number,
    login: Login,
    note: Annotated[str, typer.Option("--note", help=_("Why it was right."))],
    json: Json = False,
) -> None:
    """Confirm what was done at once."""
    from countynet.people import actor

    service = _service()
    _print([service.confirm(number, actor(service.engine, login), note)], json)


@run_command
def responses(json: Json = False) -> None:
    """List responses, the newest first."""
    from countynet.console import print_json

    found = _service().newest()
    if json:
        print_json([one.document() for one in found])
    else:
        _table(found)


def _service() -> "Responses":
    from audit.terminals.respond.service import Responses
    from countynet.db import open_database
    from countynet.settings import Settings

    settings = Settings.load()
    return Responses(settings, open_database(settings))


def _print(found: "Sequence[Response]", json: bool) -> None:
    from countynet.console import print_json

    print_json(found[0].document()) if json else _table(found)


def _table(found: "Sequence[Response]") -> None:
    from countynet import clock
    from countynet.console import table
    from countynet.i18n import translate

    columns = [_("number"), _("finding"), _("port"), _("what was done"), _("plan"), _("by"), _("reason")]
    late = translate(_("not confirmed in time"))
    rows = [
        (one.number, one.finding, f"{one.device}:{one.port}", one.says, one.plan or "", one.by,
         one.reason + (f" ({late})" if one.late(clock.now()) else ""))
        for one in found
    ]  # fmt: skip
    table(translate(_("Responses to findings")), [translate(column) for column in columns], rows)
