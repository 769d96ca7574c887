"""`countynet run`: playbooks with a launch form (`playbooks.runner`), and `servers` for the server zone at once."""

import threading
from typing import TYPE_CHECKING, Annotated

import typer

from countynet.i18n import _, translate, translate_why
from countynet.options import Only
from playbooks.runner.cli import app

if TYPE_CHECKING:
    from playbooks.servers.run import Heard, RunResult

Json = Annotated[bool, typer.Option("--json", help=_("Print one JSON document."))]


@app.command("servers", help=_("Install time, names, logs, addresses (DHCP) and the portal on the servers."))
def servers_command(only: Only = None, as_json: Json = False) -> None:
    """Run the playbook with live output; exit code 1 if a host failed. Ctrl-C cancels the run and cleans up."""
    from countynet import console
    from countynet.settings import Settings
    from playbooks.present import present_county
    from playbooks.servers.run import run_servers
    from playbooks.tags import shell_actor

    settings, cancelled = Settings.load(), threading.Event()
    try:
        result = run_servers(present_county(settings), settings, _told, cancelled, shell_actor(), only)
    except KeyboardInterrupt:
        raise typer.Exit(1) from None
    if as_json:
        console.print_json(result.summary())
    else:
        _print(result)
    if not result.good:
        raise typer.Exit(1)


def _told(said: "Heard") -> None:
    from countynet import console
    from playbooks.stage import outcome_word

    if said.host:
        console.say(f"  {said.host}: {outcome_word(said.outcome)} {said.words}".rstrip())
    else:
        console.say(said.task)


def _print(result: "RunResult") -> None:
    from countynet import console

    columns = [translate(c) for c in (_("Host"), _("As intended"), _("Changed"), _("Error"))]
    rows = [[h.host, h.ok - h.changed, h.changed, translate_why(h.error) if h.error else ""] for h in result.hosts]
    console.table(translate(_("Servers")), columns, rows)
    if not result.good:
        console.say(translate(_("the run ended as {status}"), status=result.status) + "\n" + result.words)
