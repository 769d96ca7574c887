"""`countynet discover`: what is really cabled, against what the inventory intends."""

from typing import TYPE_CHECKING, Annotated

import typer

from countynet.console import print_json, run_command, table
from countynet.i18n import _, translate

if TYPE_CHECKING:
    from countynet.settings import Settings
    from monitoring.sighting.discover import Discovery

app = typer.Typer()


@app.command(help=_("Compare what is cabled with the inventory, and name strangers."))
@run_command
def discover(
    every: Annotated[bool, typer.Option("--all", help=_("Also the cables that are as intended."))] = False,
    mac: Annotated[str, typer.Option(metavar="MAC", help=_("Where this hardware address was seen, and when."))] = "",
    as_json: Annotated[bool, typer.Option("--json", help=_("Print one JSON document."))] = False,
) -> None:
    """Tell what is cabled differently, missing, unknown; exit code 1 when anything is."""
    from countynet import clock
    from countynet.db import open_database, reading
    from countynet.settings import Settings
    from monitoring.poller.plan import load
    from monitoring.sighting.discover import discover as find

    settings = Settings.load()
    if mac:
        _where(settings, mac, as_json)
        return
    with reading(open_database(settings)) as session:
        found = find(session, load(settings).county, clock.now())
    if as_json:
        print_json(found.document())
    else:
        _show(found, every)
    raise typer.Exit(0 if found.good else 1)


def _show(found: "Discovery", every: bool) -> None:
    from monitoring.sighting.discover import kind, seen
    from topology.discovery.compare import STATE_TITLES, CableState

    comparison = found.comparison
    counts = ", ".join(f"{translate(STATE_TITLES[s])} {comparison.count(s)}" for s in CableState)
    typer.echo(
        translate(_("{devices} devices say what is around them; cables: {counts}"), devices=found.asked, counts=counts)
    )
    quiet = () if every else (CableState.CONFIRMED, CableState.UNKNOWN)
    rows = [
        [f.cable, translate(STATE_TITLES[f.state]), str(f.a.end), seen(f.a), str(f.b.end), seen(f.b)]
        for f in comparison.cables
        if f.state not in quiet
    ]
    _table(_("Cables"), (_("cable"), _("state"), _("this end"), _("sees"), _("other end"), _("sees")), rows)
    _table(
        _("Links that nobody intended"),
        (_("this end"), _("other end")),
        [[str(e.a), str(e.b)] for e in comparison.extra],
    )
    unknown = [[u.device, u.port, u.called, u.chassis, ", ".join(u.addresses)] for u in comparison.unknown]
    _table(_("Unknown neighbours"), (_("device"), _("port"), _("name"), _("chassis"), _("address")), unknown)
    rows = [[s.device, s.port, s.mac, s.address, kind(s)] for s in found.strangers]
    _table(_("Strangers"), (_("device"), _("port"), _("hardware address"), _("address"), _("why")), rows)


def _table(title: str, columns: tuple[str, ...], rows: list[list[str]]) -> None:
    if rows:
        table(translate(title), [translate(column) for column in columns], rows)


def _where(settings: "Settings", said: str, as_json: bool) -> None:
    """Tell where a hardware address was seen. Raises BadInput for what is none."""
    from countynet.db import open_database, reading
    from countynet.errors import BadInput, Problem
    from countynet.moments import shown
    from inventory.terminals import mac
    from monitoring.sighting.store import where

    address = mac.read(said, where="--mac")
    if isinstance(address, Problem):
        raise BadInput([address])
    with reading(open_database(settings)) as session:
        rows = where(session, address)
    if as_json:
        print_json([row.document() for row in rows])
        return
    columns = (_("device"), _("port"), _("by"), _("address"), _("VLAN"), _("first"), _("last"))
    cells = [[r.device, r.port, r.by, r.address, str(r.vlan or ""), shown(r.first), shown(r.last)] for r in rows]
    table(address, [translate(column) for column in columns], cells)
