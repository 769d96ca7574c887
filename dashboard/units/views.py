"""A unit's page: for its clerk in plain words, for the desk with addresses and contract."""

from datetime import timedelta

from flask import Blueprint, abort, redirect, url_for
from flask.typing import ResponseReturnValue

from countynet import clock
from countynet.i18n import _, translate
from countynet.vocabulary import Role
from dashboard.access import ACCESS, own_unit
from dashboard.applications.views import of_unit
from dashboard.draw.chart import chart
from dashboard.localtime import stamp
from dashboard.records.reading import to_read
from dashboard.services.model import Fault, Line
from dashboard.units.pages import UnitLive, UnitPage
from dashboard.units.sentence import BROKEN, beside, sentence
from dashboard.web import fragment, person, services, show
from inventory.model import Unit
from inventory.month import Month

units = Blueprint("units", __name__)
DAY = timedelta(days=1)
POINTS = 144


@units.get("/my-line")
def own() -> ResponseReturnValue:
    """Send a clerk to their unit."""
    return redirect(url_for("units.page", unit=person().unit))


@units.get("/units/<unit>")
def page(unit: str) -> ResponseReturnValue:
    """Show one unit."""
    found = _unit(unit)
    county = services().county.county()
    who, month = person(), Month.of(clock.today())
    return show(
        UnitPage(
            unit=found,
            parent=county.unit_by_id.get(found.parent or ""),
            building=county.building_by_id[found.building],
            circuit=county.circuit_by_unit[unit],
            cpe=county.cpe_by_unit.get(unit),
            live=_live(found),
            month=month,
            outages=services().outages.of_unit(unit, month),
            may_report=ACCESS["faults.report"].admits(who),
            clerk=who.role is Role.UNIT,
            to_read=to_read() if who.role is Role.UNIT else (),
            applications=of_unit(services().county.whole(), unit),
        )
    )


@units.get("/units/<unit>/live")
def live(unit: str) -> ResponseReturnValue:
    """Return the live part."""
    return fragment(_live(_unit(unit)))


def _unit(unit: str) -> Unit:
    own_unit(person(), unit)
    found = services().county.county().unit_by_id.get(unit)
    if found is None:
        abort(404)
    return found


def _live(unit: Unit) -> UnitLive:
    ask = services()
    now = clock.now()
    line, faults = ask.watch.line(unit.id), tuple(ask.faults.of_unit(unit.id))
    county = ask.county.county()
    samples = ask.watch.traffic(unit.id, now - DAY, now, POINTS)
    circuit = county.circuit_by_unit[unit.id]
    return UnitLive(
        unit=unit,
        line=line,
        sentence=_said(unit, line, faults),
        alarms=tuple(ask.alarms.of_unit(unit.id, 20)),
        faults=faults,
        chart=chart(samples, now - DAY, now, circuit.down_kbps * 1000.0),
        announced=tuple(ask.outages.announced(unit.id)),
        verdict=ask.watch.verdict(unit.id),
        emergency=_isolated(unit),
    )


def _isolated(unit: Unit) -> str:
    """Return that the unit is off the net on purpose, in one sentence; empty when it is not."""
    found = services().emergencies.isolating(unit.id)
    if found is None:
        return ""
    emergency, place = found
    message = _(
        "This unit was taken off the network on purpose at {at} ({plan}); it comes back when that is over, "
        "and the information center knows more."
    )
    return translate(message, at=stamp(place.at or emergency.started), plan=emergency.plan.name)


def _said(unit: Unit, line: Line, faults: tuple[Fault, ...]) -> str:
    """Return the line's state as a sentence; what it takes to know more is asked only when it is broken."""
    ask, now = services(), clock.now()
    if line.state not in BROKEN:
        return sentence(line, None, (), 0, now)
    county = ask.county.county()
    mates = [one.id for one in county.units if one.building == unit.building]
    number = next((fault.id for fault in faults if fault.open), None)
    fault = None if number is None else ask.faults.get(number)
    clocks = () if number is None else ask.faults.clocks(number, county)
    return sentence(line, fault, clocks, beside(unit.id, mates, ask.watch.lines()), now)
