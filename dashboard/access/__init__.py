"""Who may open what: one table for every endpoint, asked before every request.

Refuses by default: an endpoint that is not in the table is nobody's (a test fails for it, too). What depends on the
object, a clerk's own unit, is asked by `own_unit` in the view that has the object. The table is in parts, one a
subject, in this folder: changing a row there changes the rights; nothing else in the dashboard decides about roles.
"""

from collections.abc import Mapping

from flask import abort, g, redirect, request, session, url_for
from werkzeug.wrappers import Response

from dashboard.access.changes import CHANGES
from dashboard.access.desk import FAULTS
from dashboard.access.house import HOUSE
from dashboard.access.network import NETWORK
from dashboard.access.rule import Door, Rule
from dashboard.access.security import SECURITY
from dashboard.stream import KIND
from dashboard.users.model import Person
from dashboard.web import services

__all__ = ["ACCESS", "Door", "Rule", "gate", "own_unit", "recognise"]

ACCESS: Mapping[str, Rule] = {**HOUSE, **NETWORK, **FAULTS, **SECURITY, **CHANGES}


def gate() -> Response | None:
    """Run before every request: send strangers to the sign-in page, refuse the rest with 403."""
    g.person = recognise()
    if request.endpoint is None:
        return None
    rule = ACCESS.get(request.endpoint)
    if rule is not None and rule.admits(g.person):
        return None
    if g.person is None and rule is not None:
        return redirect(url_for("auth.sign_in", next=request.full_path if request.method == "GET" else None))
    abort(403)


def recognise() -> Person | None:
    """Return the person whose session the request carries; a page's own polling does not prolong the session."""
    token = session.get("token")
    if token is None or request.endpoint in ("static", "help.health") or _of_programs():
        return None
    by_itself = "X-Fragment" in request.headers or KIND in request.headers.get("Accept", "")
    return services().accounts.who(token, active=not by_itself)


def _of_programs() -> bool:
    rule = ACCESS.get(request.endpoint or "")
    return rule is not None and rule.who is Door.TOKEN


def own_unit(person: Person, unit: str) -> None:
    """Refuse with 403 when a clerk asks for another unit's page."""
    if not person.sees(unit):
        abort(403)
