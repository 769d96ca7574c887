"""`countynet monitor coverage`, `status` and `sensors`: what is watched, how it stands, what devices say."""

from typing import Annotated

import typer

from countynet.console import print_json, run_command, table
from countynet.i18n import _, translate
from countynet.options import Only

Json = Annotated[bool, typer.Option("--json", help=_("Print one JSON document."))]


def register(app: typer.Typer) -> None:
    """Add the commands to `countynet monitor`."""
    app.command(help=_("Show what is watched of each device, what is not, and why."))(coverage)
    app.command(help=_("Show how the county stands: devices, lines, polling, coverage, what is out of order."))(status)
    app.command(help=_("Show what devices say of themselves: light, lines, tunnels, power, temperature."))(sensors)


@run_command
def coverage(only: Only = None, as_json: Json = False) -> None:
    """Show coverage in sum, and each device with gaps."""
    from countynet.db import open_database, reading
    from countynet.settings import Settings
    from inventory.select import select_devices
    from monitoring.capability.coverage import WATCHED_TITLES, sums
    from monitoring.capability.quantity import SUBJECT_TITLES
    from monitoring.capability.show import Coverage, covered, gap_text
    from monitoring.poller.plan import load
    from monitoring.probes.equipment import agent_text

    settings = Settings.load()
    county = load(settings).county
    wanted = {device.name for device in select_devices(county, only)} if only else None
    with reading(open_database(settings)) as session:
        found = covered(session, county)
    if wanted is not None:
        devices = tuple(device for device in found.devices if device.device in wanted)
        found = Coverage(devices, sums(devices))
    if as_json:
        print_json(found.document())
        return
    columns = (_("subject"), _("devices"), _("readings"), _("expected and not watched"))
    rows = [[translate(SUBJECT_TITLES[s.subject]), s.watched, s.readings, gap_text(s)] for s in found.sums]
    table(translate(_("Coverage")), [translate(column) for column in columns], rows)
    gaps = [
        [d.device, d.platform, translate(SUBJECT_TITLES[i.subject]), translate(WATCHED_TITLES[i.watched])]
        for d in found.devices
        for i in d.gaps
    ]
    if gaps:
        columns = (_("device"), _("platform"), _("subject"), _("why not"))
        table(translate(_("Gaps")), [translate(column) for column in columns], gaps)
    for kit in found.equipment:
        typer.echo(
            translate(_("security equipment {id} is not watched: {why}"), id=kit.id, why=translate(kit.why))
            if kit.why
            else translate(_("security equipment {id}: pinged at {address}"), id=kit.id, address=kit.address)
        )
        if not kit.why:
            typer.echo(agent_text(kit))


@run_command
def sensors(
    device: Annotated[str, typer.Option(metavar="DEVICE", help=_("Only of this device."))] = "", as_json: Json = False
) -> None:
    """Show the last value of every sensor."""
    from countynet.db import open_database, reading
    from countynet.settings import Settings
    from monitoring.capability.show import sensor_document, sensor_row
    from monitoring.capability.store import sensors as read_sensors

    with reading(open_database(Settings.load())) as session:
        found = read_sensors(session, device or None)
    if as_json:
        print_json([sensor_document(row) for row in found])
        return
    columns = (_("device"), _("what"), _("which"), _("value"), _("read"))
    table(translate(_("Sensors")), [translate(column) for column in columns], [sensor_row(row) for row in found])


@run_command
def status(as_json: Json = False) -> None:
    """Show how the county stands."""
    from countynet.db import open_database, reading
    from countynet.settings import Settings
    from monitoring.capability.status import standing
    from monitoring.metrics.look import look
    from monitoring.metrics.show import lines
    from monitoring.poller.plan import load

    settings = Settings.load()
    with reading(open_database(settings)) as session:
        found = standing(session, load(settings).county)
        own = look(settings, session)
    if as_json:
        print_json({**found.document(), "ourselves": own.document()})
        return
    for line in (*found.lines(), *lines(own)):
        typer.echo(line)
