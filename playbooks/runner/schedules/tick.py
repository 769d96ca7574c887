"""What the worker's clockwork does with schedules (`countynet.schedules`).

A schedule that is due gets a turn: one, however often it was due while the worker was away. A turn asks for the run in
the name of whoever made the schedule, with the rights they have now; of a playbook that looks first it asks for the
look, and carries out by itself what a look has shown that ended well, where the center need not agree or has agreed to
the schedule. What depends on working days begins only when the county's calendar can be read. What cannot begin in its
window is missed, as an event, with why, and told to whom the playbook tells of failures. A turn's step and what it asks
for are one transaction: neither stands without the other.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from countynet import people, tellings
from countynet.canonical import JSON
from countynet.db import reading, together, transaction
from countynet.errors import Conflict, CountyError, NotAllowed
from countynet.events import record
from countynet.i18n import _, language, set_language, translate_error
from countynet.moments import shown
from countynet.people import Actor
from countynet.secrets import unseal
from countynet.settings import Settings
from countynet.vocabulary import Role
from inventory.calendar.present import known, sure
from playbooks.present import present_county
from playbooks.runner import book, frozen
from playbooks.runner.run import Run
from playbooks.runner.schedules import ahead, days, store
from playbooks.runner.schedules.book import subject
from playbooks.runner.schedules.days import WORKER
from playbooks.runner.schedules.schedule import Schedule, schedule_of
from playbooks.runner.schedules.store import ScheduleRow, TurnRow, TurnState
from playbooks.runner.states import STATES, RunState
from playbooks.tags import ScheduleTag

SHELL = "shell:"
TOLD = _("playbook {playbook}, schedule {schedule}: what was due {at} was missed: {words}")
CLOSED = _("its window closed {at}")


@dataclass(frozen=True)
class _Case:
    """One turn with all that its step needs."""

    settings: Settings
    engine: Engine
    now: datetime
    schedule: Schedule
    sealed: dict[str, str]
    turn: int
    end: datetime
    look: int | None
    run: int | None
    behind: bool
    """whether the time before is still under way"""

    @property
    def closed(self) -> bool:
        return self.now >= self.end


def tick(settings: Settings, engine: Engine, now: datetime) -> None:
    """Give a turn to what is due, and take every turn one step on."""
    days.moved(settings, engine, now)
    with reading(engine) as session:
        due, turns = [row.id for row in store.due(session, now)], [row.id for row in store.turns(session)]
    for number in due:
        turns += _due(settings, engine, number, now)
    for number in turns:
        _step(settings, engine, number, now)
    ahead.announce(settings, engine, now)


def _due(settings: Settings, engine: Engine, number: int, now: datetime) -> Iterator[int]:
    calendar = known(settings.county)
    with transaction(engine) as session:
        row = session.get_one(ScheduleRow, number)
        if row.ended is not None:
            return
        rhythm = schedule_of(row).rhythm
        last, passed = rhythm.passed(row.due, now, calendar)
        row.due = rhythm.after(last, calendar)
        turn = TurnRow(schedule=number, due=last, end=rhythm.end(last, calendar), state=TurnState.WAITING.value)
        session.add(turn)
        session.flush()
        data: dict[str, JSON] = {"playbook": row.playbook, "due": last.isoformat(), "passed_over": passed}
        record(session, ScheduleTag.DUE, WORKER, subject(number), data)
        yield turn.id


def _step(settings: Settings, engine: Engine, number: int, now: datetime) -> None:
    with reading(engine) as session:
        turn = session.get_one(TurnRow, number)
        row = session.get_one(ScheduleRow, turn.schedule)
        first = store.turns(session, row.id)
    state = TurnState(turn.state)
    if state not in STEPS:
        return
    behind = first[0].id != number
    case = _Case(
        settings, engine, now, schedule_of(row), dict(row.given), number, turn.end, turn.look, turn.run, behind
    )
    with _spoken(row.spoken):
        try:
            STEPS[state](case)
        except CountyError as error:
            _miss(case, translate_error(error))


def _ask(case: _Case) -> None:
    """Ask for the look, or for what changes nothing."""
    if case.behind and case.closed:
        raise Conflict(_("the time before had not ended when its window closed {at}"), at=shown(case.end))
    if case.behind:
        return
    _open(case)
    if case.schedule.rhythm.by_calendar:
        sure(case.settings.county)
    playbook, county = case.schedule.playbook, present_county(case.settings)
    given = {
        name: unseal(case.settings, value.encode()) if value and name in playbook.secrets else value
        for name, value in case.sealed.items()
    }
    maker = _account(case.engine, case.schedule.maker)
    with together(case.engine) as session:
        row = _held(session, case, TurnState.WAITING)
        run = book.ask(case.settings, case.engine, county, playbook.id, given, maker)
        if run.looks:
            row.state, row.look = TurnState.LOOKING.value, run.number
        else:
            _agreed(session, case, run)
            row.state, row.run = TurnState.CHANGING.value, run.number


def _carry_out(case: _Case) -> None:
    """Carry out what the look has shown, when it has ended well."""
    look = book.get(case.engine, case.look or 0)
    if not look.over:
        _in_time(case, look)
        return
    if look.state is not RunState.DONE:
        raise Conflict(_("its look, run {run}, ended so: {state}"), run=look.number, state=_word(look))
    if look.words:
        raise Conflict(_("run {run} has looked, and nothing was changed: {words}"), run=look.number, words=look.words)
    _open(case)
    frozen.may_follow(case.settings, case.engine, look)
    maker = _account(case.engine, case.schedule.maker)
    with together(case.engine) as session:
        row = _held(session, case, TurnState.LOOKING)
        run = book.carry_out(case.engine, look.number, maker)
        _agreed(session, case, run)
        row.state, row.run = TurnState.CHANGING.value, run.number


def _await(case: _Case) -> None:
    """Note how the run ended."""
    run = book.get(case.engine, case.run or 0)
    if not run.over:
        _in_time(case, run)
        return
    with transaction(case.engine) as session:
        row = _held(session, case, TurnState.CHANGING)
        row.state = TurnState.ENDED.value
        data: dict[str, JSON] = {"playbook": run.playbook.id, "run": run.number, "state": run.state.value}
        record(session, ScheduleTag.DONE, WORKER, subject(case.schedule.number), data)


STEPS: dict[TurnState, Callable[[_Case], None]] = {
    TurnState.WAITING: _ask,
    TurnState.LOOKING: _carry_out,
    TurnState.CHANGING: _await,
}


def _open(case: _Case) -> None:
    if case.closed:
        raise Conflict(CLOSED, at=shown(case.end))


def _word(run: Run) -> dict[str, JSON]:
    """Return a run's state as a message within a message."""
    return {"message": STATES[run.state], "values": {}}


