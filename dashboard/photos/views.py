"""Photographs of reports: shown to the unit itself, center and operator; an auditor's look is an event.

What is sent is always the JPEG that we wrote ourselves, never what came, under its true type and `nosniff`, so no
browser takes it for a page or a script.
"""

from flask import Blueprint, abort, make_response, redirect, url_for
from flask.typing import ResponseReturnValue

from countynet.errors import BadInput
from dashboard.services.real.faults import actor
from dashboard.uploads import photographs
from dashboard.web import person, services

photos = Blueprint("photos", __name__)


@photos.get("/photographs/<int:photo>")
def show_one(photo: int) -> ResponseReturnValue:
    """Return one photograph."""
    try:
        content = services().reports.photo(photo, actor(person()))
    except BadInput:
        abort(404)
    response = make_response(content)
    response.headers["Content-Type"] = "image/jpeg"
    response.headers["Content-Disposition"] = f'inline; filename="photograph-{photo}.jpg"'
    return response


@photos.post("/reports/<int:report>/photographs")
def add(report: int) -> ResponseReturnValue:
    """Put photographs to a report."""
    fault = services().reports.add(report, photographs(), actor(person()))
    return redirect(url_for("faults.page", fault=fault), 303)


@photos.post("/reports/<int:report>/called")
def called(report: int) -> ResponseReturnValue:
    """Note that who reported without an account was called back."""
    fault = services().reports.called_back(report, actor(person()))
    return redirect(url_for("faults.page", fault=fault), 303)
