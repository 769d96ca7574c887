"""Which findings about terminals a person may see.

A unit sees its own; the operator those of units on its contracts' lines and of the network between; center and auditor
all.
"""

from flask import abort

from audit.terminals.model import Finding
from countynet.errors import BadInput
from countynet.vocabulary import Role
from dashboard.web import person, services
from monitoring.evaluation.charges.model import operators


def visible() -> frozenset[str] | None:
    """Return the units whose findings the person may see ("": of no unit), None for all."""
    who = person()
    if who.role is Role.UNIT:
        return frozenset({who.unit or "-"})
    if who.role is not Role.OPERATOR:
        return None
    county = services().county.whole()
    others = {contract.number for contract in county.contracts} - operators(county)
    return frozenset({"", *(c.unit for c in county.circuits if c.contract not in others)})


def known(number: int) -> Finding:
    """Return a finding; 404 when there is none, 403 when it is not the person's to see."""
    try:
        found = services().scans.finding(number)
    except BadInput:
        abort(404)
    units = visible()
    if units is not None and found.unit not in units:
        abort(403)
    return found