def _in_time(case: _Case, run: Run) -> None:
    """Take back a run that has not begun when the window closes. Raises Conflict then."""
    if case.closed and book.withdraw(case.engine, run.number, WORKER):
        _open(case)


def _agreed(session: Session, case: _Case, run: Run) -> None:
    """Give a run the center's agreement to its schedule. Raises NotAllowed when it has none that counts."""
    if run.state is not RunState.WAITING:
        return
    row = session.get_one(ScheduleRow, case.schedule.number)
    known = schedule_of(row)
    if not row.approver or not known.agreed(case.now):
        raise NotAllowed(_("nothing was changed: the center has not agreed to this schedule, or not for so long"))
    if run.playbook != known.playbook:
        raise NotAllowed(_("nothing was changed: the playbook is another than the one the center has agreed to"))
    approver = _account(case.engine, Actor(row.approver, Role.CENTER))
    book.approve(case.engine, run.number, approver, row.id)


def _account(engine: Engine, actor: Actor) -> Actor:
    """Return who somebody is by now. Raises NotAllowed when the account is gone or closed."""
    if actor.name.startswith(SHELL):
        return actor
    with reading(engine) as session:
        found = next((one for one in people.everyone(session) if one.name == actor.name), None)
    if found is None:
        raise NotAllowed(_("the account {actor} is gone or closed"), actor=actor.name)
    return found


def _held(session: Session, case: _Case, state: TurnState) -> TurnRow:
    """Return the turn's row within the transaction. Raises Conflict when the schedule was ended meanwhile."""
    row = session.get_one(TurnRow, case.turn)
    if row.state != state:
        raise Conflict(_("schedule {schedule} has been ended already"), schedule=case.schedule.number)
    return row


def _miss(case: _Case, words: str) -> None:
    with transaction(case.engine) as session:
        row = session.get_one(TurnRow, case.turn)
        if row.state not in store.UNENDED:
            return
        row.state, row.words = TurnState.MISSED.value, words
        playbook, number = case.schedule.playbook, case.schedule.number
        data: dict[str, JSON] = {"playbook": playbook.id, "due": row.due.isoformat(), "look": row.look, "words": words}
        record(session, ScheduleTag.MISSED, WORKER, subject(number), data)
        name: JSON = {"zh_CN": playbook.title, "en": playbook.title_en}
        values: dict[str, JSON] = {"playbook": name, "schedule": number, "at": shown(row.due), "words": words}
        key = f"{subject(number)}:missed:{row.id}"
        to = (*playbook.tell, *playbook.tell_failed)
        tellings.tell(session, subject(number), key, to, TOLD, values, case.now)


@contextmanager
def _spoken(wanted: str) -> Iterator[None]:
    before = language()
    set_language(wanted)
    try:
        yield
    finally:
        set_language(before)
