"""`countynet monitor`: poll once, or watch in the foreground."""

import signal
import threading
from typing import Annotated

import typer

from countynet.console import print_json, run_command, table
from countynet.i18n import _, translate
from countynet.kin import become
from countynet.options import Only
from monitoring.capability import cli as capability
from monitoring.probes import cli as probes_cli
from monitoring.scale import cli as scale
from monitoring.series import cli as series

app = typer.Typer(help=_("Poll devices and lines."), no_args_is_help=True)
series.register(app)
capability.register(app)
scale.register(app)


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
    """Watch in the foreground, as this process but without the command line's libraries."""
    become("monitoring.poller")


@app.command(help=_("Receive traps and logs, probe services and judge the alarm rules until Ctrl-C, without polling."))
@run_command
def receive() -> None:
    """Run the receiver alone in the foreground, where workers do the polling."""
    from countynet.settings import Settings
    from monitoring.receive.process import run

    over = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_args: over.set())
    run(Settings.load(), over.is_set)


@app.command(help=_("List the SNMP traps that came last."))
@run_command
def traps(
    device: Annotated[str, typer.Option(metavar="DEVICE", help=_("Only of this device."))] = "",
    last: Annotated[int, typer.Option(help=_("So many."), min=1)] = 50,
    as_json: Annotated[bool, typer.Option("--json", help=_("Print one JSON document."))] = False,
) -> None:
    """List notifications, newest first."""
    from countynet.db import open_database, reading
    from countynet.moments import shown
    from countynet.settings import Settings
    from monitoring.receive.show import document, said
    from monitoring.receive.store import recent
    from monitoring.receive.traps.kinds import kinds

    settings = Settings.load()
    known = kinds(settings.county)
    with reading(open_database(settings)) as session:
        found = recent(session, last, device)
    if as_json:
        print_json([document(row, known.get(row.trap)) for row in found])
        return
    columns = (_("device"), _("trap"), _("part"), _("count"), _("last"), _("what it says"))
    rows = [[r.device, r.name or r.trap, r.part, r.count, shown(r.last), said(known.get(r.trap))] for r in found]
    table(translate(_("Traps")), [translate(column) for column in columns], rows)


probes_cli.register(app)


@app.command("log", help=_("Search the log messages of devices."))
@run_command
def log_(
    device: Annotated[str, typer.Option(metavar="DEVICE", help=_("Only of this device, or of this address."))] = "",
    text: Annotated[str, typer.Option(help=_("Only with these words."))] = "",
    severity: Annotated[str, typer.Option(help=_("Only of this severity and worse, e.g. `warning`."))] = "",
    since: Annotated[str, typer.Option(metavar="TIME", help=_("From when on; one hour ago by itself."))] = "",
    until: Annotated[str, typer.Option(metavar="TIME", help=_("Until when; now by itself."))] = "",
    last: Annotated[int, typer.Option(help=_("So many."), min=1)] = 100,
    as_json: Annotated[bool, typer.Option("--json", help=_("Print one JSON document."))] = False,
) -> None:
    """Search what devices said, newest last."""
    from countynet.settings import Settings
    from monitoring.receive.syslog.keep import FOLDER
    from monitoring.receive.syslog.search import find
    from monitoring.receive.syslog.show import line, wanted

    asked = wanted(device, text, severity, since, until)
    found = find(Settings.load().state / FOLDER, asked, last)
    if as_json:
        print_json(found)
        return
    for one in found:
        typer.echo(line(one))
