"""Freeze periods: the list, and the center's word that a run or a plan begins nevertheless, with its reason.

The periods themselves stand in the county folder, so they are changed there and reviewed as every change of it is.
"""

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from countynet import clock
from countynet.errors import BadInput
from countynet.i18n import translate_error
from dashboard.freezes.pages import FreezesPage
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
    _let(found.targets, frozen.subject(number))
    return redirect(url_for("runs.one", number=number), 303)


@freezes.post("/freezes/plans/<int:number>")
def plan(number: int) -> ResponseReturnValue:
    """Let a plan be applied."""
    found = services().plans.get(number)
    if found is None:
        abort(404)
    _let(tuple(device.name for device in found.devices), f"plan:{number}")
    return redirect(url_for("plans.one", plan=number), 303)


def _let(names: tuple[str, ...], subject: str) -> None:
    runs = services().runs
    let(runs.settings, runs.engine, names, subject, actor(person()), request.form.get("reason", "")[:LONGEST])
