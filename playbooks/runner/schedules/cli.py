"""`countynet run schedule`, `schedules`, `approve-schedule`, `unschedule`, and `compare` of two runs."""

from typing import TYPE_CHECKING, Annotated

import typer

from countynet.console import print_json, run_command
from countynet.i18n import _
from playbooks.runner.options import Json, Login, Name, Number, Secret, Set, opened, who

if TYPE_CHECKING:
    from countynet.settings import Settings
    from playbooks.runner.schedules.schedule import Schedule

ScheduleNumber = Annotated[int, typer.Argument(help=_("The schedule's number."))]


@run_command
def schedule(
    name: Name,
    values: Set = None,
    secret: Secret = None,
    every: Annotated[str, typer.Option("--every", help=_("daily, workday, restday, weekly or monthly."))] = "daily",
    on: Annotated[
        str,
        typer.Option("--on", help=_("The day: mon to sun; of a month 1 to 31, last, first-workday or last-workday.")),
    ] = "",
    at: Annotated[str, typer.Option("--at", metavar="HH:MM", help=_("The time, by the county's clock."))] = "",
    until: Annotated[
        str, typer.Option("--until", metavar="HH:MM", help=_("What has not begun by then is missed."))
    ] = "",
    first: Annotated[str, typer.Option("--from", metavar="DAY", help=_("Not before this day."))] = "",
    login: Login = "",
    as_json: Json = False,
) -> None:
    """Make a schedule."""
    from countynet import clock
    from playbooks.present import present_county
    from playbooks.runner.given import given
    from playbooks.runner.schedules import book
    from playbooks.runner.schedules.written import rhythm

    settings, engine = opened()
    found = rhythm(every, on, at, until, first, clock.today())
    actor, filled = who(engine, login), given(settings, name, values, secret)
    _told(settings, book.make(settings, engine, present_county(settings), name, filled, found, actor), as_json)


@run_command
def schedules(login: Login = "", as_json: Json = False) -> None:
    """List schedules."""
    from inventory.calendar.present import known
    from playbooks.runner.schedules import book, show

    settings, engine = opened()
    found, calendar = book.shown(engine, who(engine, login)), known(settings.county)
    if as_json:
        print_json({"schedules": [show.document(one, calendar) for one in found]})
    else:
        show.schedules(found, calendar)


@run_command
def approve_schedule(
    number: ScheduleNumber,
    until: Annotated[str, typer.Option("--until", metavar="DAY", help=_("The last day that this counts."))],
    login: Login = "",
    as_json: Json = False,
) -> None:
    """Agree to a schedule."""
    from countynet.moments import moment
    from playbooks.runner.schedules import book

    settings, engine = opened()
    end = moment(until, "--until", end_of_day=True)
    _told(settings, book.approve(engine, number, end, who(engine, login)), as_json)


@run_command
def unschedule(number: ScheduleNumber, login: Login = "", as_json: Json = False) -> None:
    """End a schedule."""
    from playbooks.runner.schedules import book

    settings, engine = opened()
    _told(settings, book.end(engine, number, who(engine, login)), as_json)


@run_command
def compare(
    one: Number,
    other: Annotated[int, typer.Argument(help=_("The number of the other run."))],
    login: Login = "",
    as_json: Json = False,
) -> None:
    """Compare two runs."""
    from countynet.errors import NotAllowed
    from playbooks.runner import book, show
    from playbooks.runner.compare import compare

    _settings, engine = opened()
    actor = who(engine, login)
    runs = [book.get(engine, number) for number in (one, other)]
    for run in runs:
        if not run.seen_by(actor):
            raise NotAllowed(_("run {run} is not yours to see"), run=run.number)
    found = compare(*runs)
    if as_json:
        print_json(found.document())
    else:
        show.comparison(found)


def _told(settings: "Settings", found: "Schedule", as_json: bool) -> None:
    from inventory.calendar.present import known
    from playbooks.runner.schedules import show

    calendar = known(settings.county)
    if as_json:
        print_json(show.document(found, calendar))
    else:
        show.schedule(found, calendar)


def mount(app: typer.Typer) -> None:
    """Put the commands under `countynet run`."""
    app.command("schedule", help=_("Have a playbook run again and again by the calendar."))(schedule)
    app.command("schedules", help=_("List the schedules, with what became of the last time of each."))(schedules)
    app.command("approve-schedule", help=_("Agree that a schedule changes things by itself until a day."))(
        approve_schedule
    )
    app.command("unschedule", help=_("End a schedule."))(unschedule)
    app.command("compare", help=_("Put two runs of one playbook beside each other, what differs first."))(compare)
