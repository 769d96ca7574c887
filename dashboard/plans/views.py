"""Plans: look, approve, apply as a job, stop it. Plans are made at the command line (`countynet plan make`)."""

from flask import Blueprint, abort, redirect, url_for
from flask.typing import ResponseReturnValue

from dashboard.plans.pages import PlanPage, PlansPage, Progress
from dashboard.services.plans import PlanView
from dashboard.web import fragment, person, services, show

plans = Blueprint("plans", __name__)
LIMIT = 50


@plans.get("/plans")
def page() -> ResponseReturnValue:
    """Show the newest plans."""
    return show(PlansPage(tuple(services().plans.newest(LIMIT))))


@plans.get("/plans/<int:plan>")
def one(plan: int) -> ResponseReturnValue:
    """Show one plan."""
    found = _plan(plan)
    return show(PlanPage(found, _progress(found)))


@plans.get("/plans/<int:plan>/progress")
def progress(plan: int) -> ResponseReturnValue:
    """Return the live part."""
    return fragment(_progress(_plan(plan)))


@plans.post("/plans/<int:plan>/approve")
def approve(plan: int) -> ResponseReturnValue:
    """Approve it."""
    services().plans.approve(person(), _plan(plan).line.number)
    return _back(plan)


@plans.post("/plans/<int:plan>/apply")
def apply(plan: int) -> ResponseReturnValue:
    """Queue its apply."""
    services().plans.apply(person(), _plan(plan).line.number)
    return _back(plan)


@plans.post("/plans/<int:plan>/cancel")
def cancel(plan: int) -> ResponseReturnValue:
    """Stop it."""
    services().plans.cancel(person(), _plan(plan).line.number)
    return _back(plan)


def _back(plan: int) -> ResponseReturnValue:
    return redirect(url_for("plans.one", plan=plan), 303)


def _plan(number: int) -> PlanView:
    found = services().plans.get(number)
    if found is None:
        abort(404)
    return found


def _progress(plan: PlanView) -> Progress:
    ask, number = services().plans, plan.line.number
    return Progress(plan, ask.job(number), ask.possible(person(), number))
