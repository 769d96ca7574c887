"""`countynet leases`: who has which address of the server that gives out addresses."""

from typing import TYPE_CHECKING, Annotated

import typer

from countynet.console import print_json, run_command, say, table
from countynet.i18n import _, translate
from playbooks.runner.options import Json, opened

if TYPE_CHECKING:
    from playbooks.leases.standing import Standing

app = typer.Typer(add_completion=False)
COLUMNS = (
    _("unit"), _("address"), _("hardware address"), _("terminal"), _("calls itself"), _("until"), _("state"),
)  # fmt: skip


@app.command(help=_("Ask the server that gives out addresses who has which, and how full each pool is."))
@run_command
def leases(
    unit: Annotated[str, typer.Option("--unit", metavar="UNIT", help=_("In this unit's LAN only."))] = "",
    as_json: Json = False,
) -> None:
    """Ask the server and keep the look; exit code 1 when it does not answer, with what the look before saw."""
    from playbooks.leases.show import document
    from playbooks.leases.watch import look
    from playbooks.present import present_county

    settings, engine = opened()
    county = present_county(settings)
    if unit and unit not in county.unit_by_id:
        _no_such_unit(unit)
    found = look(settings, engine, county)
    shown = found.only(unit) if unit else found
    if as_json:
        print_json(document(shown))
    else:
        _print(shown)
    if found.look is not None and not found.look.answered:
        raise typer.Exit(1)


def _no_such_unit(unit: str) -> None:
    from countynet.errors import BadInput, Problem

    raise BadInput([Problem(_("there is no such unit"), where="--unit", found=unit, wanted="u001")])


def _print(found: "Standing") -> None:
    from playbooks.leases.show import cells, filling, notes, pool_cells

    for note in (*notes(found), *(filling(pool, pool.unit.id) for pool in found.pools if pool.full)):
        say(note)
    if found.host is None or found.look is None or found.look.read is None:
        return
    table("", [translate(column) for column in COLUMNS], [cells(row) for row in found.rows])
    if found.pools:
        heads = (_("unit"), _("addresses"), _("given out"), _("state"))
        table(translate(_("Pools")), [translate(head) for head in heads], [pool_cells(pool) for pool in found.pools])
