"""Makes the desk's parts of a page from what the services say."""

from flask import request

from countynet import clock
from countynet.db import reading
from countynet.vocabulary import FaultState, Role
from dashboard.desk.pages import DeskPart, DeskRow, DeskSide
from dashboard.language import named
from dashboard.services.model import Fault
from dashboard.services.real.faults import actor
from dashboard.users.model import Person
from dashboard.web import services
from monitoring.faults.desk.readings import readings
from monitoring.faults.desk.store import Filter, View
from monitoring.faults.reports.service import covered

MOST_PAGES = 100_000
QUERY = ("view", "mine", "unit", "state", "page")
"""the names of the queue's filters in a query"""


def asked(who: Person) -> Filter:
    """Return what the query asks for; an operator begins with what is theirs. What makes no sense is left out."""
    said = request.args
    view = next((one for one in View if one.value == said.get("view")), View.OPEN)
    mine = said.get("mine", "1" if who.role is Role.OPERATOR else "0") == "1"
    state = next((one for one in FaultState if one.value == said.get("state")), None)
    page = min(max(said.get("page", 1, int), 1), MOST_PAGES)
    return Filter(view, mine, said.get("unit", "")[:32], state, page)


def queue(who: Person) -> DeskPart:
    """Return the queue as it is asked for."""
    county = services().county.whole()
    found = services().desk.queue(county, asked(who), actor(who))
    units = county.unit_by_id
    rows = tuple(
        DeskRow(item, named(units[item.fault.unit]) if item.fault.unit in units else item.fault.unit)
        for item in found.items
    )
    return DeskPart(rows, found.asked, found.more, who.role, county.units)


def side(fault: Fault, who: Person) -> DeskSide:
    """Return what lies beside a fault for who works on it; an auditor sees no telephone number."""
    ask, county = services(), services().county.whole()
    item = ask.desk.one(county, fault.id, actor(who))
    unit = county.unit_by_id.get(fault.unit)
    with reading(ask.desk.engine) as session:
        values = readings(session, county, fault.unit, clock.now())
    reports = ask.reports.of_fault(fault.id, actor(who))
    overseer = who.role is Role.AUDITOR
    return DeskSide(
        item=item,
        ties=ask.ties.of(fault.id),
        readings=values,
        role=who.role,
        unit=None if overseer else unit,
        building=county.building_by_id.get(unit.building) if unit else None,
        people=ask.desk.people(),
        reports=[(one.id, f"{one.unit} {covered(one.title) if overseer else one.title}") for one in reports],
        contact="" if overseer else " ".join([fault.contact, *(one.contact for one in reports)]),
    )
