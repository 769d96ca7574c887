"""The rent of a month, less what outages take off: a table by unit, sums by contract, why; CSV, workbook and paper.

Who sees which lines: the center and the auditor all, the operator those of the contracts for access lines, a unit its
own. The files hold exactly what the page shows.
"""

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from countynet import clock
from countynet.errors import BadInput
from countynet.i18n import translate_error
from countynet.vocabulary import Role
from dashboard.language import short_name
from dashboard.rent.pages import RentPage
from dashboard.web import person, services, show
from inventory import rent_table
from inventory.month import Month
from monitoring.evaluation.charges import files
from monitoring.evaluation.charges.model import Charges, operators

rent = Blueprint("rent", __name__)
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@rent.get("/rent")
def page() -> ResponseReturnValue:
    """Show a month; this month without one."""
    try:
        return show(_page(_month()))
    except BadInput as error:
        return show(_page(Month.of(clock.today()), translate_error(error)), 400)


@rent.get("/rent.csv")
def download() -> ResponseReturnValue:
    """Send a month's lines as a file for a spreadsheet."""
    found = _charges(_month())
    text = rent_table.csv(services().county.whole(), found.lines)
    return _file(text.encode(), "text/csv", f"{found.month}.csv")


@rent.get("/rent.xlsx")
def xlsx() -> ResponseReturnValue:
    """Send a month as a workbook, with the outages behind the deductions."""
    found = _charges(_month())
    return _file(files.workbook(services().county.whole(), found), _XLSX, f"{found.month}.xlsx")


@rent.get("/rent.pdf")
def pdf() -> ResponseReturnValue:
    """Send a month as paper to sign."""
    found = _charges(_month())
    return _file(files.printed(services().county.whole(), found), "application/pdf", f"{found.month}.pdf")


def _file(content: bytes, kind: str, name: str) -> Response:
    answer = Response(content, mimetype=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="rent-{name}"'
    return answer


def _month() -> Month:
    asked = request.args.get("month", "")
    return Month.parse(asked) if asked else Month.of(clock.today())


def _charges(month: Month) -> Charges:
    """Return the lines that this person may see."""
    who, county = person(), services().county.whole()
    if who.role is Role.UNIT:
        return services().evaluations.charges(county, month, who.unit or "-")
    found = services().evaluations.charges(county, month)
    return found.of_contracts(operators(county)) if who.role is Role.OPERATOR else found


def _page(month: Month, problem: str = "") -> RentPage:
    county = services().county.whole()
    names = {unit.id: short_name(unit, county.plan) for unit in county.units}
    return RentPage(_charges(month), names, person().role is Role.UNIT, problem)
