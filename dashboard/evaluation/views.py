"""Evaluation: pages for whoever watches the county, one for a unit about itself; of the month before by default."""

from flask import Blueprint, Response, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from countynet import clock
from countynet.errors import BadInput, Conflict
from countynet.i18n import _, translate, translate_error
from countynet.people import Actor
from countynet.vocabulary import Role
from dashboard.access import ACCESS
from dashboard.evaluation.pages import ApplicationsPage, Choice, EvaluationPage, ExpertForm, OwnPage, RankingPage
from dashboard.language import short_name
from dashboard.web import person, services, show
from inventory.model import County
from inventory.month import Month
from monitoring.evaluation.period import Period
from monitoring.evaluation.report import Report
from monitoring.evaluation.show import summary

evaluation = Blueprint("evaluation", __name__)
FIELDS = ("expert", "score", "reason")


@evaluation.get("/evaluation")
def page() -> ResponseReturnValue:
    """Show a period."""
    choice = _choice("evaluation.page")
    return show(_page(choice), 400 if choice.problem else 200)


@evaluation.post("/evaluation/experts")
def expert() -> ResponseReturnValue:
    """Keep what an expert gives for a period, or take it back."""
    typed = {name: request.form.get(name, "") for name in FIELDS}
    period, who = request.form.get("period", ""), person()
    actor, experts = Actor(who.login, who.role, who.unit), services().evaluations.experts
    try:
        if "back" in request.form:
            experts.take_back(actor, period, typed["expert"], typed["reason"])
        else:
            experts.enter(actor, period, **typed)
    except (BadInput, Conflict) as error:
        choice = _choice("evaluation.page", period)
        return show(_page(choice, translate_error(error), typed), 400 if isinstance(error, BadInput) else 409)
    return redirect(url_for("evaluation.page", period=str(Period.parse(period))), 303)


@evaluation.get("/evaluation/ranking")
def ranking() -> ResponseReturnValue:
    """Show the ranking of the units' own network work."""
    choice = _choice("evaluation.ranking")
    report = services().evaluations.report(services().county.whole(), choice.period)
    return show(
        RankingPage(choice, report.ranking, _names(report.county), report.found.said), 400 if choice.problem else 200
    )


@evaluation.get("/evaluation/applications")
def applications() -> ResponseReturnValue:
    """Show how applications answered."""
    choice = _choice("evaluation.applications")
    report = services().evaluations.report(services().county.whole(), choice.period)
    return show(
        ApplicationsPage(choice, report.served, _names(report.county), report.found.said),
        400 if choice.problem else 200,
    )


@evaluation.get("/evaluation/own")
def own() -> ResponseReturnValue:
    """Show a unit what an evaluation says of it, and of nobody else."""
    unit, choice = person().unit, _choice("evaluation.own")
    if unit is None:
        abort(403)
    report = services().evaluations.report(services().county.whole(), choice.period)
    line = next((one for one in report.found.units if one.unit == unit), None)
    charges = [charge for month in report.charges for charge in month.of_unit(unit).all]
    page = OwnPage(choice, line, report.ranking.of_unit(unit), report.ranking.ranked, charges, report.found.said)
    return show(page, 400 if choice.problem else 200)


@evaluation.get("/evaluation.pdf")
def pdf() -> ResponseReturnValue:
    """Send it as paper."""
    period = _period()
    return _file(_report(period).pdf(), "application/pdf", f"{period}.pdf")


@evaluation.get("/evaluation.xlsx")
def xlsx() -> ResponseReturnValue:
    """Send it as a workbook."""
    period = _period()
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return _file(_report(period).xlsx(), kind, f"{period}.xlsx")


def _report(period: Period) -> Report:
    """Return a period as this person may take it away."""
    report = services().evaluations.report(services().county.whole(), period)
    return report.of_operator() if person().role is Role.OPERATOR else report


def _page(choice: Choice, problem: str = "", typed: dict[str, str] | None = None) -> EvaluationPage:
    county = services().county.whole()
    found = services().evaluations.assessment(county, choice.period)
    form = ExpertForm(ACCESS["evaluation.expert"].admits(person()), found.score.voices, problem, typed or {})
    return EvaluationPage(choice, found, summary(found), _names(county), form)


def _file(content: bytes, kind: str, name: str) -> Response:
    answer = Response(content, mimetype=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="evaluation-{name}"'
    return answer


def _names(county: County) -> dict[str, str]:
    return {unit.id: short_name(unit, county.plan) for unit in county.units}


def _period() -> Period:
    asked = request.args.get("period", "")
    return Period.parse(asked) if asked else _before()


def _before() -> Period:
    return Period(Month.of(clock.today()).before, 1)


def _choice(endpoint: str, asked: str | None = None) -> Choice:
    """Return the period asked for; the month before this one and why, when that is none."""
    try:
        period, problem = _period() if asked is None else Period.parse(asked), ""
    except BadInput as error:
        period, problem = _before(), translate_error(error)
    return Choice(period, _around(period), endpoint, problem)


def _around(period: Period) -> list[tuple[str, str]]:
    """Return the periods around one: the month before and after, its quarter, its year."""
    month, year = period.first, period.first.year
    around = [(f"← {month.before}", str(month.before))]
    if period.months == 1:
        around.append((f"{month.after} →", str(month.after)))
    quarter = f"{year:04}-Q{(month.number + 2) // 3}"
    return [*around, (translate(_("quarter {period}"), period=quarter), quarter), (str(year), f"{year:04}")]
