"""Plans: make one as a job, look, approve, apply as a job, stop it, take it back by a new one.

While a job runs its page follows it by server-sent events (`dashboard.stream`); without them it asks from time to time.
"""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from countynet.errors import BadInput
from dashboard.access import ACCESS
from dashboard.freezes.parts import of_plan
from dashboard.inventory.fields import say
from dashboard.language import t
from dashboard.plans.making import asked, how, inputs
from dashboard.plans.pages import FormPage, MakingPage, MakingProgress, PlanPage, PlansPage, Progress, ProofPart, Stands
from dashboard.services.plans import Making, PlanView
from dashboard.stream import follow, follow_job
from dashboard.web import fragment, person, services, show
from dashboard.windows.pages import part
from playbooks.plan.show import POLICIES

plans = Blueprint("plans", __name__)
LIMIT = 50


@plans.get("/plans")
def page() -> ResponseReturnValue:
    """Show the newest plans."""
    runs = services().runs.awaited(person())
    return show(PlansPage(tuple(services().plans.newest(LIMIT)), ACCESS["plans.make"].admits(person()), runs))


@plans.get("/plans/new")
def form() -> ResponseReturnValue:
    """Show the form that makes a plan."""
    return show(FormPage(inputs()))


@plans.post("/plans/new")
def make() -> ResponseReturnValue:
    """Queue the making of a plan, or show the form again with what is wrong."""
    try:
        job = services().plans.make(person(), asked(request.form))
    except BadInput as error:
        return show(FormPage(inputs(request.form), tuple(say(problem) for problem in error.problems)), 400)
    return redirect(url_for("plans.making", job=job), 303)


@plans.get("/plans/<int:plan>/undo")
def undo_form(plan: int) -> ResponseReturnValue:
    """Show the form that takes a plan back."""
    return show(FormPage(how({}), undoes=_plan(plan).line.number))


@plans.post("/plans/<int:plan>/undo")
def undo(plan: int) -> ResponseReturnValue:
    """Queue the making of a plan that takes this one back, or show the form again with what is wrong."""
    number = _plan(plan).line.number
    try:
        job = services().plans.make(person(), asked(request.form, number))
    except BadInput as error:
        return show(FormPage(how(request.form), tuple(say(problem) for problem in error.problems), number), 400)
    return redirect(url_for("plans.making", job=job), 303)


@plans.get("/plans/making/<int:job>")
def making(job: int) -> ResponseReturnValue:
    """Show a plan that is being made."""
    found = _making(job)
    policy = next((t(text) for value, text in POLICIES.items() if value == found.asked.policy), "")
    return show(MakingPage(found, policy, _making_progress(found)))


@plans.get("/plans/making/<int:job>/progress")
def making_progress(job: int) -> ResponseReturnValue:
    """Return the live part."""
    return fragment(_making_progress(_making(job)))


@plans.get("/plans/making/<int:job>/events")
def making_events(job: int) -> ResponseReturnValue:
    """Follow the job."""
    return follow_job(_making(job).job, services().job_logs)


@plans.post("/plans/making/<int:job>/cancel")
def cancel_making(job: int) -> ResponseReturnValue:
    """Stop it; then there is no plan."""
    services().plans.cancel_making(person(), _making(job).job.id)
    return redirect(url_for("plans.making", job=job), 303)


@plans.get("/plans/<int:plan>")
def one(plan: int) -> ResponseReturnValue:
    """Show one plan."""
    found = _plan(plan)
    progress = _progress(found)
    held = of_plan(plan, tuple(d.name for d in found.devices)) if "apply" in progress.stands.actions else None
    return show(PlanPage(found, progress, part(plan), _proof(plan), held))


@plans.get("/plans/<int:plan>/progress")
def progress(plan: int) -> ResponseReturnValue:
    """Return the live part."""
    return fragment(_progress(_plan(plan)))


@plans.get("/plans/<int:plan>/events")
def events(plan: int) -> ResponseReturnValue:
    """Follow the job that applies it."""
    job = services().plans.job(_plan(plan).line.number)
    if job is None:
        abort(404)
    return follow(lambda after: services().job_logs.news(job.id, after), lambda: _devices(plan))


def _devices(plan: int) -> str:
    return render_template(Stands.template, page=_stands(_plan(plan)))


@plans.get("/plans/<int:plan>/proof")
def proof(plan: int) -> ResponseReturnValue:
    """Return what it opens and closes: the part that follows its proof."""
    return fragment(_proof(_plan(plan).line.number))


@plans.post("/plans/<int:plan>/prove")
def prove(plan: int) -> ResponseReturnValue:
    """Queue its proof."""
    services().plans.prove(person(), _plan(plan).line.number)
    return _back(plan)


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


def _making(job: int) -> Making:
    found = services().plans.making(job)
    if found is None:
        abort(404)
    return found


def _making_progress(found: Making) -> MakingProgress:
    return MakingProgress(found, found.job.busy and ACCESS["plans.cancel_making"].admits(person()))


def _proof(plan: int) -> ProofPart:
    return ProofPart(plan, services().plans.proof(plan), ACCESS["plans.prove"].admits(person()))


def _progress(plan: PlanView) -> Progress:
    return Progress(_stands(plan), services().plans.job(plan.line.number))


def _stands(plan: PlanView) -> Stands:
    return Stands(plan, services().plans.possible(person(), plan.line.number))
