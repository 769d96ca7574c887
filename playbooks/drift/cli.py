"""`countynet drift`: which devices run something else than the inventory intends; accept it, or plan it away."""

from typing import TYPE_CHECKING, Annotated

import typer

from countynet.console import print_json, run_command, say
from countynet.i18n import _, translate
from countynet.options import Only

if TYPE_CHECKING:
    from countynet.settings import Settings
    from playbooks.drift.accept import Acceptance
    from playbooks.drift.report import Report

app = typer.Typer(help=_("Name devices that run something else than the inventory intends."))


@app.command(help=_("Name devices that run something else than the inventory intends, since when, and who was there."))
@run_command
def drift(
    only: Only = None,
    accept: Annotated[
        list[str] | None,
        typer.Option("--accept", metavar="DEVICE", help=_("Propose what it runs as a change of the inventory.")),
    ] = None,
    restore: Annotated[
        list[str] | None,
        typer.Option("--restore", metavar="DEVICE", help=_("Make a plan that brings it back to the inventory.")),
    ] = None,
    login: Annotated[
        str, typer.Option("--as", help=_("The login in whose name; else the account of this shell."))
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help=_("Print one JSON document."))] = False,
) -> None:
    """Look at devices; exit code 1 when one differs or does not answer. With --accept or --restore: do that."""
    from countynet import console
    from playbooks.backup.cli import actor_of, settings_now
    from playbooks.device.stage import shown
    from playbooks.drift.report import look

    settings = settings_now()
    actor = actor_of(settings, login)
    if restore:
        _restore(settings, restore, actor, as_json)
        return
    chosen = [f"name={','.join(accept)}"] if accept else only
    report = look(settings, chosen, shown(console.progress(translate(_("devices")))), actor=actor)
    if accept:
        _accept(settings, report, actor, as_json)
        return
    if not only:
        _keep(settings, report, actor)
    if as_json:
        print_json(report.document())
    else:
        _print(report)
    if not report.clean:
        raise typer.Exit(1)


def _keep(settings: "Settings", report: "Report", actor: str) -> None:
    """Keep a look at all devices for the page, as the job of that kind would."""
    from countynet.db import open_database, transaction
    from countynet.jobs import record_done
    from playbooks.drift.jobs import LOOK

    with transaction(open_database(settings)) as session:
        record_done(session, LOOK, {"devices": []}, actor, report.document())


def _restore(settings: "Settings", devices: list[str], actor: str, as_json: bool) -> None:
    from playbooks.plan.make import Wish, make

    plan = make(settings, Wish(actor), [f"name={','.join(devices)}"])
    if as_json:
        names = [change.device for change in plan.devices]
        print_json({"plan": plan.number, "hash": plan.hash, "devices": [*names]})
        return
    message = _("plan {plan} brings back: {devices}; look at it: countynet plan show {plan}")
    say(translate(message, plan=plan.number, devices=", ".join(c.device for c in plan.devices)))


def _accept(settings: "Settings", report: "Report", actor: str, as_json: bool) -> None:
    from countynet.errors import CountyError
    from inventory.record import Author
    from playbooks.drift.accept import accept

    for error in report.errors.values():
        raise error
    if not report.drifts:
        raise CountyError(_("it runs what the inventory intends: there is nothing to accept"))
    done = [accept(settings, drift, Author(actor, actor.removeprefix("shell:"))) for drift in report.drifts]
    if as_json:
        print_json([one.document() for one in done])
        return
    for one in done:
        _accepted(one)


def _accepted(one: "Acceptance") -> None:
    number = one.proposal.number if one.proposal else 0
    say(translate(_("{device}: proposed as number {number}"), device=one.device, number=number))
    for edit in one.edits:
        typer.echo(f"  {edit.section}/{edit.key} {edit.field} = {edit.value}")
    if one.others:
        say(translate(_("  it changes what these devices shall run, too: {devices}"), devices=", ".join(one.others)))
    for left in one.left:
        say(translate(_("  the inventory has no field for: {field}"), field=left.path))
    if one.unmanaged:
        say(translate(_("  {count} lines that nobody understands stay as they are"), count=one.unmanaged))


def _print(report: "Report") -> None:
    from countynet.i18n import translate_error
    from playbooks.drift.show import lines

    for drift in report.drifts:
        for line in lines(drift):
            typer.echo(line)
    for name, unread in report.unmanaged.items():
        say(translate(_("{device}: {count} lines that nobody understands"), device=name, count=len(unread)))
    for name, holders in report.unconfirmed.items():
        message = _("{device}: nobody knows whether it has these secrets; the next plan sends them: {holders}")
        say(translate(message, device=name, holders="; ".join(holders)))
    for error in report.errors.values():
        say(translate_error(error))
    message = _("{looked} devices looked at, {drifted} differ, {failed} could not be compared")
    counts = {"looked": report.looked, "drifted": len(report.drifts), "failed": len(report.errors)}
    say(translate(message, **counts))
