"""The outage pages: a clerk sees its own unit's month, whoever watches the county sees all."""

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue

from countynet import clock
from countynet.errors import BadInput
from countynet.i18n import describe
from dashboard.access import own_unit
from dashboard.language import short_name
from dashboard.outages.pages import OutagesPage, UnitOutagesPage
from dashboard.services.outages import UnitMonth
from dashboard.web import person, services, show
from inventory.model import Circuit, Unit
from inventory.month import Month

outages = Blueprint("outages", __name__)
Row = tuple[Unit, Circuit, UnitMonth]


@outages.get("/outages")
def page() -> ResponseReturnValue:
    """Show all units' month, the worst first; this month without one."""
    month, problem = _month()
    county = services().county.county()
    found = services().outages.of_all([unit.id for unit in county.units], month)
    rows = [(county.unit_by_id[one.unit], county.circuit_by_unit[one.unit], one) for one in found]
    names = {unit.id: short_name(unit, county.plan) for unit in county.units}
    return show(OutagesPage(month, sorted(rows, key=_worst), names, problem), 400 if problem else 200)


@outages.get("/units/<unit>/outages")
def unit(unit: str) -> ResponseReturnValue:
    """Show one unit's month."""
    own_unit(person(), unit)
    county = services().county.county()
    if unit not in county.unit_by_id:
        abort(404)
    month, problem = _month()
    found = services().outages.of_unit(unit, month)
    context = UnitOutagesPage(county.unit_by_id[unit], county.circuit_by_unit[unit], month, found, problem)
    return show(context, 400 if problem else 200)


def _month() -> tuple[Month, str]:
    """Return the month asked for, or this month and what is wrong with the one asked for."""
    asked = request.args.get("month", "")
    try:
        return (Month.parse(asked) if asked else Month.of(clock.today())), ""
    except BadInput as error:
        return Month.of(clock.today()), "\n".join(describe(problem) for problem in error.problems)


def _worst(row: Row) -> tuple[float, str]:
    availability = row[2].availability
    return (101.0 if availability is None else availability, row[0].id)
