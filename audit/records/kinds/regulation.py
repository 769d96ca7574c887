"""Regulations (制度): a document that people have to read and acknowledge, each of its editions anew.

Who has to read is said by role, by unit, by login. What was read and acknowledged is kept apart
(`audit.records.readers`), by the document's hash: another text is another hash and asks everybody again.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Annotated

from pydantic import Field as Bounded

from audit.records.kinds.common import CENTER, SEES
from audit.records.model import Field, Kind, Mark, Paper, Said, Shape, Sort, Step
from countynet import clock
from countynet.errors import Problem
from countynet.i18n import _
from countynet.people import Actor
from countynet.vocabulary import Role

ROLES = {
    Role.CENTER: _("county information center"),
    Role.OPERATOR: _("operator"),
    Role.UNIT: _("unit clerk"),
    Role.AUDITOR: _("auditor"),
    Role.ADMIN: _("administrator"),
}


class Regulation(Paper):
    """One regulation."""

    title: str
    edition: str
    valid_from: date
    roles: tuple[Role, ...] = ()
    units: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    """logins"""
    days: Annotated[int, Bounded(ge=1, le=365)] = 14
    escalate_to: str = ""
    """a name of the county's notices that is told who has not read in time; empty: nobody"""
    document: str = ""
    """SHA-256 of the text, among the evidence"""
    form: str = ""
    """markdown or pdf"""
    published: datetime | None = None
    """when this document came"""
    withdrawn: Mark | None = None

    def asks(self, actor: Actor) -> bool:
        """Whether somebody has to read it."""
        return actor.role in self.roles or actor.unit in self.units or actor.name in self.people

    @property
    def due(self) -> datetime:
        """Until when it has to be acknowledged: so many days after it came and is valid."""
        valid = datetime.combine(self.valid_from, datetime.min.time(), clock.CHINA)
        return max(valid, self.published or valid) + timedelta(days=self.days)

    def valid(self, now: datetime) -> bool:
        """Whether it holds now."""
        return self.withdrawn is None and self.valid_from <= now.astimezone(clock.CHINA).date()


def _state(regulation: Regulation, now: datetime) -> str:
    if regulation.withdrawn:
        return _("withdrawn")
    return _("holds now") if regulation.valid(now) else _("holds later")


def _judge(regulation: Regulation, _now: datetime) -> Iterator[Problem]:
    if not (regulation.roles or regulation.units or regulation.people):
        yield Problem(_("nobody has to read it: name roles, units or logins"), where="roles")
    if not regulation.document:
        yield Problem(_("its text is missing: write it, or send a PDF"), where="text")
    odd = [unit for unit in regulation.units if not re.fullmatch(r"[a-z][a-z0-9-]{0,30}", unit)]
    yield from (Problem(_("no unit has the id {id}"), {"id": unit}, where="units", found=unit) for unit in odd)


def _withdraw(regulation: Regulation, said: Said, actor: Actor, now: datetime) -> Regulation:
    return regulation.model_copy(update={"withdrawn": Mark(by=actor.name, at=now, note=said["note"])})


SORT = Sort(
    kind=Kind.REGULATION,
    title=_("Regulations"),
    new=_("Publish a regulation"),
    model=Regulation,
    fields=(
        Field("title", _("Title"), needed=True, most=100),
        Field("edition", _("Edition"), needed=True, most=40),
        Field("valid_from", _("Valid from"), Shape.DAY, needed=True, now=True),
        Field("roles", _("Who has to read it, by role"), Shape.CHOICES,
              choices=tuple((role.value, text) for role, text in ROLES.items())),
        Field("units", _("By unit (ids)"), Shape.LINES, most=31),
        Field("people", _("By login"), Shape.LINES, most=40),
        Field("days", _("Days to read it"), Shape.NUMBER, needed=True, least=1, most=365),
        Field("escalate_to", _("Who is told of those who did not (a name of the notices)"), most=60),
    ),
    writers=CENTER,
    readers=SEES,
    judge=_judge,
    named=lambda regulation: f"{regulation.title} {regulation.edition}",
    state=_state,
    open=lambda regulation, _now: regulation.withdrawn is None,
    steps=(Step("withdraw", _("Withdraw"), CENTER, lambda r: r.withdrawn is None, _withdraw, note=True),),
    photographs=False,
)  # fmt: skip
