"""`countynet inventory rollout | rent | milestone | training | attendance`: see how far it is, record what was done."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from countynet.console import print_json, run_command, say, table
from countynet.i18n import _, translate

if TYPE_CHECKING:
    from inventory.record.draft import Committed
    from inventory.record.repository import Repository

app = typer.Typer()

Json = Annotated[bool, typer.Option("--json", help=_("Print one JSON document."))]
Reason = Annotated[str, typer.Option(help=_("Why, for the record; without it, what was done."))]
UnitId = Annotated[str, typer.Argument(help=_("The unit's id, e.g. u001."))]


@app.command(help=_("Show how far each unit is in the roll-out, who is late, and training."))
@run_command
def rollout(
    on: Annotated[str, typer.Option(help=_("As of this day, e.g. 2026-11-15; without it, today."))] = "",
    json: Json = False,
) -> None:
    """Show the board."""
    from countynet.settings import Settings
    from inventory import load_county
    from inventory.rollout import board, gantt, report, sessions

    today = _day(on)
    county = load_county(Settings.load().county)
    found = board(county, today)
    if json:
        print_json(report.document(found, sessions(county, today), gantt(county, today)))
        return
    columns = [_("phase"), _("units there"), _("done"), _("of"), _("percent")]
    table(translate(_("Roll-out on {day}"), day=today), [translate(c) for c in columns], report.phases(found))
    columns = [_("unit"), _("name"), _("reached"), _("days late"), _("next step"), _("planned")]
    if found.late:
        table(translate(_("Late")), [translate(c) for c in columns], report.late(found))


@app.command(help=_("Show what each line costs in a month, e.g. 2026-11, by contract; or write it as CSV."))
@run_command
def rent(
    month: Annotated[str, typer.Argument(help=_("Year and month, e.g. 2026-11."))],
    csv: Annotated[Path | None, typer.Option(help=_("Write the lines into this CSV file."))] = None,
    json: Json = False,
) -> None:
    """Show the rent of a month."""
    from countynet.settings import Settings
    from inventory import load_county, rent_table
    from inventory.month import Month
    from inventory.rent import rent as lines_of

    when = Month.parse(month)
    county = load_county(Settings.load().county)
    lines = lines_of(county, when)
    if csv is not None:
        rent_table.write(csv, rent_table.csv(county, lines))
        say(translate(_("{count} lines were written to {file}"), count=len(lines), file=csv))
    if json:
        print_json(rent_table.document(when, lines))
    elif csv is None:
        title = translate(_("Rent of {month}"), month=when)
        table(title, [translate(column) for column in rent_table.COLUMNS], rent_table.rows(county, lines))
        columns = [_("contract"), _("supplier"), _("lines"), _("amount"), _("deduction"), _("to pay")]
        table("", [translate(column) for column in columns], rent_table.totals(lines))


@app.command(help=_("Record that a unit has done a phase of the roll-out; one commit."))
@run_command
def milestone(
    unit: UnitId,
    phase: Annotated[str, typer.Argument(help=_("survey, line, connect, partial-trial, full-trial or in-force."))],
    day: Annotated[str, typer.Argument(metavar="[DATE]", help=_("The day, e.g. 2026-11-15; without it, today."))] = "",
    undone: Annotated[bool, typer.Option("--undone", help=_("Not done after all: take its date away."))] = False,
    reason: Reason = "",
    json: Json = False,
) -> None:
    """Record a milestone."""
    from countynet import clock
    from inventory.record.repository import shell_author
    from inventory.rollout.change import set_milestone

    done = None if undone else _day(day)
    _print(set_milestone(_repository(), unit, phase, done, clock.today(), shell_author(), reason), json)


@app.command(help=_("Record how many people a unit sent to a training session; one commit."))
@run_command
def attendance(
    training: Annotated[str, typer.Argument(help=_("The training session's id."))],
    unit: UnitId,
    people: Annotated[int, typer.Argument(help=_("How many came; 0: nobody."))],
    reason: Reason = "",
    json: Json = False,
) -> None:
    """Record attendance."""
    from countynet import clock
    from inventory.record.repository import shell_author
    from inventory.rollout.change import set_attendance

    _print(set_attendance(_repository(), training, {unit: people}, clock.today(), shell_author(), reason), json)


@app.command(help=_("Add a training session of a batch of units, to come or held; one commit."))
@run_command
def training(
    batch: Annotated[str, typer.Argument(help=_("The id of the batch that is invited."))],
    day: Annotated[str, typer.Argument(metavar="DATE", help=_("The day, e.g. 2026-11-15."))],
    place: Annotated[str, typer.Argument(help=_("Where it is held."))],
    topic: Annotated[str, typer.Argument(help=_("What it is about, in Chinese."))],
    topic_en: Annotated[str, typer.Argument(help=_("What it is about, in English."))],
    reason: Reason = "",
    json: Json = False,
) -> None:
    """Add a training session."""
    from inventory.record.repository import shell_author
    from inventory.rollout.change import add_session

    said = {"batch": batch, "on": day, "place": place, "topic": topic, "topic_en": topic_en}
    _print(add_session(_repository(), said, shell_author(), reason), json)


def _day(text: str) -> date:
    """Return the day that is meant; today without one. Raises BadInput."""
    from countynet import clock
    from inventory.rollout.record import parse_day

    return parse_day(text) if text else clock.today()


def _repository() -> "Repository":
    from countynet.settings import Settings
    from inventory.record.repository import Repository

    return Repository(Settings.load())


def _print(done: "Committed", json: bool) -> None:
    if json:
        summary: dict[str, Any] = done.summary()
        print_json(summary)
    elif done.changed:
        say(translate(_("recorded as {commit}"), commit=done.commit[:12]))
    else:
        say(translate(_("the inventory says so already; nothing was changed")))
