"""Faults: the form, the queue, one fault, and the steps of its life.

Each step is a form post that answers with the fault's page; whose turn it is, the service decides (Conflict,
NotAllowed).
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from urllib.parse import parse_qsl

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.wrappers import Response

from countynet.errors import BadInput, Conflict
from countynet.i18n import _, translate, translate_error
from countynet.moments import moment
from countynet.vocabulary import Role
from dashboard.access import ACCESS
from dashboard.desk import parts
from dashboard.desk.pages import DeskPart
from dashboard.faults.pages import FaultPage, FormPage, Queue, QueuePage, ReportsPart, Row, Typed
from dashboard.faults.sight import overseen, sight
from dashboard.kept import kept
from dashboard.knowledge.views import offered
from dashboard.language import named, told
from dashboard.services.model import Fault
from dashboard.services.real.faults import actor
from dashboard.uploads import photographs
from dashboard.web import fragment, person, services, show
from monitoring.faults.clocks import PauseReason

faults = Blueprint("faults", __name__)
LIMIT = 50
LENGTHS = {"title": 80, "description": 2000, "contact": 80, "note": 1000, "cause": 1000}


@faults.get("/faults")
def queue() -> ResponseReturnValue:
    """Show what is to do, and what was closed last."""
    refresh = url_for("faults.waiting", **request.args)  # type: ignore[arg-type]
    return show(QueuePage(_queue(), ACCESS["faults.report"].admits(person()), refresh))


@faults.get("/faults/waiting")
def waiting() -> ResponseReturnValue:
    """Return the live list."""
    return fragment(_queue())


@faults.get("/faults/new")
def form() -> ResponseReturnValue:
    """Show the report's form."""
    return show(_form(request.args.get("unit", "")))


@faults.post("/faults")
def report() -> ResponseReturnValue:
    """File a report and show the fault it became or joined."""
    who = person()
    unit = who.unit if who.unit is not None else request.form.get("unit", "")
    title, description, contact = _text("title"), _text("description"), _text("contact")
    if unit not in services().county.county().unit_by_id:
        return show(_form("", translate(_("choose a unit")), title, description, contact), 400)
    if not title:
        return show(_form(unit, translate(_("say in a few words what is wrong")), title, description, contact), 400)
    try:
        fault = services().faults.report(who, unit, title, description, contact, photographs())
    except BadInput as error:
        return show(_form(unit, told(error), title, description, contact), 400)
    return redirect(url_for("faults.page", fault=fault), 303)


@faults.get("/faults/<int:fault>")
def page(fault: int) -> ResponseReturnValue:
    """Show one fault."""
    return show(_page(_fault(fault)))


@faults.post("/faults/<int:fault>/dispatch")
def dispatch(fault: int) -> ResponseReturnValue:
    """Hand it to the operator, and to somebody by name; from the queue, back to the queue."""
    county, who, to = services().county.whole(), actor(person()), request.form.get("to", "").strip()[:40]
    answer = _step(fault, lambda: services().desk.dispatch(county, fault, who, _text("note"), to))
    back = request.form.get("queue")
    if back is None or not isinstance(answer, Response) or answer.status_code != 303:
        return answer
    known = {name: value for name, value in parse_qsl(back) if name in parts.QUERY}
    return redirect(url_for("faults.queue", **known), 303)  # type: ignore[arg-type]


@faults.post("/faults/<int:fault>/start")
def start(fault: int) -> ResponseReturnValue:
    """Begin the repair."""
    return _step(fault, lambda: services().faults.start(person(), fault, _text("note")))


@faults.post("/faults/<int:fault>/arrive")
def arrive(fault: int) -> ResponseReturnValue:
    """Note that somebody is at the place."""
    return _step(fault, lambda: services().faults.arrive(person(), fault, _text("note")))


@faults.post("/faults/<int:fault>/pause")
def pause(fault: int) -> ResponseReturnValue:
    """Stop the clocks, for a reason."""
    said = request.form.get("reason", "")
    if said not in [reason.value for reason in PauseReason]:
        return show(_page(_fault(fault), translate(_("choose a reason"))), 400)
    who, reason = request.form.get("who", "").strip()[:100], PauseReason(said)
    return _step(
        fault, lambda: services().faults.pause(person(), fault, reason, _text("note"), who, said_moment("until"))
    )


