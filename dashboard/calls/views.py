"""The center writes down a call: the unit by a piece of its name, its initials or its id, the number, what is wrong.

Keyboard only: the cursor stands in the first field, Tab goes on, Enter sends. When what was typed fits several units,
the form comes back with them, the first one chosen, and everything else as it was: Enter again is enough.
"""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from countynet.errors import BadInput
from countynet.i18n import _, translate
from dashboard.calls.pages import CallPage
from dashboard.language import told
from dashboard.web import person, services, show
from inventory.model import Unit
from inventory.seek import seek

calls = Blueprint("calls", __name__)
LENGTHS = {"unit": 80, "contact": 80, "title": 80, "chosen": 32}
MOST = 9
"""units that are offered to choose from"""


@calls.get("/faults/call")
def form() -> ResponseReturnValue:
    """Show the form."""
    return show(CallPage(services().county.county().units))


@calls.post("/faults/call")
def file() -> ResponseReturnValue:
    """File the report and show its fault; ask again when the unit is not clear."""
    said = {name: request.form.get(name, "").strip()[:most] for name, most in LENGTHS.items()}
    asked, contact, title, chosen = said["unit"], said["contact"], said["title"], said["chosen"]
    known = services().county.county()
    found = (known.unit_by_id[chosen],) if chosen in known.unit_by_id else seek(known.units, asked)
    problem = _problem(found, title)
    if problem:
        choices = found[:MOST] if len(found) > 1 else ()
        return show(CallPage(known.units, asked, contact, title, choices, translate(problem)), 400)
    unit = found[0]
    try:
        fault = services().faults.report(person(), unit.id, title, "", contact or _officer(unit))
    except BadInput as error:
        return show(CallPage(known.units, asked, contact, title, (), told(error)), 400)
    return redirect(url_for("faults.page", fault=fault), 303)


def _problem(found: tuple[Unit, ...], title: str) -> str:
    if not found:
        return _("no unit fits what you typed")
    if len(found) > 1:
        return _("several units fit: choose one")
    return "" if title else _("say in a few words what is wrong")


def _officer(unit: Unit) -> str:
    return f"{unit.officer.name} {unit.officer.telephone}" if unit.officer else ""
