"""Applications for a terminal: the lists, the form, one application and its steps, the work order, a unit's terminals.

Each step is a form post that answers with the application's page; whose turn it is, the service decides. A mistake
comes back beside its input with all that was typed.
"""

from collections.abc import Callable, Iterable
from datetime import timedelta

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from countynet import clock
from countynet.errors import BadInput
from countynet.vocabulary import Role
from dashboard.access import ACCESS, own_unit
from dashboard.inventory.fields import NONE, Errors, say, sort, typed
from dashboard.language import named
from dashboard.stream import follow_job
from dashboard.terminals import fields
from dashboard.terminals.pages import (
    ApplicationPage,
    Connect,
    FormPage,
    Lists,
    OrderPage,
    Progress,
    QueuePage,
    Row,
    UnitPage,
)
from dashboard.web import fragment, person, services, show
from inventory.model import Unit
from inventory.terminals.model import Application, Connection, Form
from inventory.terminals.rules import TURN

terminals = Blueprint("terminals", __name__)
LIMIT = 50
USUAL = timedelta(days=7)
"""when a terminal is wanted, unless somebody says otherwise"""
REASON = 600
ANYWHERE = {"": ""}
"""a problem names its input as it is"""


@terminals.get("/terminals")
def queue() -> ResponseReturnValue:
    """Show what is to do, and what was closed last."""
    return show(QueuePage(_lists(), ACCESS["terminals.ask"].admits(person()), person().unit))


@terminals.get("/terminals/waiting")
def waiting() -> ResponseReturnValue:
    """Return the live lists."""
    return fragment(_lists())


@terminals.get("/terminals/new")
def form() -> ResponseReturnValue:
    """Show the form."""
    return show(_form())


@terminals.post("/terminals")
def ask() -> ResponseReturnValue:
    """File an application and show it."""
    who = person()
    unit = who.unit if who.unit is not None else request.form.get("unit", "")
    filled = Form(*(typed(request.form, name) for name in ("user", "room", "purpose", "mac", "wanted_by")))
    try:
        number = services().terminals.ask(who, unit, filled)
    except BadInput as error:
        return show(_form(error), 400)
    return redirect(url_for("terminals.page", number=number), 303)


@terminals.get("/terminals/<int:number>")
def page(number: int) -> ResponseReturnValue:
    """Show one application."""
    return show(_page(_found(number)))


@terminals.get("/terminals/<int:number>/events")
def events(number: int) -> ResponseReturnValue:
    """Follow the configuring of its device."""
    return follow_job(services().terminals.job(_found(number)), services().job_logs)


@terminals.get("/terminals/<int:number>/progress")
def progress(number: int) -> ResponseReturnValue:
    """Return the live part: how far the configuration of its device is."""
    return fragment(_progress(_found(number)))


@terminals.get("/terminals/<int:number>/order")
def order(number: int) -> ResponseReturnValue:
    """Show the work order, to be printed."""
    found = services().terminals.order(_found(number))
    if found is None:
        abort(404)
    return show(OrderPage(found, services().county.county().plan.operator))


@terminals.post("/terminals/<int:number>/approve")
def approve(number: int) -> ResponseReturnValue:
    """Approve it."""
    return _step(number, lambda: services().terminals.approve(person(), number, typed(request.form, "note", REASON)))


@terminals.post("/terminals/<int:number>/decline")
def decline(number: int) -> ResponseReturnValue:
    """Decline it, or take its order back."""
    return _step(number, lambda: services().terminals.decline(person(), number, typed(request.form, "reason", REASON)))


@terminals.post("/terminals/<int:number>/withdraw")
def withdraw(number: int) -> ResponseReturnValue:
    """Take it back."""
    return _step(number, lambda: services().terminals.withdraw(person(), number))


@terminals.post("/terminals/<int:number>/connect")
def connect(number: int) -> ResponseReturnValue:
    """Connect it, with what was read off."""
    others = {name.removeprefix("mac-"): typed(request.form, name) for name in request.form if name.startswith("mac-")}
    said = Connection(typed(request.form, "mac"), typed(request.form, "port"), others)
    return _step(number, lambda: services().terminals.connect(person(), number, said))


