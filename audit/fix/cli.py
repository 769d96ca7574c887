"""`countynet audit fix`: from a failed check to the plan that mends it."""

from typing import TYPE_CHECKING, Annotated

import typer

from countynet.console import run_command
from countynet.i18n import _

if TYPE_CHECKING:
    from audit.fix.model import Remedy
    from audit.fix.service import Fixed


def add_to(app: typer.Typer) -> None:
    """Give the command to `countynet audit`."""
    app.command("fix", help=_("Make the plan that mends a failed check, or say for each device why none can."))(fix)


@run_command
def fix(
    run: Annotated[int, typer.Argument(help=_("The run's number; see: countynet audit list"))],
    check: Annotated[str, typer.Argument(help=_("The check's id; see: countynet audit catalogue"))],
    devices: Annotated[list[str] | None, typer.Argument(help=_("These devices; all that fail it if left out."))] = None,
    login: Annotated[str, typer.Option("--as", help=_("The login in whose name."))] = "",
    look: Annotated[bool, typer.Option("--look", help=_("Only say what would mend each; makes no plan."))] = False,
    json: Annotated[bool, typer.Option("--json", help=_("Print one JSON document."))] = False,
) -> None:
    """Plan a fix; exit code 1 when nothing could be planned, 2 for a wrong run, check or device."""
    from audit.fix import service
    from countynet.console import print_json
    from countynet.db import open_database
    from countynet.errors import BadInput, Problem
    from countynet.people import actor
    from countynet.settings import Settings

    settings = Settings.load()
    engine = open_database(settings)
    if look:
        found = service.Fixed(run, check, remedies=service.look(settings, engine, run, check, devices or ()))
    elif not login:
        raise BadInput([Problem(_("a plan has an author: say in whose name"), where="--as")])
    else:
        found = service.fix(settings, engine, actor(engine, login), run, check, devices or ())
    print_json(found.document()) if json else _show(found)
    raise typer.Exit(0 if look or found.plans or not found.remedies else 1)


def _show(found: "Fixed") -> None:
    from audit.fix.model import KINDS
    from countynet.console import out, table
    from countynet.i18n import translate

    columns = [_("device"), _("what mends it"), _("why"), _("what to enter")]
    rows = [(r.device, translate(KINDS[r.kind]), r.why + _place(r), "\n".join(r.lines)) for r in found.remedies]
    title = _("{check} in audit {run}: {count} devices fail it")
    table(translate(title, check=found.check, run=found.run, count=len(rows)), [translate(c) for c in columns], rows)
    for plan in found.plans:
        line = _("plan {plan} is made for {devices}; it waits for the center: countynet plan show {plan}")
        out().print(translate(line, plan=plan.number, devices=", ".join(plan.devices)))
    planned = {name for plan in found.plans for name in plan.devices}
    for device, why in found.left.items():
        if device not in planned:
            out().print(translate(_("not in the plan: {device}: {error}"), device=device, error=why))


def _place(remedy: "Remedy") -> str:
    """Return where in the inventory, as a path."""
    place = remedy.place
    return f" ({'/'.join(part for part in (place.section, place.key, place.field) if part)})" if place else ""
