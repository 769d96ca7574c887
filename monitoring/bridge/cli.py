"""`countynet bridge`: a round with the province's platform now, and how the bridge stands."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from countynet.console import print_json, run_command, table
from countynet.i18n import _, translate

if TYPE_CHECKING:
    from countynet.settings import Settings
    from monitoring.bridge.model import Bridge, Platform

app = typer.Typer(help=_("Exchange faults with the province's operations platform (TMF621)."), no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help=_("Print one JSON document."))]
Name = Annotated[str, typer.Option("--platform", help=_("Only this one."))]


@app.command("run", help=_("Make one round with each platform: pull what changed there, push what changed here."))
@run_command
def run_(
    platform: Name = "",
    again: Annotated[
        bool, typer.Option("--from-start", help=_("Read their tickets from the first on, e.g. after new units."))
    ] = False,
    as_json: Json = False,
) -> None:
    """Make a round; exit code 1 when one did not go well."""
    from countynet.db import open_database
    from countynet.settings import Settings
    from monitoring.bridge import rounds

    settings = Settings.load()
    bridge, chosen = _chosen(settings, platform)
    engine = open_database(settings)
    found = [rounds.run(settings, engine, bridge, one, again).document() for one in chosen]
    if as_json:
        print_json(found)
    else:
        names = (
            _("platform"),
            _("in order"),
            _("created"),
            _("updated"),
            _("reported"),
            _("heard"),
            _("failed"),
            _("said"),
        )
        keys = ("platform", "well", "created", "changed", "reported", "heard", "failed", "said")
        table(
            translate(_("Rounds")), [translate(n) for n in names], [[_cell(row[key]) for key in keys] for row in found]
        )
    raise typer.Exit(0 if all(row["well"] for row in found) else 1)


@app.command(help=_("Show how each platform stands: when it was reached, what waits, what it refused."))
@run_command
def status(platform: Name = "", as_json: Json = False) -> None:
    """Show the bridge."""
    from countynet.db import open_database, reading
    from countynet.settings import Settings
    from monitoring.bridge.show import document

    settings = Settings.load()
    _bridge, chosen = _chosen(settings, platform)
    with reading(open_database(settings)) as session:
        found = [document(session, one) for one in chosen]
    if as_json:
        print_json(found)
        return
    names = (
        _("platform"),
        _("in order"),
        _("last round"),
        _("tickets"),
        _("waiting"),
        _("given up"),
        _("strays"),
        _("said"),
    )
    keys = ("platform", "well", "last_round", "linked", "waiting", "given_up", "strays", "said")
    table(
        translate(_("Bridge")), [translate(n) for n in names], [[_cell(row[key], key) for key in keys] for row in found]
    )


@app.command(help=_("Have what failed or was given up tried again by the worker at once."))
@run_command
def retry(
    platform: Annotated[str, typer.Argument(help=_("The platform's name."))],
    login: Annotated[str, typer.Option("--as", help=_("The login in whose name."))],
    fault: Annotated[int | None, typer.Option(help=_("Only this fault."))] = None,
    again: Annotated[
        bool, typer.Option("--from-start", help=_("Read their tickets from the first on, e.g. after new units."))
    ] = False,
    as_json: Json = False,
) -> None:
    """Have it tried again; exit code 1 when the fault does not wait there."""
    from countynet.db import open_database, reading
    from countynet.people import actor
    from countynet.settings import Settings
    from monitoring.bridge.service import Exchange
    from monitoring.bridge.show import document

    settings = Settings.load()
    engine = open_database(settings)
    Exchange(engine, settings.county).retry(platform, actor(engine, login), fault, again)
    with reading(engine) as session:
        found = document(session, _chosen(settings, platform)[1][0])
    if as_json:
        print_json(found)
        return
    message = _("A round with {platform} is asked for; the worker makes it within seconds.")
    typer.echo(translate(message, platform=platform))


def _cell(value: Any, key: str = "") -> str:
    """Return a value of a document for a table: how many, a time of the county's clock, yes or no."""
    from datetime import datetime

    from countynet.moments import shown

    if isinstance(value, bool):
        return translate(_("yes") if value else _("no"))
    if key == "last_round" and value:
        return shown(datetime.fromisoformat(value))
    return str(len(value)) if isinstance(value, list) else "" if value is None else str(value)


def _chosen(settings: "Settings", name: str) -> "tuple[Bridge, tuple[Platform, ...]]":
    """Return the bridge and the platforms that are meant. Raises BadInput without the file, or for an unknown name."""
    from countynet.errors import BadInput, Problem
    from inventory import load_county
    from monitoring.bridge.model import COUNTY, load

    bridge = load(settings.county, load_county(settings.county).unit_by_id)
    if bridge is None or not bridge.platforms:
        raise BadInput([Problem(_("there is no bridge: no platform is named in it"), file=str(COUNTY))])
    chosen = tuple(one for one in bridge.platforms if name in ("", one.name))
    if not chosen:
        choices = ", ".join(one.name for one in bridge.platforms)
        message = _("there is no platform {name}; there are: {choices}")
        raise BadInput([Problem(message, {"name": name, "choices": choices}, file=str(COUNTY))])
    return bridge, chosen
