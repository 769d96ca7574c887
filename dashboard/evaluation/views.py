"""Evaluation: a page for whoever watches the county, and its files; of the month before this one by default."""

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from countynet import clock
from countynet.errors import BadInput
from countynet.i18n import _, describe, translate
from dashboard.evaluation.pages import EvaluationPage
from dashboard.language import short_name
from dashboard.web import services, show
from inventory.month import Month
from monitoring.evaluation.period import Period
from monitoring.evaluation.show import summary

evaluation = Blueprint("evaluation", __name__)


@evaluation.get("/evaluation")
def page() -> ResponseReturnValue:
    """Show a period."""
    period, problem = _before(), ""
    try:
        period = _period()
    except BadInput as error:
        problem = "\n".join(describe(one) for one in error.problems)
    county = services().county.whole()
    found = services().evaluations.assessment(county, period)
    names = {unit.id: short_name(unit, county.plan) for unit in county.units}
    return show(EvaluationPage(period, found, summary(found), names, _choice(period), problem), 400 if problem else 200)


@evaluation.get("/evaluation.pdf")
def pdf() -> ResponseReturnValue:
    """Send it as paper."""
    period = _period()
    return _file(services().evaluations.pdf(services().county.whole(), period), "application/pdf", f"{period}.pdf")


@evaluation.get("/evaluation.xlsx")
def xlsx() -> ResponseReturnValue:
    """Send it as a workbook."""
    period = _period()
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return _file(services().evaluations.xlsx(services().county.whole(), period), kind, f"{period}.xlsx")


def _file(content: bytes, kind: str, name: str) -> Response:
    answer = Response(content, mimetype=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="evaluation-{name}"'
    return answer


def _period() -> Period:
    asked = request.args.get("period", "")
    return Period.parse(asked) if asked else _before()


def _before() -> Period:
    return Period(Month.of(clock.today()).before, 1)


def _choice(period: Period) -> list[tuple[str, str]]:
    """Return the periods around one: the month before and after, its quarter, its year."""
    month, year = period.first, period.first.year
    around = [(f"← {month.before}", str(month.before))]
    if period.months == 1:
        around.append((f"{month.after} →", str(month.after)))
    quarter = f"{year:04}-Q{(month.number + 2) // 3}"
    return [*around, (translate(_("quarter {period}"), period=quarter), quarter), (str(year), f"{year:04}")]
