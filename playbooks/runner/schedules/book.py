"""Schedules as they are kept: make one, end it, agree to it. Every write is an event in the same transaction.

A schedule is judged when it is made as a run is when it is asked for, and again each time it is due: rights, the
inventory and the playbook may be others by then. What the center agrees to is the playbook's description and the
values as they stood when the schedule was made; where the description is another later, the agreement is void.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from countynet import clock
from countynet.canonical import JSON
from countynet.db import reading, transaction
from countynet.errors import BadInput, Conflict, Problem
from countynet.events import record
from countynet.i18n import _, language
from countynet.people import Actor
from countynet.secrets import seal
from countynet.settings import Settings
from inventory.calendar.present import known, sure
from inventory.model import County
from playbooks.runner import book, states
from playbooks.runner import store as runs
from playbooks.runner.model import Playbook
from playbooks.runner.schedules import store
from playbooks.runner.schedules.rhythm import Rhythm
from playbooks.runner.schedules.schedule import Schedule, Turn, schedule_of, turn_of
from playbooks.runner.schedules.store import ScheduleRow, TurnRow
from playbooks.runner.states import RunState
from playbooks.tags import ScheduleTag

MOST = 50
"""live schedules of one person"""
LONGEST = timedelta(days=366)
"""how long an agreement counts at most"""


def make(
    settings: Settings, engine: Engine, county: County, name: str, given: Mapping[str, str], rhythm: Rhythm,
    actor: Actor,
) -> Schedule:  # fmt: skip
    """Make a schedule. Raises BadInput, NotAllowed as a run that is asked for would; Conflict for one too many."""
    playbook, _values, _found = book.judged(settings, county, name, given, actor)
    calendar = sure(settings.county) if rhythm.by_calendar else known(settings.county)
    kept = {n: seal(settings, v).decode() if v and n in playbook.secrets else v for n, v in given.items()}
    now = clock.now()
    with transaction(engine) as session:
        if sum(row.actor == actor.name for row in store.live(session)) >= MOST:
            raise Conflict(_("{actor} has {most} schedules already: end one first"), actor=actor.name, most=MOST)
        row = ScheduleRow(
            playbook=playbook.id, description=playbook.model_dump(mode="json"), given=kept, every=rhythm.every.value,
            day=rhythm.day, at=f"{rhythm.at:%H:%M}", until=f"{rhythm.until:%H:%M}" if rhythm.until else "",
            first=rhythm.first, due=rhythm.after(now, calendar), actor=actor.name, role=actor.role.value,
            unit=actor.unit or "", spoken=language(), made=now,
        )  # fmt: skip
        session.add(row)
        session.flush()
        shown = schedule_of(row)
        record(session, ScheduleTag.MADE, actor.name, subject(row.id), shown.document())
        return shown


def end(engine: Engine, number: int, actor: Actor) -> Schedule:
    """End a schedule; a run that it has begun goes on. Raises BadInput, NotAllowed, Conflict when it has ended."""
    with transaction(engine) as session:
        row = _live(session, number)
        states.may_touch(actor, row.actor)
        row.ended, row.ended_by = clock.now(), actor.name
        for turn in store.turns(session, number):
            turn.state = store.TurnState.ENDED.value
        record(session, ScheduleTag.ENDED, actor.name, subject(number), {"playbook": row.playbook})
        return schedule_of(row)


def approve(engine: Engine, number: int, until: datetime, actor: Actor) -> Schedule:
    """Agree that a schedule changes things by itself until a time. Raises NotAllowed, BadInput, Conflict."""
    now = clock.now()
    if not now < until <= now + LONGEST:
        wanted = (now + LONGEST).astimezone(clock.CHINA).date().isoformat()
        found = until.astimezone(clock.CHINA).date().isoformat()
        message = _("an agreement counts until a day to come, within a year")
        raise BadInput([Problem(message, where="--until", found=found, wanted=f"<= {wanted}")])
    with transaction(engine) as session:
        row = _live(session, number)
        states.may_agree(actor, row.actor)
        if not Playbook.model_validate(row.description).approval:
            raise Conflict(_("schedule {schedule} needs no approval"), schedule=number)
        row.approver, row.approved, row.approved_until = actor.name, now, until
        data: dict[str, JSON] = {"playbook": row.playbook, "until": until.astimezone(UTC).isoformat()}
        record(session, ScheduleTag.APPROVED, actor.name, subject(number), data)
        return schedule_of(row)


def shown(engine: Engine, actor: Actor) -> tuple[Schedule, ...]:
    """Return the live schedules that somebody is shown, each with the last time that it was due."""
    with reading(engine) as session:
        last = _last(session)
        found = [schedule_of(row, last.get(row.id)) for row in store.live(session)]
    return tuple(one for one in found if one.seen_by(actor))


def get(engine: Engine, number: int) -> Schedule:
    """Return a schedule, ended or not, with its last time. Raises BadInput when there is none of that number."""
    with reading(engine) as session:
        row = session.get(ScheduleRow, number)
        if row is None:
            raise _none(number)
        return schedule_of(row, _last(session).get(number))


def turns(engine: Engine, number: int, most: int = 50) -> tuple[Turn, ...]:
    """Return the times that a schedule was due, the newest first, at most so many."""
    with reading(engine) as session:
        return _turns(session, store.history(session, number, most))


def subject(number: int) -> str:
    """Return what events about a schedule are about."""
    return f"schedule:{number}"


def _live(session: Session, number: int) -> ScheduleRow:
    row = session.get(ScheduleRow, number)
    if row is None:
        raise _none(number)
    if row.ended is not None:
        raise Conflict(_("schedule {schedule} has been ended already"), schedule=number)
    return row


def _last(session: Session) -> dict[int, Turn]:
    rows = store.last_turns(session)
    return dict(zip(rows, _turns(session, tuple(rows.values())), strict=True))


def _turns(session: Session, rows: Sequence[TurnRow]) -> tuple[Turn, ...]:
    states = runs.states(session, [number for row in rows for number in (row.look, row.run) if number])
    return tuple(turn_of(row, {number: RunState(state) for number, state in states.items()}) for row in rows)


def _none(number: int) -> BadInput:
    return BadInput([Problem(_("there is no schedule {schedule}"), {"schedule": number}, found=str(number))])
