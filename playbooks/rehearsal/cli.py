"""`countynet try`: rehearse a plan on a twin before the real thing."""

from typing import TYPE_CHECKING, Annotated

import typer

from countynet.console import print_json, run_command, say, table
from countynet.i18n import _, translate

if TYPE_CHECKING:
    from playbooks.rehearsal.result import Rehearsal

app = typer.Typer(help=_("Rehearse a plan on a twin before the real thing."))


@app.command(
    help=_("Rehearse a plan on a twin before the real thing: its steps, its checks, isolation before and after.")
)
@run_command
def try_plan(
    plan: Annotated[int, typer.Argument(help=_("The plan's number."))],
    units: Annotated[int, typer.Option("--units", min=2, help=_("At most so many units in the twin."))] = 12,
    as_json: Annotated[bool, typer.Option("--json", help=_("Print one JSON document."))] = False,
) -> None:
    """Rehearse; exit code 1 when a device fails or isolation suffers."""
    from playbooks.backup.cli import settings_now
    from playbooks.plan.cli import cancellable, told
    from playbooks.rehearsal.run import rehearse
    from playbooks.tags import shell_actor

    with cancellable() as cancelled:
        found = rehearse(settings_now(), plan, told(), actor=shell_actor(), most=units, cancelled=cancelled)
    if as_json:
        print_json(found.document())
    else:
        _print(found)
    if not found.good:
        raise typer.Exit(1)


def _print(found: "Rehearsal") -> None:
    from playbooks.plan.model import DeviceState
    from playbooks.plan.settle import STATES

    columns = [translate(c) for c in (_("Device"), _("Result"), _("Error"))]
    rows = [[d.device, translate(STATES[DeviceState(d.state)]), d.error] for d in found.devices]
    table(translate(_("Rehearsal of plan {plan}"), plan=found.plan), columns, rows)
    for name in found.left_out:
        say(translate(_("not rehearsed: {device}"), device=name))
    for probe in found.deviations:
        message = _("{source} to {target} ({service}): should pass and does not")
        if not probe.expected:
            message = _("{source} to {target} ({service}): passes and should not")
        text = translate(message, source=probe.source, target=probe.target, service=probe.service)
        say(text if probe.new else translate(_("{text} (before the plan, too)"), text=text))
    if found.cut:
        back = _("{units}: cut off, and back when it was taken back")
        message = back if found.back else _("{units}: was to be cut off and to come back; it did not")
        say(translate(message, units=", ".join(found.cut)))
    message = _("{units} units, {probes} probes, {new} new deviations; {seconds} s")
    counts = {"units": found.units, "probes": found.probes, "new": sum(p.new for p in found.deviations)}
    say(translate(message, seconds=found.seconds, **counts))
