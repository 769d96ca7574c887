"""The front door: `countynet`, with every room's commands behind it.

A room's commands are found by the entry points `countynet.commands` and imported only when one is called, so that
`--help` answers at once. Exit codes: 0 good, 1 something failed and is named, 2 bad input. The global options are put
into the environment, so that the processes started below agree.
"""

import gc
import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from countynet import __version__, rooms, usage
from countynet.console import run_command
from countynet.demo.cli import demo, init
from countynet.doctor.cli import doctor
from countynet.frontdoor import SUMMARIES, load, localise
from countynet.i18n import _, set_language, translate
from countynet.settings import COUNTY, LANGUAGE

OBJECTS = 100_000
"""made before garbage is looked for: a county's plan makes millions that live to its end, and looking cost a quarter"""


class FrontDoor(TyperGroup):
    """The group of all rooms' commands, each loaded when it is called."""

    called = ""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the foundation's own commands and every room's."""
        return sorted({*super().list_commands(ctx), *(entry.name for entry in rooms.registered("countynet.commands"))})

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return a command; a room's is a light stand-in while help is shown, and loaded when it is called."""
        own = super().get_command(ctx, cmd_name)
        if own is not None:
            return localise(own)
        entry = next((e for e in rooms.registered("countynet.commands") if e.name == cmd_name), None)
        if entry is None:
            return None
        return localise(load(entry)) if cmd_name == self.called else _stand_in(cmd_name)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Note which command is called, so that only its room is imported."""
        self.called = args[0]
        return super().resolve_command(ctx, args)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Print the help in the language asked for."""
        localise(self)
        super().format_help(ctx, formatter)


def _stand_in(name: str) -> Any:
    """Return a command that shows a room's name and summary without importing the room."""
    shown = typer.Typer(add_completion=False)
    shown.command(name=name, help=translate(SUMMARIES.get(name, "")))(lambda: None)
    return typer.main.get_command(shown)


app = typer.Typer(
    cls=FrontDoor,
    name="countynet",
    help=_("Runs a county e-government network: inventory, configuration, isolation, monitoring, faults, audit."),
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


def _choose_language(wanted: str | None) -> str | None:
    if wanted is not None:
        os.environ[LANGUAGE] = wanted
        set_language(wanted)
    return wanted


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def front_door(
    county: Annotated[Path | None, typer.Option(help=_("The county's folder (default: ./county)."))] = None,
    lang: Annotated[
        str | None, typer.Option(help=_("Language: zh or en."), callback=_choose_language, is_eager=True)
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", help=_("Print the version."), callback=_show_version, is_eager=True)
    ] = False,
) -> None:
    """Take the global options."""
    if county is not None:
        os.environ[COUNTY] = str(county.absolute())


app.command("demo", help=_("Bring a whole example county up on this machine, test it and serve it."))(demo)
app.command("init", help=_("Make the county folder from the example county."))(init)
app.command("doctor", help=_("Say what this machine can and cannot do, and the fix for each lack."))(doctor)


def main() -> None:
    """Run the command line; the entry point of `countynet`."""
    gc.set_threshold(OBJECTS, 10, 10)
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]  # a terminal without UTF-8 still gets text
    usage.install()
    run_command(app)()


if __name__ == "__main__":
    main()
