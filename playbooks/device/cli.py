"""`countynet config`: bring devices to what the inventory says, fetch what they run, show the difference."""

from typing import TYPE_CHECKING, Annotated

import typer

from countynet.i18n import _, translate
from countynet.options import Only
from playbooks.device.parse_cli import parse_command
from playbooks.device.patch_cli import patch_command

if TYPE_CHECKING:
    from collections.abc import Sequence

    from countynet.errors import DeviceError
    from countynet.settings import Settings
    from inventory.model import County
    from playbooks.device.results import DeviceResult, Progress

app = typer.Typer(help=_("Configure devices from the inventory, fetch and compare."), no_args_is_help=True)
app.command("parse", help=_("Show what a configuration file says, and its lines that nobody understands."))(
    parse_command
)
app.command("patch", help=_("Show the lines that lead from one configuration file to another, in a safe order."))(
    patch_command
)

Names = Annotated[list[str] | None, typer.Argument(help=_("Device names."), show_default=False)]
All = Annotated[bool, typer.Option("--all", help=_("All devices."))]
Json = Annotated[bool, typer.Option("--json", help=_("Print one JSON document."))]
Check = Annotated[bool, typer.Option("--check", help=_("Only show the differences; touch nothing."))]
AllSecrets = Annotated[
    bool, typer.Option("--secrets", help=_("Send every secret again, also those that are known to be in force."))
]
Workers = Annotated[int, typer.Option(min=1, max=128, help=_("How many devices are in hand at once."))]


@app.command("apply", help=_("Bring devices to what the inventory says."))
def apply_command(
    names: Names = None,
    all_: All = False,
    only: Only = None,
    check: Check = False,
    secrets: AllSecrets = False,
    as_json: Json = False,
    workers: Workers = 24,
) -> None:
    """Apply, print one result per device; exit code 1 if one failed."""
    from playbooks.device.results import Limits
    from playbooks.device.service import apply
    from playbooks.tags import shell_actor

    county, settings = _county()
    limits, chosen = Limits(workers=workers), _chosen(county, names, all_, only)
    results = apply(
        county, settings, chosen, _progress(), check=check, limits=limits, actor=shell_actor(), afresh=secrets
    )
    _print(results, check, as_json)
    _exit(any(result.error for result in results))


@app.command("diff", help=_("Show how devices differ from the inventory; touch nothing."))
def diff_command(names: Names = None, all_: All = False, only: Only = None, as_json: Json = False) -> None:
    """Compare; exit code 1 if a device could not be read."""
    apply_command(names, all_, only, True, as_json=as_json)


@app.command("fetch", help=_("Fetch and keep the running configurations."))
def fetch_command(names: Names = None, all_: All = False, only: Only = None, as_json: Json = False) -> None:
    """Fetch, print one line per device; exit code 1 if one failed."""
    from countynet import console
    from inventory import running
    from playbooks.device.service import fetch
    from playbooks.tags import shell_actor

    county, settings = _county()
    with running.because(running.Why(shell_actor(), running.Cause.MANUAL)):
        results = fetch(county, settings, _chosen(county, names, all_, only), _progress())
    if as_json:
        console.print_json([result.summary() for result in results.values()])
    else:
        rows = [[r.device, r.masked.count("\n"), f"{r.seconds:.1f}", _error(r.error)] for r in results.values()]
        columns = [translate(c) for c in (_("Device"), _("Lines"), _("Seconds"), _("Error"))]
        console.table(translate(_("Running configurations")), columns, rows)
    _exit(any(result.error for result in results.values()))


@app.command("trust", help=_("Forget the recorded host key of a device or server that was replaced or installed anew."))
def trust_command(names: Names = None, only: Only = None) -> None:
    """Forget the host keys; the next key that each device or server shows is recorded."""
    from countynet import console
    from inventory import confirmed
    from inventory.model import Host
    from inventory.select import select_members
    from playbooks.device.hostkeys import HostKeys, known_hosts
    from playbooks.servers import hostkeys

    county, settings = _county()
    members = select_members(county, _expressions(names, False, only))
    devices = tuple(member.name for member in members if not isinstance(member, Host))
    HostKeys(known_hosts(settings)).forget(devices)
    for name in devices:
        confirmed.forget(settings, name)  # what the one before had in force says nothing of the new one
    hostkeys.forget(settings, [member for member in members if isinstance(member, Host)])
    console.say(translate(_("forgotten: {devices}"), devices=", ".join(member.name for member in members)))


def _county() -> "tuple[County, Settings]":
    from countynet.settings import Settings
    from playbooks.present import present_county

    settings = Settings.load()
    return present_county(settings), settings


def _chosen(
    county: "County", names: "Sequence[str] | None", all_: bool, only: "Sequence[str] | None"
) -> "tuple[str, ...] | None":
    """Return the names that are meant, None for all; names given as words narrow a selection. Raises BadInput."""
    from inventory.select import select_devices

    expressions = _expressions(names, all_, only)
    return tuple(device.name for device in select_devices(county, expressions)) if expressions else None


def _expressions(names: "Sequence[str] | None", all_: bool, only: "Sequence[str] | None") -> list[str]:
    """Return what selects those that are meant, nothing for all."""
    if (names and all_) or not (names or all_ or only):
        raise typer.BadParameter(translate(_("name devices, or say --all or --only")))
    told = ",".join(f"name={name}" for name in names or ())
    return [*([told] if told else []), *(only or ())]


def _progress() -> "Progress":
    from countynet import console
    from playbooks.device.stage import shown

    return shown(console.progress(translate(_("devices"))))


def _error(error: "DeviceError | None") -> str:
    from countynet.i18n import translate_error

    return translate_error(error) if error else ""


def _print(results: "Sequence[DeviceResult]", check: bool, as_json: bool) -> None:
    from countynet import console

    if as_json:
        console.print_json([result.summary() for result in results])
        return
    for result in results:
        if result.diff:
            console.out().print(f"=== {result.device}\n{result.diff}", markup=False)
        for where in result.unconfirmed:
            console.say(
                translate(
                    _("{device}: secret sent again, as nobody knows whether it has it: {where}"),
                    device=result.device,
                    where=where,
                )
            )
    differs, changed = translate(_("differs")), translate(_("changed"))
    words = {True: differs if check else changed, False: translate(_("as intended"))}
    rows = [
        [r.device, words[bool(r.diff)] if not r.error else translate(_("failed")), f"{r.seconds:.1f}", _error(r.error)]
        for r in results
    ]
    columns = [translate(c) for c in (_("Device"), _("Result"), _("Seconds"), _("Error"))]
    console.table(translate(_("Devices")), columns, rows)


def _exit(failed: bool) -> None:
    if failed:
        raise typer.Exit(1)
