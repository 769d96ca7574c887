"""The rent of a month: a table by unit, sums by supplier and contract, and the same as CSV."""

from itertools import groupby

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from countynet import clock
from countynet.errors import BadInput
from countynet.i18n import describe
from dashboard.language import short_name
from dashboard.rent.pages import RentPage
from dashboard.web import services, show
from inventory import rent_table
from inventory.month import Month
from inventory.rent import by_contract, by_supplier, by_unit, whole
from inventory.rent import rent as lines_of

rent = Blueprint("rent", __name__)


@rent.get("/rent")
def page() -> ResponseReturnValue:
    """Show a month; this month without one."""
    try:
        return show(_page(_month()))
    except BadInput as error:
        said = "\n".join(describe(problem) for problem in error.problems)
        return show(_page(Month.of(clock.today()), said), 400)


@rent.get("/rent.csv")
def download() -> ResponseReturnValue:
    """Send a month's lines as a file for a spreadsheet."""
    month = _month()
    county = services().county.whole()
    answer = Response(rent_table.csv(county, lines_of(county, month)), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="rent-{month}.csv"'
    return answer


def _month() -> Month:
    asked = request.args.get("month", "")
    return Month.parse(asked) if asked else Month.of(clock.today())


def _page(month: Month, problem: str = "") -> RentPage:
    county = services().county.whole()
    lines = lines_of(county, month)
    return RentPage(
        month=month,
        units=list(zip(by_unit(lines), [list(mine) for _unit, mine in groupby(lines, lambda r: r.unit)], strict=True)),
        suppliers=by_supplier(lines),
        contracts=by_contract(lines),
        supplier_of={line.contract: line.supplier for line in lines},
        whole=whole(lines),
        names={unit.id: short_name(unit, county.plan) for unit in county.units},
        problem=problem,
    )
