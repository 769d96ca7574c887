"""Schedules: list, one with its times, and what people do with it. They are made by the playbook's launch form.

A view parses and asks one service, which decides who may (NotAllowed) and whether it makes sense (Conflict).
"""

from datetime import timedelta

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from countynet import clock
from countynet.errors import BadInput
from dashboard.language import told
from dashboard.runs.schedules import pages
from dashboard.runs.service import actor
from dashboard.web import person, services, show
from playbooks.runner.schedules.book import LONGEST
from playbooks.runner.schedules.schedule import Schedule

schedules = Blueprint("schedules", __name__)
ID = 80
"""characters of a playbook's id, and of a day"""
OFFERED = timedelta(days=180)
"""for so long the center agrees when it says nothing else"""


@schedules.get("/runs/schedules")
def page() -> ResponseReturnValue:
    """Show the schedules, of one playbook where the address says so."""
    ask, chosen = services().runs.schedules, request.args.get("playbook", "")[:ID]
    found = ask.shown(person(), chosen)
    now = clock.now()
    entries = tuple(pages.entry(one, ask.notes(one), now) for one in found)
    name = next((one.playbook.name for one in found), chosen)
    return show(pages.ListPage(entries, chosen, name, ask.awaited(person())))


@schedules.get("/runs/schedules/<int:number>")
def one(number: int) -> ResponseReturnValue:
    """Show one schedule."""
    return show(_page(_schedule(number)))


@schedules.post("/runs/schedules/<int:number>/approve")
def approve(number: int) -> ResponseReturnValue:
    """Agree to a schedule until a day, or say what is wrong with the day."""
    found, until = _schedule(number), request.form.get("until", "")[:ID]
    try:
        services().runs.schedules.approve(person(), number, until)
    except BadInput as error:
        return show(_page(found, until, told(error)), 400)
    return redirect(url_for("schedules.one", number=number), 303)


@schedules.post("/runs/schedules/<int:number>/end")
def end(number: int) -> ResponseReturnValue:
    """End a schedule."""
    services().runs.schedules.end(person(), _schedule(number).number)
    return redirect(url_for("schedules.page"), 303)


def _schedule(number: int) -> Schedule:
    found = services().runs.schedules.get(number)
    if found is None:
        abort(404)
    if not found.seen_by(actor(person())):
        abort(403)
    return found


def _page(found: Schedule, until: str = "", error: str = "") -> pages.SchedulePage:
    ask, today = services().runs.schedules, clock.today()
    fields = tuple((one.said, one.shown(found.given.get(one.name) or one.default)) for one in found.playbook.fields)
    return pages.SchedulePage(
        pages.entry(found, ask.notes(found), clock.now()),
        ask.next_times(found),
        ask.turns(found.number),
        fields,
        ask.possible(person(), found),
        until or (today + OFFERED).isoformat(),
        (today + LONGEST - timedelta(days=1)).isoformat(),
        error,
    )
