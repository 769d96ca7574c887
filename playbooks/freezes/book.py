"""Whether a change may begin now, and the center's word that one may nevertheless.

A file of periods that cannot be read lets no change begin: nobody knows then what it froze. Neither does a period
whose selection fits nothing: a mistyped word never narrows it silently. Looks ask nobody. What may begin in a period is
an event with whoever said so and why (`freeze.passed`).
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from countynet import clock
from countynet.db import reading, transaction
from countynet.errors import BadInput, Conflict, CountyError, NotAllowed, Problem
from countynet.events import record
from countynet.i18n import _
from countynet.moments import shown
from countynet.people import Actor
from countynet.settings import Settings
from countynet.vocabulary import Role
from inventory import load_county
from inventory.select import select_members
from playbooks.freezes import model, store
from playbooks.freezes.model import OWN, Freeze
from playbooks.tags import FreezeTag

SOON = timedelta(days=14)
LONGEST = 1000
"""characters of a reason"""
_under: ContextVar[tuple[str, ...]] = ContextVar("freezes_under", default=())


@contextmanager
def under(*subjects: str) -> Iterator[None]:
    """For the length of a block what begins belongs to these: what may begin for them may."""
    before = _under.set(subjects)
    try:
        yield
    finally:
        _under.reset(before)


def to_tell(settings: Settings, now: datetime) -> tuple[Freeze, ...]:
    """Return the periods that hold or begin soon, for the pages. Raises BadInput for a wrong file."""
    return tuple(one for one in model.load(settings.county) if now < one.ends and one.begins - now < SOON)


def holding(settings: Settings, names: Collection[str], now: datetime) -> tuple[Freeze, ...]:
    """Return the periods that hold now for one of these devices and hosts; no name stands for any.

    Raises BadInput for a wrong file, and for a period that holds now whose selection fits nothing.
    """
    found = tuple(one for one in model.load(settings.county) if one.at(now))
    return tuple(one for one in found if not one.on or _fits(settings, one, names))


def judge(
    settings: Settings, engine: Engine, names: Collection[str], subjects: tuple[str, ...], now: datetime | None = None
) -> None:
    """Raise Conflict when a change may not begin now: `subjects` are what it is, and what it follows.

    Raises BadInput as `holding` does.
    """
    for one in holding(settings, names, now or clock.now()):
        with reading(engine) as session:
            if not store.passed(session, (*subjects, *_under.get()), one.id, one.begins):
                raise Conflict(_("nothing is changed until {at}: {reason}"), at=shown(one.ends), reason=one.why)


def covers(settings: Settings, names: Collection[str], start: datetime, end: datetime) -> Freeze | None:
    """Return the period that leaves nothing of a work window. Raises BadInput as `holding` does."""
    return next((one for one in holding(settings, names, start) if one.ends >= end), None)


def held(settings: Settings, engine: Engine, names: Collection[str], subjects: tuple[str, ...]) -> CountyError | None:
    """Return why a change may not begin now; None when it may."""
    try:
        judge(settings, engine, names, subjects)
    except CountyError as error:
        return error
    return None


def let(settings: Settings, engine: Engine, names: Collection[str], subject: str, actor: Actor, reason: str) -> None:
    """Let something begin in the periods that hold for it now: the center's word, with a reason.

    Raises NotAllowed for anybody else, BadInput without a reason, Conflict when nothing holds it.
    """
    if actor.role is not Role.CENTER:
        message = _("{actor} may not let a change begin in a freeze period: it is for the center")
        raise NotAllowed(message, actor=actor.name)
    if not reason.strip():
        raise BadInput([Problem(_("a reason is missing"), where="reason")])
    periods = holding(settings, names, clock.now())
    if not periods:
        raise Conflict(_("no freeze period holds it now"))
    with transaction(engine) as session:
        note(session, periods, subject, actor.name, reason.strip()[:LONGEST])


def note(session: Session, periods: Collection[Freeze], subject: str, actor: str, reason: str) -> None:
    """Keep that something may begin in periods, within the caller's transaction."""
    for one in periods:
        row = store.PassRow(subject=subject, freeze=one.id, begins=one.begins, actor=actor, reason=reason)
        row.at = clock.now()
        session.add(row)
        record(session, FreezeTag.PASSED, actor, subject, {"freeze": one.id, "reason": reason})


def _fits(settings: Settings, one: Freeze, names: Collection[str]) -> bool:
    if not names:
        return True
    try:
        members = {member.name for member in select_members(load_county(settings.county), [one.on])}
    except BadInput as error:
        message = _("the freeze period {id} in {file} is on something that does not exist: {on}")
        values = {"id": one.id, "file": OWN.as_posix(), "on": one.on}
        raise BadInput([Problem(message, values, file=OWN.as_posix()), *error.problems]) from error
    return not members.isdisjoint(names)
