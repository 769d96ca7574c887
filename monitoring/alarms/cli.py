"""`countynet alarms`: what the machine thinks is wrong."""

from typing import Annotated

import typer

from countynet.console import print_json, run_command, table
from countynet.i18n import _, translate

app = typer.Typer(help=_("Show alarms."), no_args_is_help=True)


@app.callback()
def alarms() -> None:
    """Keep `list` a subcommand."""


@app.command("list", help=_("List the open alarms, worst first."))
@run_command
def list_(
    closed: Annotated[int, typer.Option(help=_("Also list so many that closed last."))] = 0,
    as_json: Annotated[bool, typer.Option("--json", help=_("Print one JSON document."))] = False,
) -> None:
    """List the open alarms, and some closed ones."""
    from countynet.db import open_database, reading
    from countynet.settings import Settings
    from monitoring.alarms.show import document
    from monitoring.alarms.store import open_alarms, recent

    with reading(open_database(Settings.load())) as session:
        found = [*open_alarms(session), *(recent(session, closed) if closed else ())]
        documents = [document(alarm) for alarm in found]
    if as_json:
        print_json(documents)
        return
    columns = (_("severity"), _("subject"), _("message"), _("opened"), _("closed"))
    rows = [[d["severity"], d["subject"], d["text"], d["opened"], d["closed"] or ""] for d in documents]
    table(translate(_("Alarms")), [translate(column) for column in columns], rows)
