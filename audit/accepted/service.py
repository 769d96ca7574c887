"""Accepting a finding and taking that back: the center alone may, with a reason and a last day, each an event.

The operator, whose network the finding is about, never may; an auditor changes nothing.
"""

from datetime import date, timedelta

from sqlalchemy import Engine

from audit.accepted.store import Acceptance
from audit.checks import BY_ID
from audit.tags import AuditTag
from countynet import clock, events
from countynet.db import transaction
from countynet.errors import BadInput, Conflict, Problem
from countynet.i18n import _
from countynet.people import Actor
from countynet.vocabulary import Role

LONGEST = timedelta(days=366)
SHORTEST_REASON = 10
_OUTSIDE = _("{until} is not a day from {first} to {last}")
WHO = _("only the center accepts findings, not {login} ({role})")


def accept(engine: Engine, actor: Actor, check: str, subject: str, reason: str, until: date) -> int:
    """Accept a check's findings about a subject (empty: all) until a day, and return the acceptance's number.

    Raises BadInput naming everything wrong at once: who, an unknown check, a reason too short, a day that is past or
    more than a year away.
    """
    demand(may(actor.role, actor.name), wrong(check, reason, until))
    with transaction(engine) as session:
        row = Acceptance(
            check=check, subject=subject, reason=reason.strip(), until=until, by=actor.name, at=clock.now()
        )
        session.add(row)
        session.flush()
        data = {"check": check, "about": subject, "reason": row.reason, "until": until.isoformat()}
        events.record(session, AuditTag.ACCEPTED, actor.name, f"acceptance:{row.id}", data)
        return row.id


def withdraw(engine: Engine, actor: Actor, number: int) -> None:
    """Take an acceptance back. Raises BadInput for who may not or an unknown number, Conflict when it is back."""
    demand(may(actor.role, actor.name))
    with transaction(engine) as session:
        row = session.get(Acceptance, number)
        if row is None:
            raise BadInput([nothing(number)])
        if row.withdrawn is not None:
            raise Conflict(_("acceptance {number} was withdrawn by {login}"), number=number, login=row.withdrawn_by)
        row.withdrawn, row.withdrawn_by = clock.now(), actor.name
        events.record(session, AuditTag.WITHDRAWN, actor.name, f"acceptance:{number}", {"check": row.check})


def may(role: Role, login: str) -> list[Problem]:
    """Return what forbids a person to accept: nothing for the center."""
    return [] if role is Role.CENTER else [Problem(WHO, {"login": login, "role": role})]


def nothing(number: int) -> Problem:
    """Return what is said of a number that there is not."""
    return Problem(_("there is no acceptance {number}"), {"number": number})


def wrong(check: str, reason: str, until: date) -> list[Problem]:
    """Return what is wrong with an acceptance, its last day judged on the county's day."""
    today, found = clock.now().astimezone(clock.CHINA).date(), list[Problem]()
    if check not in BY_ID:
        found.append(
            Problem(_("there is no check {check}"), {"check": check}, wanted=_("see: countynet audit catalogue"))
        )
    if len(reason.strip()) < SHORTEST_REASON:
        found.append(Problem(_("a reason needs at least {count} letters"), {"count": SHORTEST_REASON}))
    if not today <= until <= today + LONGEST:
        said = _("a last day is needed, from {first} to {last}") if until == date.min else _OUTSIDE
        found.append(Problem(said, {"until": until, "first": today, "last": today + LONGEST}))
    return found


def demand(*problems: list[Problem]) -> None:
    """Raise BadInput with all problems, if there is any."""
    if found := [problem for part in problems for problem in part]:
        raise BadInput(found)
