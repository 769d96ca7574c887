"""Emergencies: list, start or drill, follow, move a step, have its action done, note, end, print.

A view parses and asks one service, which decides who may (NotAllowed) and whether it makes sense (Conflict). What was
typed wrongly is told beside it, with what was typed kept.
"""

from collections.abc import Callable, Mapping, Sequence

from flask import Blueprint, abort, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from countynet import clock
from countynet.errors import BadInput, Conflict, Problem
from countynet.i18n import describe, translate_error
from countynet.tellings import UNIT
from dashboard.access import ACCESS
from dashboard.emergencies.pages import (
    Line,
    ListPage,
    LivePart,
    Notice,
    OnePage,
    ReviewPage,
    Running,
    StartPage,
    about,
    rows,
)
from dashboard.emergencies.printed import printed
from dashboard.language import named
from dashboard.stream import follow_job
from dashboard.web import fragment, person, services, show
from playbooks.emergency.book import Emergency
from playbooks.emergency.model import TARGETS, EmergencyPlan
from playbooks.emergency.rules import StepState
from playbooks.emergency.words import said
from playbooks.runner.model import Playbook

emergencies = Blueprint("emergencies", __name__, url_prefix="/emergencies")
PAST, NOTE, NAMES = 20, 2000, 4000
HOW = ("start", "twin", "people")
MOVES = {"begin": StepState.DOING, "done": StepState.DONE, "skip": StepState.SKIPPED}


@emergencies.get("")
def page() -> ResponseReturnValue:
    """Show what runs, the plans, and what is over."""
    ask, county = services().emergencies, services().county.whole()
    found = [Running(one, about(one, county)) for one in ask.newest(PAST * 2)]
    running = tuple(one for one in found if one.found.ended is None)
    past = tuple(one for one in found if one.found.ended is not None)[:PAST]
    plans, problem, deaf = tuple[EmergencyPlan, ...](), "", False
    try:
        plans, deaf = tuple(ask.plans().values()), not ask.staff()
    except BadInput as error:
        problem = "\n".join(describe(one) for one in error.problems)
    return show(ListPage(running, past, plans, ACCESS["emergencies.start"].admits(person()), problem, deaf))


@emergencies.get("/plans/<plan>/start")
def form(plan: str) -> ResponseReturnValue:
    """Show the form that starts a plan."""
    given = {name: request.args[name][:NAMES] for name in TARGETS if name in request.args}
    return show(_form(_plan(plan), given))


@emergencies.post("/plans/<plan>/start")
def start(plan: str) -> ResponseReturnValue:
    """Start a plan, or drill it; or show the form again with what is wrong."""
    chosen = _plan(plan)
    given = {str(name): request.form.get(name, "").strip()[:NAMES] for name in (*chosen.needs, *chosen.may_name)}
    reason, how = request.form.get("reason", "")[:NOTE], request.form.get("how", "")
    if how not in HOW:
        abort(400)
    try:
        number = services().emergencies.start(
            person(), services().county.whole(), plan, {k: v for k, v in given.items() if v}, reason,
            drill=how != "start", on_twin=how == "twin",
        )  # fmt: skip
    except BadInput as error:
        return show(_form(chosen, given, reason, _by_field(error.problems)), 400)
    except Conflict as error:
        return show(_form(chosen, given, reason, {"": translate_error(error)}), 409)
    return _back(number)


@emergencies.get("/<int:number>")
def one(number: int) -> ResponseReturnValue:
    """Show one emergency."""
    return show(_page(_found(number)))


@emergencies.get("/<int:number>/live")
def live(number: int) -> ResponseReturnValue:
    """Return the live part."""
    return fragment(_live(_found(number)))


@emergencies.get("/<int:number>/events")
def events(number: int) -> ResponseReturnValue:
    """Follow the job that does something for it."""
    return follow_job(services().emergencies.job(_found(number).number), services().job_logs)


@emergencies.post("/<int:number>/steps/<step>")
def move(number: int, step: str) -> ResponseReturnValue:
    """Begin a step, tick it off, or leave it out."""
    to = MOVES.get(request.form.get("to", ""))
    if to is None:
        abort(400)
    note = request.form.get("note", "")[:NOTE]
    return _act(number, step, note, lambda: services().emergencies.move(person(), number, step, to, note))


@emergencies.post("/<int:number>/steps/<step>/act")
def act(number: int, step: str) -> ResponseReturnValue:
    """Have the worker look at what a step's action would change, or do it."""
    do = request.form.get("do") == "1"
    return _act(number, step, "", lambda: services().emergencies.act(person(), number, step, do=do))


