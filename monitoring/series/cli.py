"""`countynet monitor export`, `top` and `percentile`: the kept samples, out to files and as answers."""

import sys
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from countynet.console import print_json, run_command, table
from countynet.i18n import _, translate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from countynet.settings import Settings
    from inventory.model import County
    from monitoring.series.seam import Interface, SeriesStore

Since = Annotated[str, typer.Option(metavar="TIME", help=_("From then on; else the last 24 hours."))]
Until = Annotated[str, typer.Option(metavar="TIME", help=_("Until then; else now."))]
Json = Annotated[bool, typer.Option("--json", help=_("Print one JSON document."))]
Units = Annotated[list[str] | None, typer.Option("--unit", metavar="UNIT", help=_("Of this unit's devices."))]
DAY = 86400


def register(app: typer.Typer) -> None:
    """Add the commands to `countynet monitor`."""
    app.command(help=_("Print the kept samples as CSV or as line protocol."))(run_command(export))
    app.command(help=_("Rank interfaces by what they carried, or lost."))(run_command(top))
    app.command(help=_("See whether the server of the samples answers, takes the token and has the buckets."))(
        run_command(store)
    )
    app.command(help=_("Print the 95th percentile of lines over a month, as lines are billed."))(
        run_command(percentile)
    )


def export(
    device: Annotated[list[str] | None, typer.Option(metavar="DEVICE", help=_("Of this device."))] = None,
    unit: Units = None,
    since: Since = "",
    until: Until = "",
    form: Annotated[
        Literal["csv", "line"], typer.Option("--format", help=_("CSV, or InfluxDB's line protocol."))
    ] = "csv",
) -> None:
    """Stream the samples to standard output; of all devices when none is named."""
    from countynet.settings import Settings
    from monitoring.series.choose import Inventory, open_series
    from monitoring.series.export import csv_lines, protocol_lines

    settings = Settings.load()
    start, end = _span(since, until)
    store = open_series(settings)
    devices = _devices(settings, store, device or [], unit or [])
    rows = store.rows(start, end, devices)
    for line in csv_lines(rows) if form == "csv" else protocol_lines(rows, Inventory(settings)):
        sys.stdout.write(line)


def top(
    since: Since = "",
    until: Until = "",
    count: Annotated[int, typer.Option(help=_("So many."), min=1)] = 10,
    by: Annotated[
        str, typer.Option(metavar="COUNTER", help=_("in_octets, out_errors, ...: what is ranked."))
    ] = "in_octets",
    as_json: Json = False,
) -> None:
    """Rank interfaces."""
    from countynet.errors import BadInput, Problem
    from countynet.settings import Settings
    from monitoring.series.choose import open_series
    from monitoring.series.rates import COUNTERS

    if by not in COUNTERS:
        raise BadInput([Problem(_("there is no such counter"), where="--by", found=by, wanted=", ".join(COUNTERS))])
    places = open_series(Settings.load()).top(*_span(since, until), count, by)
    if as_json:
        print_json([{**place.interface._asdict(), "mean": place.mean, "peak": place.peak} for place in places])
        return
    columns = [translate(name) for name in (_("device"), _("interface"), _("mean per second"), _("peak per second"))]
    rows = [[*place.interface, f"{place.mean:,.3f}", f"{place.peak:,.3f}"] for place in places]
    table(translate(_("Top of {counter}"), counter=by), columns, rows)


def store(as_json: Json = False) -> None:
    """Ask the server of each county's samples; samples in SQLite need none."""
    from countynet.settings import Settings
    from monitoring.scale.counties import every
    from monitoring.series.choose import address, token
    from monitoring.series.influx.probe import probe
    from monitoring.series.influx.server import Server

    rows = list[list[str]]()
    for name, settings in every(Settings.load()).items():
        buckets: tuple[str, ...] = ()
        if settings.influx_url:
            server = Server(address(settings), token(settings))
            try:
                buckets = probe(server)
            finally:
                server.close()
        rows.append([name, settings.influx_url or "SQLite", ", ".join(buckets) or "-"])
    if as_json:
        print_json([dict(zip(("county", "store", "buckets"), row, strict=True)) for row in rows])
        return
    columns = [translate(name) for name in (_("county"), _("store"), _("buckets"))]
    table(translate(_("Where samples are kept")), columns, rows)


