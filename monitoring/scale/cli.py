"""`countynet monitor worker`, `dispatcher` and `workers`: several workers for several counties."""

from typing import Annotated

import typer

from countynet.console import print_json, run_command, table
from countynet.i18n import _, translate
from countynet.kin import become

Counties = Annotated[
    list[str] | None, typer.Option("--county", metavar="COUNTY", help=_("Only of this county; else of all."))
]


def register(app: typer.Typer) -> None:
    """Add the commands to `countynet monitor`."""
    app.command(help=_("Work on tasks from the broker until Ctrl-C: poll, watch, dispatch."))(run_command(worker))
    app.command(help=_("Have workers begin each round, until Ctrl-C; run two on two machines."))(
        run_command(dispatcher)
    )
    app.command(help=_("Show how the workers do, county by county."))(run_command(workers))


def worker(
    county: Counties = None,
    name: Annotated[str, typer.Option(help=_("How it is called in the log and by `monitor workers`."))] = "",
    threads: Annotated[int, typer.Option(help=_("Tasks at once; 0: by the number of counties."), min=0)] = 0,
) -> None:
    """Become a worker, without the command line's libraries."""
    become("monitoring.scale", "worker", name, str(threads), *(county or ()))


def dispatcher() -> None:
    """Become Celery's beat, without the command line's libraries."""
    become("monitoring.scale", "dispatcher")


def workers(as_json: Annotated[bool, typer.Option("--json", help=_("Print one JSON document."))] = False) -> None:
    """Show the status; exit code 1 when a county is not watched or was not polled lately."""
    from countynet.settings import Settings
    from monitoring.scale.status import status

    found = status(Settings.load())
    if as_json:
        print_json([one.document() for one in found])
    else:
        columns = (
            _("county"),
            _("watched by"),
            _("waiting"),
            _("devices"),
            _("answered"),
            _("seconds"),
            _("begun late, s"),
        )
        rows = [
            [
                one.county,
                one.watcher or "-",
                one.waiting,
                one.last.devices,
                one.last.answered,
                f"{one.last.milliseconds / 1000:.2f}",
                f"{one.last.late_milliseconds / 1000:.2f}",
            ]
            for one in found
        ]
        table(translate(_("Workers")), [translate(column) for column in columns], rows)
    raise typer.Exit(0 if all(one.watcher and one.slot for one in found) else 1)
