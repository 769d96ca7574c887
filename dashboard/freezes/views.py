"""Freeze periods: the list, and the center's word that a run or a plan begins nevertheless, with its reason.

The periods themselves stand in the county folder, so they are changed there and reviewed as every change of it is.
Without its reason the page comes again with what is missing beside the field.
"""

from collections.abc import Callable

from flask import Blueprint, abort, g, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from countynet import clock
from countynet.errors import BadInput
from countynet.i18n import translate_error
from dashboard.freezes.pages import FreezesPage
from dashboard.language import told
from dashboard.plans import views as plan_pages
from dashboard.runs import views as run_pages
from dashboard.runs.service import actor
from dashboard.web import person, services, show
from playbooks.freezes import model
from playbooks.freezes.book import LONGEST, let
from playbooks.runner import frozen

freezes = Blueprint("freezes", __name__)


@freezes.get("/freezes")
def page() -> ResponseReturnValue:
    """Show the periods that hold and those to come, or what is wrong with their file."""
    now, file = clock.now(), model.OWN.as_posix()
    try:
        found = model.load(services().runs.settings.county)
    except BadInput as error:
        return show(FreezesPage((), file, translate_error(error)))
    return show(FreezesPage(tuple((one, one.at(now)) for one in found if now < one.ends), file))


@freezes.post("/freezes/runs/<int:number>")
def run(number: int) -> ResponseReturnValue:
    """Let what a look has shown be carried out."""
    found = services().runs.get(number)
    if found is None:
        abort(404)
    way = url_for("runs.one", number=number)
    return _let(found.targets, frozen.subject(number), way, lambda: run_pages.one(number))


@freezes.post("/freezes/plans/<int:number>")
def plan(number: int) -> ResponseReturnValue:
    """Let a plan be applied."""
    found = services().plans.get(number)
    if found is None:
        abort(404)
    names, way = tuple(device.name for device in found.devices), url_for("plans.one", plan=number)
    return _let(names, f"plan:{number}", way, lambda: plan_pages.one(number))


def _let(
    names: tuple[str, ...], subject: str, way: str, page: Callable[[], ResponseReturnValue]
) -> ResponseReturnValue:
    runs, reason = services().runs, request.form.get("reason", "")[:LONGEST]
    try:
        let(runs.settings, runs.engine, names, subject, actor(person()), reason)
    except BadInput as error:
        if any(problem.where != "reason" for problem in error.problems):
            raise
        g.held_wrong = told(error)
        return make_response(page(), 400)
    return redirect(way, 303)