@emergencies.post("/<int:number>/note")
def note(number: int) -> ResponseReturnValue:
    """Write into the log."""
    words = request.form.get("note", "")[:NOTE]
    return _act(number, "note", words, lambda: services().emergencies.note(person(), number, words))


@emergencies.post("/<int:number>/close")
def close(number: int) -> ResponseReturnValue:
    """End it."""
    review = request.form.get("review", "")[:NOTE]
    return _act(number, "review", review, lambda: services().emergencies.close(person(), number, review))


@emergencies.get("/<int:number>/review")
def review(number: int) -> ResponseReturnValue:
    """Show the log for the review, ready to print."""
    return show(_review(_found(number)))


@emergencies.get("/<int:number>/review.pdf")
def pdf(number: int) -> ResponseReturnValue:
    """Send the log for the review as paper."""
    answer = make_response(printed(services().county.whole(), _review(_found(number))))
    answer.content_type = "application/pdf"
    answer.headers["Content-Disposition"] = f'inline; filename="emergency-{number}.pdf"'
    return answer


def _act(number: int, where: str, typed: str, take: Callable[[], object]) -> ResponseReturnValue:
    found = _found(number)
    try:
        take()
    except BadInput as error:
        words = "\n".join(_bare(problem) for problem in error.problems)
        return show(_page(found, {where: words}, {where: typed}), 400)
    return _back(number)


def _back(number: int) -> ResponseReturnValue:
    return redirect(url_for("emergencies.one", number=number), 303)


def _found(number: int) -> Emergency:
    found = services().emergencies.get(number)
    if found is None:
        abort(404)
    return found


def _plan(name: str) -> EmergencyPlan:
    found = services().emergencies.plans().get(name)
    if found is None:
        abort(404)
    return found


def _form(
    plan: EmergencyPlan, given: Mapping[str, str], reason: str = "", problems: Mapping[str, str] | None = None
) -> StartPage:
    county = services().county.whole()
    choices: dict[str, Sequence[tuple[str, str]]] = {
        "unit": [(unit.id, named(unit)) for unit in county.units if unit.id in county.cpe_by_unit],
        "device": sorted((device.name, "") for device in county.devices),
        "host": sorted((host.name, "") for host in county.hosts),
        "application": sorted((one.id, named(one)) for one in county.applications),
    }
    return StartPage(
        plan, {name: choices[name] for name in (*plan.needs, *plan.may_name)}, given, reason, problems or {}
    )


def _by_field(problems: Sequence[Problem]) -> dict[str, str]:
    texts: dict[str, list[str]] = {}
    for problem in problems:
        texts.setdefault(problem.where, []).append(_bare(problem))
    return {field: "\n".join(words) for field, words in texts.items()}


def _bare(problem: Problem) -> str:
    return describe(Problem(problem.message, problem.values, found=problem.found, wanted=problem.wanted))


def _page(
    found: Emergency, problems: Mapping[str, str] | None = None, typed: Mapping[str, str] | None = None
) -> OnePage:
    county = services().county.whole()
    return OnePage(
        found, about(found, county), _live(found), person().role, _log(found), _told(found), problems or {}, typed or {}
    )


def _live(found: Emergency) -> LivePart:
    wanted = {place.step.playbook for place in found.places}
    shown = {one.id: one.name for one in _playbooks() if one.id in wanted} if wanted - {None} else {}
    numbers = [place.run for place in found.places if place.run is not None]
    stand = services().runs.standing(numbers) if numbers else {}
    return LivePart(found, rows(found), services().emergencies.job(found.number), shown, stand)


def _playbooks() -> Sequence[Playbook]:
    """Return the playbooks that whoever looks is shown; a county's wrong file is told on the page of playbooks."""
    try:
        return services().runs.playbooks(person())
    except BadInput:
        return ()


def _log(found: Emergency) -> tuple[Line, ...]:
    return tuple(Line(event.at, event.actor, said(found, event)) for event in services().emergencies.log(found.number))


def _told(found: Emergency) -> tuple[Notice, ...]:
    units = services().county.whole().unit_by_id
    tellings = services().emergencies.told(found.number)
    names = {one.recipient: units.get(one.recipient.removeprefix(UNIT)) for one in tellings}
    return tuple(Notice(one, named(unit) if (unit := names[one.recipient]) else "") for one in tellings)


def _review(found: Emergency) -> ReviewPage:
    county = services().county.whole()
    made = found.ended or clock.now()
    return ReviewPage(found, about(found, county), rows(found), _log(found), _told(found), made)
