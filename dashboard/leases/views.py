"""Leases: the page and its live part. A unit sees those in its own LAN; center, operator and auditor choose."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from countynet.vocabulary import Role
from dashboard.leases.pages import LeaseRows, LeasesPage
from dashboard.web import fragment, person, services, show
from playbooks.leases.standing import State

leases = Blueprint("leases", __name__)


@leases.get("/leases")
def page() -> ResponseReturnValue:
    """Show who has which address."""
    rows = _rows()
    served = () if rows.clerk else services().county.whole().units
    return show(LeasesPage(rows, tuple(unit for unit in served if unit.id in rows.found.served)))


@leases.get("/leases/rows")
def live() -> ResponseReturnValue:
    """Return the live part."""
    return fragment(_rows())


def _rows() -> LeaseRows:
    county, who = services().county.whole(), person()
    asked = request.args.get("state", "")
    state = State(asked) if asked in set(State) else None
    if who.role is Role.UNIT:
        own = who.unit or ""
        return LeaseRows(services().leases.last(county, own), own, state, clerk=True)
    unit, found = request.args.get("unit", ""), services().leases.last(county)
    if unit not in county.unit_by_id:
        return LeaseRows(found, "", state, clerk=False)
    return LeaseRows(found.only(unit), unit, state, clerk=False)
