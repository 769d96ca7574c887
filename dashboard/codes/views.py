"""The center gives out units' codes, prints them as cards and renews one that got about. Every issue is an event."""

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.codes.pages import CardsPage, CodesPage
from dashboard.services.real.faults import actor
from dashboard.web import person, services, show

codes = Blueprint("codes", __name__)


@codes.get("/codes")
def page() -> ResponseReturnValue:
    """Show every unit with its code."""
    return show(CodesPage(services().county.county().units, services().codes.all(actor(person()))))


@codes.post("/codes")
def issue() -> ResponseReturnValue:
    """Give a code to every unit that has none."""
    services().codes.issue([unit.id for unit in services().county.county().units], actor(person()))
    return redirect(url_for("codes.page"), 303)


@codes.post("/codes/<unit>/renew")
def renew(unit: str) -> ResponseReturnValue:
    """Give a unit a new code."""
    if unit not in services().county.county().unit_by_id:
        abort(404)
    services().codes.renew(unit, actor(person()))
    return redirect(url_for("codes.page", _anchor=unit), 303)


@codes.get("/codes/cards")
def cards() -> ResponseReturnValue:
    """Show cards to print, of one unit (`?unit=`) or of all."""
    found = services().codes.all(actor(person()))
    one = request.args.get("unit", "")
    units = tuple(u for u in services().county.county().units if u.id in found and one in ("", u.id))
    return show(CardsPage(units, found, url_for("report.form", _external=True)))
