"""`countynet notices`: who was told what, who would be, and whether a channel works."""

from typing import TYPE_CHECKING, Annotated

import typer

from countynet.console import print_json, run_command, table
from countynet.i18n import _, translate

if TYPE_CHECKING:
    from countynet.canonical import JSON
    from countynet.settings import Settings
    from monitoring.notices.model import Rules

app = typer.Typer(help=_("Tell people of alarms by mail, webhook and SMS."), no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help=_("Print one JSON document."))]


@app.command("list", help=_("List the notices that were queued last."))
@run_command
def list_(
    limit: Annotated[int, typer.Option("--last", help=_("How many."), min=1)] = 30, as_json: Json = False
) -> None:
    """List notices, newest first."""
    from countynet.db import open_database, reading
    from countynet.settings import Settings
    from monitoring.notices import show, store

    with reading(open_database(Settings.load())) as session:
        found = store.newest(session, limit)
    if as_json:
        print_json([show.notice(row) for row in found])
        return
    columns = (
        _("notice"), _("alarm"), _("step"), _("recipient"), _("state"), _("tries"), _("when"), _("what it said"),
    )  # fmt: skip
    table(translate(_("Notices")), [translate(column) for column in columns], [show.row(row) for row in found])


@app.command("show", help=_("Show who is told of what, and what the working calendar says."))
@run_command
def show_(as_json: Json = False) -> None:
    """Show the rules, every secret by name only."""
    from countynet import clock
    from countynet.settings import Settings
    from inventory.calendar.model import load
    from monitoring.notices import show

    settings = Settings.load()
    rules, calendar = _rules(settings), load(settings.county)
    document = show.rules(rules, calendar, clock.now())
    if as_json:
        print_json(document)
        return
    _tables(rules)
    _calendar(document["calendar"])


@app.command("test", help=_("Send one test notice and say what the server answered."))
@run_command
def send_test(
    to: Annotated[str, typer.Option("--to", metavar="NAME", help=_("The recipient's name in the rules."))],
    as_json: Json = False,
) -> None:
    """Send a test; exit code 1 when it was refused or not answered."""
    import uuid

    from countynet.errors import BadInput, Problem
    from countynet.i18n import language, set_language
    from countynet.settings import Settings
    from monitoring.notices import show
    from monitoring.notices.deliver import deliver
    from monitoring.notices.model import COUNTY, NoticeState
    from monitoring.notices.sender import county_name
    from monitoring.notices.words import trial

    settings = Settings.load()
    rules, spoken = _rules(settings), language()
    recipient = rules.recipient(to) if rules else None
    if rules is None or recipient is None:
        names = ", ".join(r.name for r in rules.recipients) if rules else ""
        message = _("there is no recipient {name}; there are: {choices}")
        raise BadInput([Problem(message, {"name": to, "choices": names}, file=str(COUNTY))])
    name = county_name(settings.county)
    outcome = deliver(settings, rules.channel(recipient), recipient, lambda: trial(name), f"test-{uuid.uuid4().hex}")
    set_language(spoken)
    sent = outcome.state is NoticeState.SENT
    if as_json:
        print_json({"to": to, "channel": recipient.channel, "sent": sent, "said": outcome.said})
    else:
        state = translate(_("refused") if outcome.state is NoticeState.QUEUED else show.STATES[outcome.state])
        typer.echo(f"{to} ({recipient.channel}): {state}: {outcome.said}")
    raise typer.Exit(0 if sent else 1)


def _rules(settings: "Settings") -> "Rules | None":
    """Return the rules, held against the county's names. Raises BadInput."""
    from inventory import load_county
    from monitoring.notices.model import load

    county = load_county(settings.county)
    return load(settings.county, [site.id for site in county.sites], [unit.id for unit in county.units])


def _tables(rules: "Rules | None") -> None:
    from monitoring.notices import show
    from monitoring.notices.model import COUNTY

    if rules is None:
        typer.echo(translate(_("nobody is told of alarms: there is no {file}"), file=str(COUNTY)))
        return
    columns = (_("recipient"), _("channel"), _("where"), _("addresses"), _("minutes between messages"))
    told = [
        (r.name, rules.channel(r).kind, show.where(rules.channel(r)), ", ".join(r.to), r.digest)
        for r in rules.recipients
    ]
    table(translate(_("Recipients")), [translate(column) for column in columns], told)
    heads = (_("rule"), _("severity"), _("site"), _("unit"), _("working minutes"), _("recipient"))
    rows = [
        (r.name, ", ".join(r.severities), ", ".join(r.sites), ", ".join(r.units), step.after, ", ".join(step.to))
        for r in rules.rules
        for step in r.steps
    ]
    table(translate(_("Who is told")), [translate(head) for head in heads], rows)


def _calendar(said: "JSON") -> None:
    from datetime import datetime

    from countynet.moments import shown

    if not isinstance(said, dict):
        return
    now = _("it is working time") if said["working"] else _("it is no working time; the next begins {at}")
    typer.echo(translate(now, at=shown(datetime.fromisoformat(str(said["next_working"])))))
    unknown = said["unknown_years"]
    for year in unknown if isinstance(unknown, list) else []:
        text = _("the holidays of {year} are not known: only its weekends count; add them to {file} when they are out")
        typer.echo(translate(text, year=year, file="monitoring/calendar.yml"))
