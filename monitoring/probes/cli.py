"""`countynet monitor probes`: what is probed, how it answered last, or how it answers now."""

from typing import TYPE_CHECKING, Annotated

import typer

from countynet.console import print_json, run_command, table
from countynet.i18n import _, translate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from countynet.events import JSON
    from countynet.settings import Settings
    from monitoring.probes.model import Target


def register(app: typer.Typer) -> None:
    """Add the command to `countynet monitor`."""
    app.command(help=_("Show the services that are probed and how they answered; exit code 1 when one fails."))(probes)


@run_command
def probes(
    now: Annotated[bool, typer.Option("--now", help=_("Probe all of them now instead."))] = False,
    as_json: Annotated[bool, typer.Option("--json", help=_("Print one JSON document."))] = False,
) -> None:
    """Show probes. Raises BadInput with everything that is wrong with the county's file."""
    from countynet.settings import Settings
    from inventory import load_county
    from monitoring.probes.plan import plan

    settings = Settings.load()
    planned = plan(load_county(settings.county), settings.county)
    found = _asked(settings, planned.targets) if now else _last(settings, planned.targets)
    left_out = {name: translate(why) for name, why in planned.left_out.items()}
    if as_json:
        print_json({"probes": found, "left_out": left_out})
    else:
        _table(found, left_out)
    raise typer.Exit(1 if any(one["ok"] is False for one in found) else 0)


def _last(settings: "Settings", targets: "Sequence[Target]") -> "list[dict[str, JSON]]":
    from countynet.db import open_database, reading
    from monitoring.probes.show import document
    from monitoring.probes.store import all_

    with reading(open_database(settings)) as session:
        rows = {row.name: row for row in all_(session)}
    return [document(target, rows.get(target.probe.name)) for target in targets]


def _asked(settings: "Settings", targets: "Sequence[Target]") -> "list[dict[str, JSON]]":
    """Probe from where the county's devices are reached."""
    import asyncio

    from countynet import vantage
    from monitoring.probes.part import once
    from monitoring.probes.show import found_document

    vantage.enter(settings)
    found = asyncio.run(once(targets, settings.county))
    return [found_document(*found[target.probe.name]) for target in targets if target.probe.name in found]


def _table(found: "Sequence[Mapping[str, JSON]]", left_out: "Mapping[str, str]") -> None:
    words = {True: translate(_("answers")), False: translate(_("fails")), None: "-"}
    columns = (_("probe"), _("kind"), _("host"), _("state"), _("answer"))
    rows = [
        [o["name"], o["kind"], o["host"], words[bool(o["ok"]) if o["ok"] is not None else None], o["text"]]
        for o in found
    ]
    table(translate(_("Probes")), [translate(column) for column in columns], rows)
    for name, why in left_out.items():
        typer.echo(translate(_("not probed: {name}: {why}"), name=name, why=why))
