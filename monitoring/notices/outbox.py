"""The outbox's transactions: queue what is to be told, take a message out to send it, keep how it went.

A message is marked as under way in a transaction of its own before anything is sent, so whoever is killed in between
sends nothing twice: what was under way is doubtful when the next sender starts, and said so.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from countynet.db import reading, transaction
from countynet.i18n import _, translate
from inventory.calendar.model import Calendar
from monitoring.alarms import notes
from monitoring.alarms.store import TIMES, Alarm
from monitoring.notices import plan, store
from monitoring.notices.deliver import Outcome
from monitoring.notices.model import NoticeState, Recipient, Rules
from monitoring.notices.words import Item
from monitoring.windows.store import covering


@dataclass(frozen=True)
class Taken:
    """A message that is to be sent now."""

    notices: tuple[int, ...]
    items: tuple[Item, ...]


def begin(engine: Engine) -> None:
    """Settle what a sender that was killed left in the middle."""
    with transaction(engine) as session:
        store.doubt(session, translate(_("the sender was killed meanwhile")))


def idle(engine: Engine) -> bool:
    """Whether there is nothing to tell and nothing waiting."""
    with reading(engine) as session:
        return store.idle(session)


def standing(engine: Engine) -> tuple[tuple[int, bool], ...]:
    """Return which alarms are ordered, and whether they are over: while it stays so, only the clock brings news."""
    with reading(engine) as session:
        return store.standing(session)


def forget(engine: Engine) -> None:
    """Drop every order: nobody is to be told of anything."""
    with transaction(engine) as session:
        store.done(session, [alarm.id for alarm in store.orders(session)])


def queue(engine: Engine, rules: Rules, calendar: Calendar, places: Mapping[str, str], now: datetime) -> int:
    """Queue what is to be told now, drop what is over untold; return how many notices are new."""
    with reading(engine) as session:
        alarms = store.orders(session)
        new, gone = _new(session, alarms, rules, calendar, places, now), _gone(session)
    over = [alarm.id for alarm in alarms if alarm.closed is not None]
    if not (new or gone or over):
        return 0
    with transaction(engine) as session:
        for want in new:
            session.add(_row(want, now))
        session.flush()
        for number in set(gone) | set(_gone(session)):
            session.get_one(store.Notice, number).state = NoticeState.DROPPED
        store.done(session, over)
    return len(new)


def take(engine: Engine, recipient: Recipient, now: datetime) -> Taken | None:
    """Take out what makes a recipient's next message, marked as under way; None when there is none now."""
    with reading(engine) as session:
        if not _ready(session, recipient, now):
            return None
    with transaction(engine) as session:
        chosen = _ready(session, recipient, now)
        rows = [session.get_one(store.Notice, number) for number in chosen]
        for row in rows:
            row.state, row.tried, row.attempts = NoticeState.SENDING, now, row.attempts + 1
        items = tuple(_item(session.get_one(Alarm, row.alarm), row.step) for row in rows)
    return Taken(chosen, items) if chosen else None


def settle(engine: Engine, notices: Sequence[int], outcome: Outcome, now: datetime) -> None:
    """Keep how it went: sent, doubtful, or refused and due again (after a day of that: failed)."""
    with transaction(engine) as session:
        for number in notices:
            row = session.get_one(store.Notice, number)
            row.state, row.said = outcome.state, outcome.said
            if outcome.state is NoticeState.QUEUED:
                due = plan.again(row.attempts, row.created, now)
                row.state, row.due = (NoticeState.QUEUED, due) if due else (NoticeState.FAILED, row.due)


def _new(
    session: Session,
    alarms: Sequence[Alarm],
    rules: Rules,
    calendar: Calendar,
    places: Mapping[str, str],
    now: datetime,
) -> tuple[plan.Wanted, ...]:
    numbers = [alarm.id for alarm in alarms]
    said = notes.of(session, numbers)
    ordered = [
        plan.Ordered(
            alarm.id,
            alarm.severity,
            alarm.device,
            plan.sites_of(places, alarm.device, alarm.unit),
            alarm.unit or "",
            alarm.opened,
            alarm.closed is not None,
            notes.standing(said.get(alarm.id, ()), now) is not None,
            int(alarm.values.get(TIMES, 1)),
        )
        for alarm in alarms
    ]
    return plan.wanted(ordered, _known(session, numbers), rules, calendar, covering(session, now), now)


def _gone(session: Session) -> tuple[int, ...]:
    return plan.dropped(_known(session, store.over(session)))


def _known(session: Session, alarms: Sequence[int], recipient: str = "") -> list[plan.Known]:
    known = store.alarms(session, alarms)
    return [
        plan.Known(
            row.alarm,
            row.step,
            row.recipient,
            row.state,
            row.id,
            known[row.alarm].severity,
            known[row.alarm].closed is not None,
            row.due,
            row.attempts,
        )
        for row in store.of_alarms(session, list(known), recipient)
    ]


def _ready(session: Session, recipient: Recipient, now: datetime) -> tuple[int, ...]:
    last = store.last_tried(session, recipient.name)
    if last is not None and now < last + min(timedelta(minutes=recipient.digest), plan.GAP):
        return ()
    known = _known(session, store.waiting(session, recipient.name, now), recipient.name)
    queued = [k for k in known if k.state is NoticeState.QUEUED]
    sending = {(k.alarm, k.recipient) for k in known if k.state is NoticeState.SENDING}
    gone = plan.dropped(known)
    return plan.ready([k for k in queued if k.id not in gone], sending, recipient, last, now)


def _row(want: plan.Wanted, now: datetime) -> store.Notice:
    return store.Notice(
        alarm=want.alarm,
        step=want.step,
        recipient=want.recipient,
        state=NoticeState.QUEUED,
        created=now,
        due=want.due,
        attempts=0,
        said="",
    )


def _item(alarm: Alarm, step: str) -> Item:
    return Item(alarm.id, step, alarm.severity, alarm.message, dict(alarm.values), alarm.opened, alarm.closed)
