"""Findings about terminals: a list, each with its evidence, a file of them, and a button that has a scan begun.

A unit sees its own; the operator those of units on its contracts' lines and of the network between; center and auditor
all.
"""

from flask import Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from audit.terminals.model import Kind, State
from audit.terminals.service import SCANNERS
from audit.terminals.store import Sieve
from countynet.canonical import canonical
from countynet.errors import CountyError
from countynet.i18n import translate_error
from countynet.vocabulary import Role
from dashboard.language import named
from dashboard.scans.blueprint import scans
from dashboard.scans.known import known, visible
from dashboard.scans.pages import FindingList, OneFinding
from dashboard.scans.respond import views as _respond  # noqa: F401 - its routes are of the same blueprint
from dashboard.services.real.faults import actor
from dashboard.web import person, services, show

__all__ = ["scans"]


@scans.get("/audit/terminals")
def page() -> ResponseReturnValue:
    """Show the findings that are still there, or those that are gone."""
    return show(_list(()))


@scans.get("/audit/terminals/<int:number>")
def one(number: int) -> ResponseReturnValue:
    """Show one finding."""
    found = known(number)
    unit = services().county.county().unit_by_id.get(found.unit)
    return show(
        OneFinding(found, named(unit) if unit else "", services().responses.of(number), person().role is not Role.UNIT)
    )


@scans.get("/audit/terminals.json")
def export() -> ResponseReturnValue:
    """Return the findings as a file, for programs."""
    found = services().scans.findings(_sieve()).findings
    answer = Response(canonical([one.document() for one in found]), mimetype="application/json")
    answer.headers["Content-Disposition"] = 'attachment; filename="countynet-terminals.json"'
    return answer


@scans.post("/audit/terminals/scan")
def start() -> ResponseReturnValue:
    """Have the worker scan."""
    try:
        services().scans.start(actor(person()))
    except CountyError as error:
        return show(_list((translate_error(error),)), 422)
    return redirect(url_for("scans.page"), 303)


def _list(problems: tuple[str, ...]) -> FindingList:
    who, sieve = person(), _sieve()
    said = services().scans.findings(sieve)
    names = {unit.id: named(unit) for unit in services().county.county().units}
    may = who.role in SCANNERS
    busy = services().scans.under_way()
    return FindingList(said.findings, names, sieve, said.scan, may, busy, who.role is Role.UNIT, problems)


def _sieve() -> Sieve:
    """Return what is asked for, of what the person may see."""
    kind, state = request.args.get("kind", ""), request.args.get("state", "")
    return Sieve(
        request.args.get("unit", "").strip()[:32],
        visible(),
        kind if kind in set(Kind) else "",
        state if state in set(State) else "",
    )
