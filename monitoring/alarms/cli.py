"""`countynet alarms`: what the machine thinks is wrong."""

from typing import TYPE_CHECKING, Annotated

import typer

from countynet.console import print_json, run_command, table
from countynet.i18n import _, translate
from countynet.options import Only

if TYPE_CHECKING:
    from countynet.settings import Settings

app = typer.Typer(help=_("Show alarms."), no_args_is_help=True)


@app.callback()
def alarms() -> None:
    """Keep `list` a subcommand."""


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
    from monitoring.alarms.show import document
    from monitoring.alarms.store import about, open_alarms, recent

    settings = Settings.load()
    chosen = _chosen(settings, only) if only else None
    with reading(open_database(settings)) as session:
        if chosen:
            found = about(session, *chosen, closed)
        else:
            found = [*open_alarms(session), *(recent(session, closed) if closed else ())]
        documents = [document(alarm) for alarm in found]
    if as_json:
        print_json(documents)
        return
    columns = (_("severity"), _("subject"), _("message"), _("opened"), _("closed"))
    rows = [[d["severity"], d["subject"], d["text"], d["opened"], d["closed"] or ""] for d in documents]
    table(translate(_("Alarms")), [translate(column) for column in columns], rows)


def _chosen(settings: "Settings", only: list[str]) -> tuple[list[str], list[str]]:
    """Return the names of a selection's devices, and the ids of their units."""
    from inventory import load_county
    from inventory.select import select_devices

    devices = select_devices(load_county(settings.county), only)
    return [device.name for device in devices], [device.unit for device in devices if device.unit]
