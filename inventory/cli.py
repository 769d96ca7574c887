"""`countynet inventory`: make, validate and show what should be."""

from typing import Annotated, Any

import typer

from countynet.console import print_json, run_command, say, table
from countynet.i18n import _, translate
from inventory import selection_cli, validate_cli
from inventory.allocate import cli as allocate_cli
from inventory.netbox import cli as netbox_cli
from inventory.record import cli as record_cli
from inventory.rollout import cli as rollout_cli
from inventory.survey import cli as survey_cli
from inventory.terminals import cli as terminals_cli

app = typer.Typer(
    name="inventory",
    help=_("What should be: show and validate the county's inventory."),
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
show = typer.Typer(name="show", help=_("Show one unit or device with all that belongs to it."), no_args_is_help=True)
app.add_typer(show)
app.add_typer(rollout_cli.app)
app.add_typer(record_cli.app)
app.add_typer(allocate_cli.app)
app.add_typer(survey_cli.app)
app.add_typer(terminals_cli.app, name="terminals")
app.add_typer(netbox_cli.app)
app.command("device-type", help=_("Add device types from files of NetBox's community library."))(netbox_cli.device_type)
app.command("validate", help=_("Check every file of the county folder; all problems at once, with file and line."))(
    validate_cli.validate
)
show.command("devices", help=_("List the devices that a selection means."))(selection_cli.show_devices)
show.command("units", help=_("List the units that a selection means."))(selection_cli.show_units)
app.command("ansible", help=_("Be an Ansible dynamic inventory: devices and hosts with their groups."))(
    selection_cli.ansible
)
Json = Annotated[bool, typer.Option("--json", help=_("Print one JSON document."))]


@app.command(help=_("Make the county folder from the example county; what is there already is kept."))
@run_command
def init(
    json: Json = False,
    mixed: Annotated[bool, typer.Option("--mixed", help=_("Devices of several makers instead of Linux ones."))] = False,
    applications: Annotated[
        bool, typer.Option("--applications", help=_("Servers with applications on them, too."))
    ] = False,
) -> None:
    """Make the county folder, its secrets and its repository."""
    from countynet.settings import Settings
    from inventory import create, load_county

    settings = Settings.load()
    created = create.create_folder(settings, mixed, applications)
    county = load_county(settings.county)
    made = create.create_secrets(settings, county)
    commit = create.create_repository(settings)
    if json:
        print_json({"folder": str(settings.county), "created": created, "secrets": made, "commit": commit})
    elif created:
        say(translate(_("the example county was copied to {folder}"), folder=settings.county))
    else:
        say(translate(_("{folder} holds a county already; nothing was copied"), folder=settings.county))


@show.command("unit", help=_("Show a unit with its people, line, CPE and terminals."))
@run_command
def show_unit(unit: Annotated[str, typer.Argument(help=_("The unit's id, e.g. u001."))], json: Json = False) -> None:
    """Show one unit."""
    from countynet.settings import Settings
    from inventory import load_county, report

    _print(report.unit(load_county(Settings.load().county), unit), json)


@show.command("device", help=_("Show a device with its place, addresses and cables."))
@run_command
def show_device(
    device: Annotated[str, typer.Argument(help=_("The device's name, e.g. cpe-001."))], json: Json = False
) -> None:
    """Show one device."""
    from countynet.settings import Settings
    from inventory import load_county, report

    _print(report.device(load_county(Settings.load().county), device), json)


def _print(facts: dict[str, Any], json: bool) -> None:
    if json:
        print_json(facts)
        return
    from inventory import report

    table("", [translate(_("field")), translate(_("value"))], report.flat(facts))


@app.command(help=_("Print what a device shall be told, as its platform writes it; secrets are masked."))
@run_command
def config(
    device: Annotated[str, typer.Argument(help=_("The device's name, e.g. cpe-001."))], json: Json = False
) -> None:
    """Print a device's intended configuration."""
    from countynet.secrets import Secrets
    from countynet.settings import Settings
    from inventory import load_county, report
    from inventory.intent.adapt import adapted
    from inventory.platforms.registry import platform

    settings = Settings.load()
    county = load_county(settings.county)
    report.known_device(county, device)
    name = county.device_by_name[device].platform
    functions = platform(name)
    text = functions.mask(functions.render(adapted(county, Secrets.load(settings).get)[device]))
    if json:
        print_json({"device": device, "platform": name, "configuration": text})
    else:
        print(text)
