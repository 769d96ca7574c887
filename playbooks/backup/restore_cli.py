"""`countynet restore`: bring a device back to what it ran at a time, a running one by a plan, a bare box at once."""

from typing import TYPE_CHECKING, Annotated

import typer

from countynet.console import print_json, run_command, say
from countynet.i18n import _, translate

if TYPE_CHECKING:
    from countynet.settings import Settings
    from playbooks.backup.history import Version
    from playbooks.backup.restore import Look

app = typer.Typer(help=_("Bring a device back to what it ran at a time."))


@app.command(help=_("Bring a device back to what it ran at a time: a running one by a plan, a bare box at once."))
@run_command
def restore(
    device: Annotated[str, typer.Argument(metavar="DEVICE", help=_("The device's name."))],
    at: Annotated[str, typer.Option("--at", help=_("A day, a time on the county's clock, or a version."))],
    trust: Annotated[
        bool, typer.Option("--trust", help=_("The device was replaced: take the host key that it shows now."))
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help=_("Configure a bare box without asking."))] = False,
    login: Annotated[
        str, typer.Option("--as", help=_("The login in whose name; else the account of this shell."))
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help=_("Print one JSON document."))] = False,
) -> None:
    """Show the difference, then make a plan or configure the bare box."""
    from playbooks.backup import history
    from playbooks.backup import restore as restoring
    from playbooks.backup.cli import actor_of
    from playbooks.backup.cli import settings_now as load

    settings = load()
    actor, version = actor_of(settings, login), history.at(settings, device, at)
    if trust:
        restoring.trust(settings, device)
    found = restoring.look(settings, version)
    if not as_json:
        _show(found)
    if not found.diff:
        _end(found, as_json, {"done": True})
    elif found.bare:
        _bare(settings, version, found, actor, yes, as_json)
    else:
        _plan(settings, version, found, actor, as_json)


def _show(found: "Look") -> None:
    from countynet.moments import shown

    version = found.version
    at, why = shown(version.at), version.why
    say(translate(_("{device} as of {at}, version {version}"), device=version.device, at=at, version=why))
    typer.echo(found.diff or translate(_("no difference")))


def _bare(settings: "Settings", version: "Version", found: "Look", actor: str, yes: bool, as_json: bool) -> None:
    from playbooks.backup.restore import bring

    if not yes and (as_json or not typer.confirm(translate(_("Configure this bare box as shown?")))):
        _end(found, as_json, {"done": False})
        say(translate(_("nothing was touched; --yes configures it")))
        raise typer.Exit(1)
    result = bring(settings, version, actor)
    say(translate(_("{device}: restored in {seconds} s"), device=result.device, seconds=f"{result.seconds:.1f}"))
    _end(found, as_json, {"done": True})


def _plan(settings: "Settings", version: "Version", found: "Look", actor: str, as_json: bool) -> None:
    from playbooks.backup.restore import plan
    from playbooks.plan.make import Wish

    made = plan(settings, version, Wish(actor))
    say(translate(_("it runs in its place: plan {plan} brings it back, once approved"), plan=made.number))
    _end(found, as_json, {"done": False, "plan": made.number})


def _end(found: "Look", as_json: bool, more: dict[str, bool | int]) -> None:
    if as_json:
        print_json({**found.document(), **more})
