"""Work windows: put a plan into one, take it out. What is shown is part of the plan's page."""

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.web import person, services

windows = Blueprint("windows", __name__)


@windows.post("/plans/<int:plan>/window")
def schedule(plan: int) -> ResponseReturnValue:
    """Put a plan into a window."""
    _known(plan)
    start, end = request.form.get("start", ""), request.form.get("end", "")
    services().windows.schedule(person(), plan, start, end)
    return _back(plan)


@windows.post("/plans/<int:plan>/window/cancel")
def cancel(plan: int) -> ResponseReturnValue:
    """Take a plan out of its window."""
    _known(plan)
    services().windows.cancel(person(), plan)
    return _back(plan)


def _known(plan: int) -> None:
    if services().plans.get(plan) is None:
        abort(404)


def _back(plan: int) -> ResponseReturnValue:
    return redirect(url_for("plans.one", plan=plan), 303)
