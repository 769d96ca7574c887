"""`countynet twin`: build the county on this machine, look at it, cut and mend its lines."""

from typing import Annotated, Any

import typer

from countynet.console import print_json, progress, run_command, say, table
from countynet.i18n import _, translate

app = typer.Typer(
    name="twin",
    help=_("Build the county on this machine from its inventory; cut and mend lines."),
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
Json = Annotated[bool, typer.Option("--json", help=_("Print one JSON document."))]
LineName = Annotated[str, typer.Argument(help=_("A line, by the id of its circuit or its cable."))]
DeviceName = Annotated[str, typer.Argument(help=_("A device, by its name."))]
QUICK_UNITS = 12
SHOWN = 8
"""how many names a table shows; --json has all"""


@app.command(help=_("Build the twin: every device bare. An earlier twin of this county is removed first."))
@run_command
def up(
    quick: Annotated[bool, typer.Option("--quick", help=_("Only twelve units."))] = False,
    json: Json = False,
) -> None:
    """Build the twin."""
    from countynet.secrets import Secrets
    from countynet.settings import Settings
    from inventory import load_county, subset
    from topology.twin import life

    settings = Settings.load()
    county = load_county(settings.county)
    if quick:
        county = subset(county, QUICK_UNITS)
    _report(life.up(county, settings, Secrets.load(settings), progress()), json)


@app.command(help=_("Remove the twin: every process, namespace, mount and file of it."))
@run_command
def down(json: Json = False) -> None:
    """Remove the twin."""
    from countynet.settings import Settings
    from topology.twin import life

    life.down(Settings.load(), progress())
    if json:
        print_json({"up": False})


@app.command(help=_("Show what lives, what it takes, and which lines are cut. Exit code 1 if the twin is not whole."))
@run_command
def status(json: Json = False) -> None:
    """Show the twin's state."""
    from countynet.settings import Settings
    from topology.twin import report

    now = report.status(Settings.load(), memory=True)
    _report(now, json)
    if not now.up:
        raise SystemExit(1)


@app.command(help=_("Cut a line in the middle, as a digger does."))
@run_command
def cut(line: LineName, json: Json = False) -> None:
    """Cut a line."""
    from countynet.settings import Settings
    from topology.twin import lines

    _line(lines.cut(Settings.load(), line), json, cut=True)


@app.command(help=_("Mend a line that was cut."))
@run_command
def mend(line: LineName, json: Json = False) -> None:
    """Mend a line."""
    from countynet.settings import Settings
    from topology.twin import lines

    _line(lines.mend(Settings.load(), line), json, cut=False)


@app.command(name="off", help=_("Switch a device off, as when its plug is pulled."))
@run_command
def switch_off(device: DeviceName, json: Json = False) -> None:
    """Switch a device off."""
    from countynet.settings import Settings
    from topology.twin import power

    power.power_off(Settings.load(), device)
    _power(device, json, on=False)


@app.command(name="on", help=_("Switch a device on; it starts from what its disk kept."))
@run_command
def switch_on(device: DeviceName, json: Json = False) -> None:
    """Switch a device on."""
    from countynet.settings import Settings
    from topology.twin import power

    power.power_on(Settings.load(), device)
    _power(device, json, on=True)


@app.command(help=_("Make what the server hosts stand on: a minimal Debian and a local package repository."))
@run_command
def prepare(json: Json = False) -> None:
    """Prepare the server hosts' base."""
    from topology.twin import base
    from topology.twin.lock import exclusive

    say(translate(_("preparing the server hosts' base; the first time takes a minute")))
    with exclusive():
        made = base.prepare()
    if json:
        print_json({"made": made, "base": str(base.BASE), "packages": str(base.PACKAGES)})


@app.command(help=_("Open a shell inside a node, to look around."))
@run_command
def shell(node: Annotated[str, typer.Argument(help=_("A device, host or terminal, by its name."))]) -> None:
    """Open a shell inside a node."""
    import os

    from countynet.settings import Settings
    from topology.twin import inside

    words = inside.words(Settings.load(), node, ["/bin/bash"])
    os.execvp(words[0], words)  # noqa: S606 - a person asked for it


def _power(device: str, json: bool, *, on: bool) -> None:
    if json:
        print_json({"device": device, "on": on})
    else:
        say(translate(_("{device} is on") if on else _("{device} is off"), device=device))


def _line(line: Any, json: bool, *, cut: bool) -> None:
    if json:
        print_json({"line": line.id, "circuit": line.circuit, "cut": cut})
    else:
        message = _("{line} is cut") if cut else _("{line} is mended")
        say(translate(message, line=line.circuit or line.id))


def _names(names: list[str]) -> str:
    """Return how many there are, and the first of them."""
    return " ".join([f"{len(names)}:" if names else "0", *names[:SHOWN], "..." if len(names) > SHOWN else ""]).strip()


def _report(now: Any, json: bool) -> None:
    if json:
        print_json(now.model_dump(mode="json"))
        return
    state = _("the twin of {county} is up") if now.up else _("the twin is not up")
    say(translate(state, county=now.county))
    rows = [
        (translate(_("nodes")), f"{sum(n.alive for n in now.nodes)}/{len(now.nodes)}"),
        (translate(_("namespaces")), now.namespaces),
        (translate(_("processes")), now.processes),
    ]
    if now.memory_kib:
        rows.append((translate(_("memory")), f"{now.memory_kib / 1024:.0f} MiB"))
    rows.append((translate(_("lines cut")), _names([x.circuit or x.id for x in now.lines if x.cut])))
    rows.append((translate(_("dead")), _names([n.name for n in now.nodes if not n.alive])))
    table("", (translate(_("what")), translate(_("now"))), rows)
