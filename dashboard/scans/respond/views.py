"""What is done about a finding: warn, confine, shut, in an emergency at once; confirm and release."""

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from audit.terminals.respond.model import How, Response
from audit.terminals.respond.service import Asked
from countynet import clock
from countynet.errors import BadInput, CountyError
from countynet.i18n import describe, translate_error
from dashboard.access import ACCESS
from dashboard.language import named
from dashboard.scans.blueprint import scans
from dashboard.scans.known import known, visible
from dashboard.scans.respond.pages import RespondPage, ResponsesPage
from dashboard.services.real.faults import actor
from dashboard.web import person, services, show

LONGEST = 500
MOST = 200
FORM = ("how", "reason", "emergency", "fault", "note")


@scans.get("/audit/terminals/responses")
def responses() -> ResponseReturnValue:
    """Show what was done about findings."""
    names = {unit.id: named(unit) for unit in services().county.county().units}
    units = visible()
    found = [one for one in services().responses.newest(MOST) if units is None or one.unit in units]
    return show(ResponsesPage(found, names, clock.now()))


@scans.get("/audit/terminals/<int:number>/respond")
def respond(number: int) -> ResponseReturnValue:
    """Show what was done about a finding, and what may be."""
    return show(_page(number, (), {}))


@scans.post("/audit/terminals/<int:number>/respond")
def respond_now(number: int) -> ResponseReturnValue:
    """Have it done by the worker."""
    known(number)
    typed = _typed()
    if typed["how"] not in set(How):
        abort(400)
    emergency = int(typed["emergency"]) if typed["emergency"].isascii() and typed["emergency"].isdigit() else None
    also = tuple(name[:80] for name in request.form.getlist("also")[:MOST])
    asked = Asked(number, How(typed["how"]), typed["reason"], also, emergency, bool(typed["fault"]))
    try:
        services().responses.start(asked, actor(person()))
    except CountyError as error:
        return show(_page(number, _said(error), typed), 422)
    return redirect(url_for("scans.respond", number=number), 303)


@scans.post("/audit/terminals/responses/<int:number>/release")
def release(number: int) -> ResponseReturnValue:
    """Have a port released by the worker."""
    found, typed = _response(number), _typed()
    try:
        services().responses.start_release(number, actor(person()), typed["reason"])
    except CountyError as error:
        return show(_page(found.finding, _said(error), {}), 422)
    return redirect(url_for("scans.respond", number=found.finding), 303)


@scans.post("/audit/terminals/responses/<int:number>/confirm")
def confirm(number: int) -> ResponseReturnValue:
    """Confirm what was done at once."""
    found, typed = _response(number), _typed()
    try:
        services().responses.confirm(number, actor(person()), typed["note"])
    except CountyError as error:
        return show(_page(found.finding, _said(error), {}), 422)
    return redirect(url_for("scans.respond", number=found.finding), 303)


def _typed() -> dict[str, str]:
    return {name: request.form.get(name, "").strip()[:LONGEST] for name in FORM}


def _said(error: CountyError) -> tuple[str, ...]:
    return tuple(map(describe, error.problems)) if isinstance(error, BadInput) else (translate_error(error),)


def _response(number: int) -> Response:
    try:
        found = services().responses.get(number)
    except BadInput:
        abort(404)
    known(found.finding)
    return found


def _page(number: int, problems: tuple[str, ...], typed: dict[str, str]) -> RespondPage:
    found, ask, who = known(number), services().responses, person()
    may, may_confirm = (ACCESS[f"scans.{name}"].admits(who) for name in ("respond_now", "confirm"))
    running = services().emergencies.newest(20) if may else ()
    emergencies = tuple((one.number, one.plan.name) for one in running if one.ended is None and not one.drill)
    cut = ask.cut(number) if may else ()
    return RespondPage(
        found, ask.of(number), cut, ask.job(number), emergencies, may, may_confirm, clock.now(), problems, typed
    )
