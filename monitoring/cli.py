"""`countynet monitor`: poll once, or watch in the foreground."""

import signal
import threading
from typing import Annotated

import typer

from countynet.console import print_json, run_command
from countynet.i18n import _, translate
from countynet.options import Only

app = typer.Typer(help=_("Poll devices and lines."), no_args_is_help=True)


@app.command(help=_("Poll every device once by SNMPv3 and keep the samples."))
@run_command
def once(
    only: Only = None,
    as_json: Annotated[bool, typer.Option("--json", help=_("Print one JSON document."))] = False,
) -> None:
    """Poll once; exit code 1 when a device did not answer."""
    from countynet.settings import Settings
    from monitoring.poller import once as poll_once

    done = poll_once(Settings.load(), only=only)
    if as_json:
        print_json(done.summary())
    else:
        typer.echo(done.text())
        for device, error in done.silent.items():
            typer.echo(f"{device}: {translate(error)}")
    raise typer.Exit(1 if done.silent else 0)


@app.command(help=_("Watch by ping, SNMP and LLDP until Ctrl-C."))
@run_command
def serve() -> None:
    """Watch in the foreground."""
    from countynet.settings import Settings
    from monitoring.poller import run

    over = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_args: over.set())
    run(Settings.load(), over.is_set)
