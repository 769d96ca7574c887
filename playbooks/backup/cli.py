"""`countynet backup`: keep what devices run, and show what they ran."""

from typing import TYPE_CHECKING, Annotated

import typer

from countynet.console import print_json, run_command, say, table
from countynet.i18n import _, translate
from countynet.options import Only

if TYPE_CHECKING:
    from collections.abc import Sequence

    from countynet.settings import Settings
    from playbooks.backup.take import Taken

app = typer.Typer(help=_("Keep the running configurations of devices, and show what they ran when."))

Json = Annotated[bool, typer.Option("--json", help=_("Print one JSON document."))]
Login = Annotated[str, typer.Option("--as", help=_("The login in whose name; else the account of this shell."))]
DeviceName = Annotated[str, typer.Argument(metavar="DEVICE", help=_("The device's name."))]
When = Annotated[str, typer.Option(help=_("A day, a time on the county's clock, or a version."))]


@app.callback(invoke_without_command=True)
@run_command
def backup(context: typer.Context, only: Only = None, login: Login = "", as_json: Json = False) -> None:
    """Fetch and keep, print one line per device; exit code 1 if one failed."""
    if context.invoked_subcommand is not None:
        return
    from countynet import console
    from inventory.running import Cause, Why
    from playbooks.backup.take import take
    from playbooks.device.stage import shown

    settings = settings_now()
    why = Why(actor_of(settings, login), Cause.MANUAL)
    taken = take(settings, why, only, shown(console.progress(translate(_("devices")))))
    if as_json:
        print_json([one.document() for one in taken])
    else:
        _print(taken)
    if any(one.error for one in taken):
        raise typer.Exit(1)


@app.command("list", help=_("List the kept versions of a device's configuration, the newest first."))
@run_command
def list_command(
    device: DeviceName,
    limit: Annotated[int, typer.Option(min=1, help=_("So many."))] = 20,
    as_json: Json = False,
) -> None:
    """List versions."""
    from countynet.moments import shown
    from playbooks.backup.history import versions

    found = versions(settings_now(), device)[:limit]
    if as_json:
        print_json([version.document() for version in found])
        return
    columns = [translate(c) for c in (_("Version"), _("Time"), _("In whose name"), _("Why"))]
    rows = [[v.commit[:10], shown(v.at), v.actor, v.why] for v in found]
    table(translate(_("Running configurations of {device}"), device=device), columns, rows)


@app.command("show", help=_("Show what a device ran, with its secrets struck out."))
@run_command
def show_command(device: DeviceName, at: When = "", as_json: Json = False) -> None:
    """Show one version: the newest, or the one of a time."""
    from countynet.moments import shown
    from playbooks.backup import history

    settings = settings_now()
    version = history.at(settings, device, at) if at else history.latest(settings, device)
    text = history.text(settings, version)
    if as_json:
        print_json({**version.document(), "text": text})
        return
    say(translate(_("{device} as of {at}, version {version}"), device=device, at=shown(version.at),
                  version=version.commit[:10]))  # fmt: skip
    typer.echo(text, nl=False)


@app.command("diff", help=_("Show what changed on a device between two times, secrets struck out."))
@run_command
def diff_command(
    device: DeviceName,
    since: Annotated[str, typer.Option("--from", help=_("A day, a time on the county's clock, or a version."))],
    until: Annotated[str, typer.Option("--to", help=_("The same; now if not given."))] = "",
    as_json: Json = False,
) -> None:
    """Show the difference of two versions."""
    from playbooks.backup import history

    settings = settings_now()
    old = history.at(settings, device, since, "--from")
    new = history.at(settings, device, until, "--to") if until else history.latest(settings, device)
    text = history.diff(settings, old, new)
    if as_json:
        print_json({"device": device, "from": old.document(), "to": new.document(), "diff": text})
        return
    typer.echo(text or translate(_("no difference")), nl=not text)


def _print(taken: "Sequence[Taken]") -> None:
    from countynet.i18n import translate_error

    words = {True: translate(_("changed")), False: translate(_("as before"))}
    rows = [
        [t.device, translate(_("failed")) if t.error else words[t.changed], f"{t.seconds:.1f}",
         translate_error(t.error) if t.error else ""]
        for t in taken
    ]  # fmt: skip
    columns = [translate(c) for c in (_("Device"), _("Result"), _("Seconds"), _("Error"))]
    table(translate(_("Running configurations")), columns, rows)


def settings_now() -> "Settings":
    """Return the settings of this command."""
    from countynet.settings import Settings

    return Settings.load()


def actor_of(settings: "Settings", login: str) -> str:
    """Return in whose name; raises BadInput for an account that there is not."""
    from countynet.db import open_database
    from countynet.people import actor
    from playbooks.tags import shell_actor

    return actor(open_database(settings), login).name if login else shell_actor()