@faults.post("/faults/<int:fault>/resume")
def resume(fault: int) -> ResponseReturnValue:
    """Let the clocks run again."""
    return _step(fault, lambda: services().faults.resume(person(), fault))


@faults.post("/faults/<int:fault>/repaired")
def repaired(fault: int) -> ResponseReturnValue:
    """End the repair, with its cause."""
    said = {name: request.form.get(name, "").strip() for name in ("work", "part")}
    return _step(
        fault, lambda: services().faults.repaired(person(), fault, _text("cause"), **said, done=said_moment("done"))
    )


@faults.post("/faults/<int:fault>/confirm")
def confirm(fault: int) -> ResponseReturnValue:
    """Confirm, with a rating."""
    rating = request.form.get("rating", "", str)
    if rating not in ("1", "2", "3", "4", "5"):
        return show(_page(_fault(fault), translate(_("choose a rating from 1 to 5"))), 400)
    return _step(fault, lambda: services().faults.confirm(person(), fault, int(rating), _text("note")))


@faults.post("/faults/<int:fault>/reopen")
def reopen(fault: int) -> ResponseReturnValue:
    """Say that it is still broken."""
    return _step(fault, lambda: services().faults.reopen(person(), fault, _text("note")))


def _step(fault: int, take: Callable[[], object]) -> ResponseReturnValue:
    _fault(fault)
    try:
        take()
    except (BadInput, Conflict) as error:
        return refused(fault, error)
    return redirect(url_for("faults.page", fault=fault), 303)


def refused(fault: int, error: BadInput | Conflict) -> ResponseReturnValue:
    """Return a fault's page as it is now with what was wrong with a form, and with what was typed into it."""
    if isinstance(error, BadInput):
        return show(_page(_fault(fault), told(error)), 400)
    changed = translate(_("It has changed in the meantime: {what}"), what=translate_error(error))
    return show(replace(_page(_fault(fault), changed), kept=kept()), 409)


def said_moment(name: str) -> datetime | None:
    """Return a time as a field of a form has it, on the county's clock. Raises BadInput."""
    text = request.form.get(name, "").strip()
    return moment(text, name) if text else None


def _fault(number: int) -> Fault:
    found, who = services().faults.get(number), person()
    if found is None:
        abort(404)
    if who.unit is None:
        return overseen(found) if who.role is Role.AUDITOR else found
    seen = sight(found, who.unit, services().reports.of_fault(number, actor(who)))
    if seen is None:
        abort(403)
    return seen


def _text(name: str) -> str:
    return request.form.get(name, "").strip()[: LENGTHS[name]]


def _page(fault: Fault, problem: str = "") -> FaultPage:
    unit = services().county.county().unit_by_id.get(fault.unit)
    known = offered(f"{fault.title} {fault.description}", fault.id, fault.alarm.id if fault.alarm else None)
    clocks = tuple(services().faults.clocks(fault.id, services().county.whole()))
    who = person()
    side = parts.side(fault, who) if who.unit is None else None
    actions = services().faults.possible(who, fault)
    typed = Typed((request.endpoint or "").partition(".")[2], request.form) if problem else Typed()
    return FaultPage(fault, unit, actions, known, _reports(fault), () if side else clocks, problem, side, typed)


def _reports(fault: Fault) -> ReportsPart:
    who = person()
    found = services().reports.of_fault(fault.id, actor(who))
    names = {unit.id: named(unit) for unit in services().county.county().units}
    return ReportsPart(found, names, ACCESS["photos.called"].admits(who), who.role)


def _form(unit: str, problem: str = "", title: str = "", description: str = "", contact: str = "") -> FormPage:
    county, who = services().county.county(), person()
    chosen = county.unit_by_id.get(who.unit or unit)
    officer = f"{chosen.officer.name} {chosen.officer.telephone}" if chosen and chosen.officer else ""
    choice = () if who.role is Role.UNIT else county.units
    return FormPage(chosen, choice, title, description, contact or officer, problem)


def _queue() -> Queue | DeskPart:
    who = person()
    if who.unit is None:
        return parts.queue(who)
    mine = services().faults.of_unit(who.unit)
    return Queue(_rows([f for f in mine if f.open]), _rows([f for f in mine if not f.open][:LIMIT]))


def _rows(found: Sequence[Fault]) -> tuple[Row, ...]:
    units = services().county.county().unit_by_id
    return tuple(Row(f, named(units[f.unit]) if f.unit in units else f.unit) for f in found)