@terminals.post("/terminals/<int:number>/configure")
def configure(number: int) -> ResponseReturnValue:
    """Have its device configured again."""
    return _step(number, lambda: services().terminals.configure(person(), number))


@terminals.get("/terminals/of/<unit>")
def of_unit(unit: str) -> ResponseReturnValue:
    """Show a unit's terminals."""
    return show(_unit_page(unit))


@terminals.post("/terminals/of/<unit>/remove")
def remove(unit: str) -> ResponseReturnValue:
    """Take one of a unit's terminals out."""
    _unit(unit)
    terminal = request.form.get("terminal", "")
    try:
        services().terminals.remove(person(), unit, terminal, typed(request.form, "reason", REASON))
    except BadInput as error:
        return show(_unit_page(unit, error, terminal), 400)
    return redirect(url_for("terminals.of_unit", unit=unit), 303)


def _step(number: int, take: Callable[[], None]) -> ResponseReturnValue:
    found = _found(number)
    try:
        take()
    except BadInput as error:
        return show(_page(found, error), 400)
    return redirect(url_for("terminals.page", number=number), 303)


def _found(number: int) -> Application:
    found = services().terminals.get(number)
    if found is None:
        abort(404)
    own_unit(person(), found.unit)
    return found


def _page(found: Application, error: BadInput | None = None) -> ApplicationPage:
    ask, who = services().terminals, person()
    actions, order = ask.possible(who, found), ask.order(found)
    connect = None
    if "connect" in actions and order is not None:
        connect = Connect(fields.read_off(request.form, found, order, ask.ports(found)), order)
    errors = NONE if error is None else sort(error, connect.inputs if connect else (), ANYWHERE)
    return ApplicationPage(
        found=found,
        unit=services().county.whole().unit_by_id.get(found.unit),
        steps=ask.steps(found.id),
        actions=actions,
        order=order,
        connect=Connect(errors.at(connect.inputs), connect.order) if connect else None,
        progress=_progress(found),
        stands=ask.stands(found),
        sees_order=ACCESS["terminals.order"].admits(who),
        errors=Errors({}, errors.others),
        typed=typed(request.form, "reason", REASON) or typed(request.form, "note", REASON),
    )


def _progress(found: Application) -> Progress:
    return Progress(services().terminals.job(found), found.place.cpe if found.place else "", found.id)


def _form(error: BadInput | None = None) -> FormPage:
    county, who = services().county.whole(), person()
    earliest = (clock.today() + USUAL).isoformat()
    given = request.form or request.args
    inputs = fields.asked(given, () if who.role is Role.UNIT else county.units, earliest)
    errors = NONE if error is None else sort(error, inputs, ANYWHERE)
    return FormPage(county.unit_by_id.get(who.unit or ""), errors.at(inputs), errors.others)


def _lists() -> Lists:
    """Return what a person sees: the operator what was ordered, a clerk the own unit's, the desk everything."""
    ask, who = services().terminals, person()
    operator = who.role is Role.OPERATOR
    found = [a for a in ask.open(who.unit) if a.ordered or not operator]
    todo = [a for a in found if TURN.get(a.state) is who.role or who.role is Role.UNIT]
    return Lists(
        todo=_rows(todo),
        others=_rows(a for a in found if a not in todo),
        closed=_rows(a for a in ask.closed(LIMIT, who.unit) if a.place or not operator),
        operator=operator,
    )


def _rows(found: Iterable[Application]) -> tuple[Row, ...]:
    units = services().county.whole().unit_by_id
    return tuple(Row(a, named(units[a.unit]) if a.unit in units else a.unit) for a in found)


def _unit(unit: str) -> Unit:
    own_unit(person(), unit)
    found = services().county.whole().unit_by_id.get(unit)
    if found is None:
        abort(404)
    return found


def _unit_page(unit: str, error: BadInput | None = None, about: str = "") -> UnitPage:
    found, who = _unit(unit), person()
    return UnitPage(
        unit=found,
        terminals=found.terminals,
        may_remove=ACCESS["terminals.remove"].admits(who),
        may_ask=ACCESS["terminals.ask"].admits(who),
        problems=tuple(say(problem) for problem in error.problems) if error else (),
        about=about,
    )
