"""Rules: what the last analysis of all filter rules found, by device and kind; whoever may has it run anew."""

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.access import ACCESS
from dashboard.rules.pages import RulesPage, RulesPart
from dashboard.services.rules import KINDS, OF, Chosen
from dashboard.stream import follow_job
from dashboard.web import fragment, person, services, show

rules = Blueprint("rules", __name__)


@rules.get("/rules")
def page() -> ResponseReturnValue:
    """Show what the last analysis found."""
    return show(RulesPage(_part(), ACCESS["rules.run"].admits(person())))


@rules.get("/rules/findings")
def live() -> ResponseReturnValue:
    """Return the live part."""
    return fragment(_part())


@rules.get("/rules/events")
def events() -> ResponseReturnValue:
    """Follow the job that is on its way."""
    return follow_job(services().rules.job(), services().job_logs)


@rules.post("/rules/run")
def run() -> ResponseReturnValue:
    """Queue an analysis."""
    of = request.form.get("of", OF[0])
    if of not in OF:
        abort(404)
    services().rules.start(person(), of)
    return redirect(url_for("rules.page", of=of), 303)


def _part() -> RulesPart:
    given, ask = request.args, services().rules
    chosen = Chosen(given.get("of", OF[0]), given.get("device", ""), given.get("kind", ""), given.get("from", "0"))
    if chosen.of not in OF or chosen.kind not in ("", *KINDS) or not chosen.start.isdigit():
        abort(404)
    view = ask.view(chosen)
    if view is None and "of" not in given:
        others = (Chosen(of, chosen.device, chosen.kind, chosen.start) for of in OF[1:])
        chosen, view = next(((one, found) for one in others if (found := ask.view(one))), (chosen, None))
    return RulesPart(chosen, ask.job(), view)
