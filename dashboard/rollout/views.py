"""The roll-out's pages, and the two forms by which the center records what was done.

They show the whole county, also while only a part of it stands as a twin. A clerk is sent to the own unit's page.
"""

from datetime import date

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from countynet import clock
from countynet.errors import BadInput, Problem
from countynet.i18n import _, describe
from dashboard.access import ACCESS, own_unit
from dashboard.language import short_name
from dashboard.rollout.pages import BoardPage, GanttPage, TrainingPage, UnitPage
from dashboard.rollout.picture import picture
from dashboard.web import person, services, show
from inventory.model import County
from inventory.rollout import board as board_of
from inventory.rollout import gantt as gantt_of
from inventory.rollout import position, sessions, sessions_of
from inventory.rollout.record import SESSION, parse_day
from inventory.rollout.words import NEXT

rollout = Blueprint("rollout", __name__)
FIELD = "people-"
REASON = 200
NEW = "new"
"""whose form is wrong: that of a new session"""
NONE = "-"
"""in an address: the units that are in no batch"""


@rollout.get("/rollout")
def page() -> ResponseReturnValue:
    """Show the units by phase; a clerk only the own."""
    who = person()
    if who.unit is not None:
        return redirect(url_for("rollout.unit", unit=who.unit))
    county = services().county.whole()
    asked = request.args.get("batch")
    batch = "" if asked == NONE else asked
    if batch and batch not in {b.id for b in county.batches}:
        abort(404)
    board = board_of(county, clock.today(), batch)
    return show(BoardPage(board, _names(county), batch, "late" in request.args, NEXT))


@rollout.get("/rollout/gantt")
def gantt() -> ResponseReturnValue:
    """Show the Gantt chart."""
    model = gantt_of(services().county.whole(), clock.today())
    return show(GanttPage(model, picture(model)))


@rollout.get("/rollout/training")
def training() -> ResponseReturnValue:
    """Show the training sessions."""
    return show(_training())


@rollout.post("/rollout/training")
def attendance() -> ResponseReturnValue:
    """Record how many people units sent to a session."""
    session = request.form.get("training", "")
    typed = {name.removeprefix(FIELD): value for name, value in request.form.items() if name.startswith(FIELD)}
    typed |= {unit: request.form.get("guests", "") for unit in [request.form.get("guest", "")] if unit}
    try:
        services().rollout.attendance(person(), session, _counts(typed), _reason())
    except BadInput as error:
        return show(_training(session, _said(error), typed), 400)
    return redirect(url_for("rollout.training"), 303)


@rollout.post("/rollout/sessions")
def announce() -> ResponseReturnValue:
    """Add a training session."""
    typed = {name: request.form.get(name, "") for name in SESSION}
    try:
        services().rollout.session(person(), typed, _reason())
    except BadInput as error:
        return show(_training(NEW, _said(error), typed), 400)
    return redirect(url_for("rollout.training"), 303)


@rollout.get("/rollout/units/<unit>")
def unit(unit: str) -> ResponseReturnValue:
    """Show how far one unit is."""
    return show(_unit(unit))


@rollout.post("/rollout/units/<unit>")
def milestone(unit: str) -> ResponseReturnValue:
    """Record a milestone as done, or as not done after all."""
    _unit(unit)
    typed = {name: request.form.get(name, "").strip() for name in ("phase", "day", "reason")}
    try:
        done: date | None = None if "undone" in request.form else parse_day(typed["day"])
        services().rollout.milestone(person(), unit, typed["phase"], done, _reason())
    except BadInput as error:
        return show(_unit(unit, _said(error), typed), 400)
    return redirect(url_for("rollout.unit", unit=unit), 303)


def _training(wrong: str = "", problem: str = "", typed: dict[str, str] | None = None) -> TrainingPage:
    county = services().county.whole()
    found = sessions(county, clock.today())
    may = ACCESS["rollout.attendance"].admits(person())
    return TrainingPage(found, _names(county), county.units, county.batches, may, wrong, problem, typed)


def _unit(unit: str, problem: str = "", typed: dict[str, str] | None = None) -> UnitPage:
    own_unit(person(), unit)
    county, today = services().county.whole(), clock.today()
    found = county.unit_by_id.get(unit)
    if found is None:
        abort(404)
    where = position(county, found, today)
    may = ACCESS["rollout.milestone"].admits(person())
    return UnitPage(where, where.batch, sessions_of(county, unit, today), today, NEXT, may, problem, typed)


def _counts(typed: dict[str, str]) -> dict[str, int | None]:
    """Return the people by unit; an empty field is not counted. Raises BadInput."""
    wrong = [unit for unit, text in typed.items() if text.strip() and not _number(text)]
    if wrong:
        message = _("that is no number of people")
        raise BadInput([Problem(message, where=unit, found=typed[unit][:20]) for unit in wrong])
    return {unit: int(text) if text.strip() else None for unit, text in typed.items()}


def _number(text: str) -> bool:
    return text.strip().isascii() and text.strip().isdigit() and len(text.strip()) <= 6


def _reason() -> str:
    return " ".join(request.form.get("reason", "").split())[:REASON]


def _said(error: BadInput) -> str:
    return "\n".join(describe(problem) for problem in error.problems)


def _names(county: County) -> dict[str, str]:
    return {unit.id: short_name(unit, county.plan) for unit in county.units}
