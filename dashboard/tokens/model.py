"""A token as the rest of the dashboard sees one, and what is refused of a new one. Pure.

A token acts for a role, with the rights of scopes; one of a unit sees that unit only. It is written in a header, never
in an address. Who issues it cannot become more by it: the center issues tokens of its own role and of units, the
administrator issues every kind.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from countynet.errors import Problem
from countynet.i18n import _
from countynet.people import Actor
from countynet.vocabulary import Role

LONGEST_DAYS = 366
NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,29}")


class Scope(StrEnum):
    """What a token may do."""

    FAULTS_READ = "faults:read"
    FAULTS_WRITE = "faults:write"
    PHOTOGRAPHS_READ = "photographs:read"
    """by itself: people may be on a photograph, and a list of faults does not need it"""
    KNOWLEDGE_READ = "knowledge:read"
    ALARMS_READ = "alarms:read"
    OUTAGES_READ = "outages:read"
    LEASES_READ = "leases:read"


SCOPES: Mapping[Scope, str] = {
    Scope.FAULTS_READ: _("read faults and their history, and which photographs there are"),
    Scope.FAULTS_WRITE: _("report faults, with photographs, and take the steps of the role"),
    Scope.PHOTOGRAPHS_READ: _("fetch the photographs of faults"),
    Scope.KNOWLEDGE_READ: _("search the knowledge base"),
    Scope.ALARMS_READ: _("read alarms"),
    Scope.OUTAGES_READ: _("read the outages of units"),
    Scope.LEASES_READ: _("read who has which address that is given out (DHCP), and how full pools are"),
}
STATES: Mapping[str, str] = {"valid": _("valid"), "expired": _("expired"), "revoked": _("taken back")}
ISSUES: Mapping[Role, frozenset[Role]] = {
    Role.CENTER: frozenset({Role.CENTER, Role.UNIT}),
    Role.ADMIN: frozenset({Role.CENTER, Role.UNIT, Role.OPERATOR, Role.AUDITOR}),
}
"""who issues tokens of which roles; the command line, with the county's files in hand, does as the administrator"""


@dataclass(frozen=True)
class Wish:
    """A token that is asked for."""

    name: str
    role: Role
    scopes: frozenset[Scope]
    unit: str | None = None
    organisation: str = ""
    """who holds it, in words"""
    days: int = 90


@dataclass(frozen=True)
class Token:
    """A token without its secret. Times are UTC."""

    id: int
    name: str
    role: Role
    scopes: frozenset[Scope]
    unit: str | None
    organisation: str
    created: datetime
    author: str
    expires: datetime
    used: datetime | None
    revoked: datetime | None

    @property
    def actor(self) -> Actor:
        """Who acts by it: what it does is written down under `api:<name>`."""
        return Actor(f"api:{self.name}", self.role, self.unit)

    def state(self, now: datetime) -> str:
        """Return valid, expired or revoked."""
        return "revoked" if self.revoked else "expired" if self.expires <= now else "valid"


@dataclass(frozen=True)
class Made:
    """A new token with its secret, to be shown once."""

    token: Token
    secret: str


def judge(wish: Wish, issuer: Role, units: Collection[str]) -> Iterator[Problem]:
    """Yield everything that is wrong with a token that is asked for."""
    if not NAME.fullmatch(wish.name):
        yield Problem(
            _("a token's name is 1 to 30 small letters, digits, dots and dashes"), where="name", found=wish.name
        )
    if wish.role not in ISSUES.get(issuer, frozenset()):
        message = _("{issuer} issues no tokens of the role {role}")
        yield Problem(message, {"issuer": issuer.value, "role": wish.role.value}, where="role", found=wish.role.value)
    if (wish.role is Role.UNIT) != (wish.unit is not None):
        yield Problem(_("a unit's token names its unit, and no other does"), where="unit", found=wish.unit or "")
    elif wish.unit is not None and wish.unit not in units:
        yield Problem(_("nothing here is named {name}"), {"name": wish.unit}, where="unit", found=wish.unit)
    yield from _judge_rest(wish)


def _judge_rest(wish: Wish) -> Iterator[Problem]:
    if not wish.scopes:
        yield Problem(_("a token needs a scope"), where="scopes", wanted=", ".join(Scope))
    if wish.role is Role.AUDITOR and Scope.FAULTS_WRITE in wish.scopes:
        yield Problem(_("an auditor changes nothing"), where="scopes", found=Scope.FAULTS_WRITE.value)
    if not 1 <= wish.days <= LONGEST_DAYS:
        message = _("a token is valid for 1 to {most} days")
        yield Problem(message, {"most": LONGEST_DAYS}, where="days", found=str(wish.days))
    if len(wish.organisation) > 80:
        yield Problem(
            _("at most {most} characters"), {"most": 80}, where="organisation", found=str(len(wish.organisation))
        )
