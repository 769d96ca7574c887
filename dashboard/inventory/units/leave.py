"""A unit leaves: first what is freed, held in quarantine and taken away, then one commit."""

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from countynet.errors import BadInput, Conflict, Problem
from countynet.i18n import _, translate_error
from dashboard.inventory import labels
from dashboard.inventory.blueprint import inventory
from dashboard.inventory.fields import say, typed
from dashboard.inventory.rows import rows
from dashboard.inventory.units.pages import RemovePage, Told
from dashboard.services.record import Meaning
from dashboard.web import person, services, show
from inventory.model import Unit


@inventory.get("/inventory/units/<unit>/remove")
def leaving(unit: str) -> ResponseReturnValue:
    """Show what a unit's removal would mean."""
    return show(_page(_unit(unit)))


@inventory.post("/inventory/units/<unit>/remove")
def remove(unit: str) -> ResponseReturnValue:
    """Remove a unit."""
    reason = typed(request.form, "reason")
    found = services().county.whole().unit_by_id.get(unit)
    if found is None and services().inventory.history("units", unit, 1):
        return redirect(url_for("inventory.object", section="units", key=unit), 303)
    try:
        if not reason:
            raise BadInput([Problem(_("say why: a change needs a reason"))])
        done = services().inventory.leave(person(), unit, reason)
    except BadInput as error:
        return show(_page(_unit(unit), tuple(say(problem) for problem in error.problems)), 400)
    except Conflict as error:
        return show(_page(_unit(unit), (translate_error(error),)), 409)
    return redirect(url_for("inventory.object", section="units", key=unit, done=done.commit[:10]), 303)


def _unit(unit: str) -> Unit:
    found = services().county.whole().unit_by_id.get(unit)
    if found is None:
        abort(404)
    return found


def _page(unit: Unit, problems: tuple[str, ...] = ()) -> RemovePage:
    told, until = None, ""
    try:
        meaning = services().inventory.leaving(unit.id)
        told, until = _told(meaning), _until(meaning)
    except BadInput as error:
        problems = problems or tuple(say(problem) for problem in error.problems)
    return RemovePage(unit, told, until, typed(request.form, "reason"), problems)


def _told(meaning: Meaning) -> Told:
    values = []
    for name in meaning.values:
        kind, _space, value = name.partition(" ")
        values.append((labels.quarantined(kind), value))
    gone = rows(c for c in meaning.changes if c.section != "quarantine")
    return Told(tuple(values), gone, meaning.diff, "")


def _until(meaning: Meaning) -> str:
    held = (c.after for c in meaning.changes if c.section == "quarantine" and isinstance(c.after, dict))
    return next((str(item["until"]) for item in held if "until" in item), "")
