"""Visits to the machine room (机房出入登记): asked for, approved by the center, come, gone.

Whoever registered a visit does not approve it. An entry without approval can be recorded, for it happens (the fire
brigade asks nobody); the audit then names it (GB/T 22239-2019, 8.1.8.4 and 8.1.10.1).
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import chain
from typing import Annotated

from pydantic import Field as Bounded

from audit.records.kinds.common import BOTH, CENTER, REMARK, SEES, not_yet, ordered, refuse
from audit.records.model import Field, Kind, Mark, Paper, Said, Shape, Sort, Step
from countynet.errors import Problem
from countynet.i18n import _
from countynet.people import Actor

LATE = timedelta(hours=24)
"""after the planned end: whoever is still inside then was not signed out"""
Lines = Annotated[tuple[str, ...], Bounded(min_length=1)]


class Visit(Paper):
    """One visit."""

    visitors: Lines
    organisation: str
    contact: str = ""
    purpose: str
    rooms: Lines
    escort: str
    expected: datetime
    until: datetime
    brought: tuple[str, ...] = ()
    approved: Mark | None = None
    declined: Mark | None = None
    withdrawn: Mark | None = None
    came: datetime | None = None
    went: datetime | None = None
    taken: tuple[str, ...] = ()
    outcome: str = ""

    @property
    def over(self) -> bool:
        """Whether nothing comes of it any more."""
        return any((self.declined, self.withdrawn, self.went))

    def unclosed(self, now: datetime) -> bool:
        """Whether somebody came and was never signed out, long after the end that was planned."""
        return self.came is not None and self.went is None and now - max(self.until, self.came) > LATE


def _state(visit: Visit, now: datetime) -> str:
    if visit.unclosed(now):
        return _("never signed out")
    for known, word in (
        (visit.went, _("signed out, closed")), (visit.declined, _("not approved")), (visit.withdrawn, _("withdrawn")),
        (visit.came, _("inside")), (visit.approved, _("approved")),
    ):  # fmt: skip
        if known:
            return word
    return _("waits for approval")


def _judge(visit: Visit, _now: datetime) -> Iterator[Problem]:
    yield from ordered("until", visit.expected, visit.until)
    if visit.until - visit.expected > timedelta(days=31):
        yield Problem(_("a visit is a month at most"), where="until")


def _marked(field: str) -> Callable[[Visit, Said, Actor, datetime], Visit]:
    """Return a step that notes who took it, when, and with what words."""

    def take(visit: Visit, said: Said, actor: Actor, now: datetime) -> Visit:
        return visit.model_copy(update={field: Mark(by=actor.name, at=now, note=said["note"])})

    return take


def _enter(visit: Visit, said: Said, _actor: Actor, now: datetime) -> Visit:
    refuse(not_yet("came", said["came"], now))
    return visit.model_copy(update={"came": said["came"]})


def _leave(visit: Visit, said: Said, _actor: Actor, now: datetime) -> Visit:
    refuse(chain(ordered("went", visit.came, said["went"]), not_yet("went", said["went"], now)))
    return visit.model_copy(update={name: said[name] for name in ("went", "taken", "outcome")})


FIELDS = (
    Field("visitors", _("Visitors"), Shape.LINES, needed=True, most=40),
    Field("organisation", _("Comes from"), needed=True, most=100),
    Field("contact", _("Telephone"), most=40),
    Field("purpose", _("What for"), needed=True),
    Field("rooms", _("Rooms"), Shape.LINES, needed=True, most=60),
    Field("escort", _("Escort"), needed=True, most=40),
    Field("expected", _("Comes at"), Shape.MOMENT, needed=True, now=True),
    Field("until", _("Leaves by"), Shape.MOMENT, needed=True),
    Field("brought", _("Things brought along"), Shape.LINES),
)
_CAME = Field("came", _("Came in at"), Shape.MOMENT, needed=True, now=True)
_LEFT = (
    Field("went", _("Went out at"), Shape.MOMENT, needed=True, now=True),
    Field("taken", _("Things taken along"), Shape.LINES),
    Field("outcome", _("What was done"), Shape.WORDS, needed=True),
)
SORT = Sort(
    kind=Kind.VISIT,
    title=_("Visits to the machine room"),
    new=_("Register a visit"),
    model=Visit,
    fields=FIELDS,
    writers=BOTH,
    readers=SEES,
    judge=_judge,
    named=lambda visit: f"{', '.join(visit.visitors)} ({visit.organisation})",
    state=_state,
    open=lambda visit, _now: not visit.over,
    steps=(
        Step("approve", _("Approve"), CENTER, lambda v: not (v.over or v.approved or v.came), _marked("approved"),
             never_own=True),
        Step("decline", _("Do not approve"), CENTER, lambda v: not (v.over or v.approved or v.came),
             _marked("declined"), note=True),
        Step("enter", _("Note the entry"), CENTER, lambda v: not (v.over or v.came), _enter, (_CAME,),
             photographs=True),
        Step("leave", _("Note the exit and close"), CENTER, lambda v: not v.over and v.came is not None, _leave, _LEFT,
             photographs=True),
        Step("withdraw", _("Withdraw"), BOTH, lambda v: not (v.over or v.came), _marked("withdrawn"), note=True),
        REMARK,
    ),
    shows=(_CAME, *_LEFT),
)  # fmt: skip