def percentile(
    unit: Units = None,
    month: Annotated[str, typer.Option(metavar="YYYY-MM", help=_("Of this month; else of the present one."))] = "",
    percent: Annotated[float, typer.Option(min=1, max=100, help=_("Another percentile than the 95th."))] = 95.0,
    as_json: Json = False,
) -> None:
    """Say what is billed: of all lines when no unit is named."""
    from countynet.settings import Settings
    from inventory import load_county
    from monitoring.series.choose import open_series

    settings = Settings.load()
    county = load_county(settings.county)
    lines = _lines(county, unit or [])
    found = open_series(settings).percentile(list(lines), *_month(month), percent)
    said = [(lines[port], port, known) for port, known in found.items()]
    if as_json:
        print_json([{"unit": name, **port._asdict(), **known._asdict()} for name, port, known in said])
        return
    columns = (_("unit"), _("interface"), _("in, kbit/s"), _("out, kbit/s"), _("windows known"))
    rows = [
        [name, port.name, _kilo(known.bits_in), _kilo(known.bits_out), f"{known.windows}/{known.expected}"]
        for name, port, known in said
    ]
    table(translate(_("{percent}th percentile"), percent=f"{percent:g}"), [translate(c) for c in columns], rows)


def _kilo(bits: float | None) -> str:
    return "-" if bits is None else f"{bits / 1000:,.1f}"


def _span(since: str, until: str) -> tuple[int, int]:
    """Return a span in seconds since 1970. Raises BadInput when it ends before it begins."""
    from countynet import clock
    from countynet.errors import BadInput, Problem
    from countynet.moments import moment

    end = int(moment(until, "--until", end_of_day=True).timestamp()) + 1 if until else int(clock.now().timestamp())
    start = int(moment(since, "--since").timestamp()) if since else end - DAY
    if start >= end:
        raise BadInput([Problem(_("the time ends before it begins"), where="--until", found=f"{since} - {until}")])
    return start, end


def _month(text: str) -> tuple[int, int]:
    """Return a month of the county's clock as a span; of the present one what has passed."""
    from datetime import datetime, time

    from countynet import clock
    from inventory.month import Month

    month = Month.parse(text) if text else Month.of(clock.today())
    start = int(datetime.combine(month.first, time(), clock.CHINA).timestamp())
    return start, max(start + 300, min(start + month.days * DAY, int(clock.now().timestamp()) // 300 * 300))


def _devices(
    settings: "Settings", store: "SeriesStore", devices: list[str], units: list[str]
) -> "Sequence[str] | None":
    """Return the devices named, None for all. Raises BadInput for what neither inventory nor samples know."""
    from countynet.errors import BadInput, Problem
    from inventory import load_county

    if not devices and not units:
        return None
    county = load_county(settings.county)
    known = {device.name for device in county.devices}
    wrong = [
        Problem(_("neither the inventory nor the samples know this device"), where="--device", found=name)
        for name in devices
        if name not in known and not store.current(name)
    ]
    wrong += [Problem(_("there is no such unit"), where="--unit", found=name) for name in _unknown(county, units)]
    if wrong:
        raise BadInput(wrong)
    return [*devices, *(device.name for device in county.devices if device.unit in units)]


def _lines(county: "County", units: list[str]) -> "dict[Interface, str]":
    """Return the port of each unit's line. Raises BadInput for an unknown unit."""
    from countynet.errors import BadInput, Problem
    from monitoring.read import line_interface

    wrong = _unknown(county, units)
    if wrong:
        raise BadInput([Problem(_("there is no such unit"), where="--unit", found=name) for name in wrong])
    return {
        line_interface(county, unit): unit for unit in units or county.circuit_by_unit if unit in county.cpe_by_unit
    }


def _unknown(county: "County", units: list[str]) -> list[str]:
    return [name for name in units if name not in county.unit_by_id]
