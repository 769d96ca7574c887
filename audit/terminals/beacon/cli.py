"""`countynet beacon`: run a beacon, and give it its key."""

import signal
import threading
from pathlib import Path
from typing import Annotated, Literal

import typer

from countynet.console import run_command, say
from countynet.i18n import _, translate

app = typer.Typer(help=_("Run the beacons that show which terminal is on two nets."), no_args_is_help=True)


@app.command(help=_("Run a beacon until it is stopped; needs root."))
@run_command
def serve(
    side: Annotated[Literal["inside", "outside"], typer.Option(help=_("Where it stands: inside or outside."))],
    key_file: Annotated[Path, typer.Option(help=_("File with the beacons' key (countynet beacon key)."))],
    journal: Annotated[Path, typer.Option(help=_("Its journal; the name ends with .beacon."))],
    address: Annotated[str, typer.Option(help=_("Its own address; answers to others are not its."))] = "",
    mirror: Annotated[
        str, typer.Option(help=_("Outside: the inside beacon's address, in whose name it asks back."))
    ] = "",
    look: Annotated[str, typer.Option(help=_("Inside: the port whose connections it notes."))] = "",
    web: Annotated[int, typer.Option(min=0, max=65535, help=_("TCP port of its picture; 0: none."))] = 0,
    outside: Annotated[str, typer.Option(metavar="HOST:PORT", help=_("Inside: where its picture sends on to."))] = "",
) -> None:
    """Run a beacon."""
    from audit.terminals.beacon.key import read
    from audit.terminals.beacon.options import checked
    from audit.terminals.beacon.serve import Beacon

    checked(side, journal, address, mirror, look, outside)
    beacon = Beacon(side, read(key_file), journal, address, mirror, look, web, outside)
    over = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_args: over.set())
    beacon.serve(over.is_set, lambda: say(translate(_("the beacon listens"))))


@app.command("key", help=_("Write the beacons' key into a file for a beacon's machine."))
@run_command
def key_(file: Annotated[Path, typer.Argument(help=_("The file; its owner alone may read it."))]) -> None:
    """Write the key; it is made when there is none yet."""
    from base64 import b64encode

    from audit.terminals.beacon.key import load, write
    from countynet.settings import Settings

    write(file, b64encode(load(Settings.load())))
    say(translate(_("the key is in {file}; take it to the beacon's machine, and nowhere else"), file=file))
