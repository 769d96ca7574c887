"""What people say about alarms: an acknowledgement that runs out by itself, and notes. Each is an event.

Acknowledging says "I am on it": until it expires nobody further is told. It closes nothing; an alarm closes by itself.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Engine, ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from countynet import clock
from countynet.db import Base, UtcDateTime, transaction
from countynet.errors import BadInput, Conflict, NotAllowed, Problem
from countynet.events import JSON, record
from countynet.i18n import _
from countynet.moments import shown
from countynet.people import Actor
from countynet.vocabulary import Role
from monitoring.alarms.store import Alarm
from monitoring.tags import AlarmTag

LONGEST = 500
"""characters of a note"""
MOST = timedelta(days=30)


class AlarmNote(Base):
    """One thing that somebody said about an alarm."""

    evented = True
    __tablename__ = "alarm_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    alarm: Mapped[int] = mapped_column(ForeignKey("alarm.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    login: Mapped[str] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(String(LONGEST))
    until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """until when it is an acknowledgement; None for a mere note"""


def may(person: Actor) -> None:
    """Raise NotAllowed for whoever may not speak for an alarm: it is for the center and the operator."""
    if person.role not in (Role.CENTER, Role.OPERATOR):
        raise NotAllowed(_("{actor} may not acknowledge: it is for the center and the operator"), actor=person.name)


def acknowledge(engine: Engine, alarm: int, until: datetime, text: str, login: str) -> AlarmNote:
    """Say that somebody is on an open alarm until a time. Raises BadInput, Conflict when the alarm is over."""
    now, said = clock.now(), text.strip()
    problems = list(_judge(said))
    if not now < until <= now + MOST:
        message = _("an acknowledgement ends in the future, within {days} days")
        problems.append(Problem(message, {"days": MOST.days}, where="until", found=shown(until)))
    if problems:
        raise BadInput(problems)
    return _say(engine, AlarmNote(alarm=alarm, at=now, login=login, text=said, until=until), AlarmTag.ACKNOWLEDGED)


def note(engine: Engine, alarm: int, text: str, login: str) -> AlarmNote:
    """Write a note on an alarm, open or over. Raises BadInput."""
    said = text.strip()
    problems = list(_judge(said)) or ([] if said else [Problem(_("please fill this in"), where="note")])
    if problems:
        raise BadInput(problems)
    return _say(engine, AlarmNote(alarm=alarm, at=clock.now(), login=login, text=said, until=None), AlarmTag.NOTED)


def _judge(text: str) -> list[Problem]:
    if len(text) <= LONGEST:
        return []
    return [Problem(_("at most {most} characters"), {"most": LONGEST}, where="note", found=str(len(text)))]


def _say(engine: Engine, row: AlarmNote, tag: AlarmTag) -> AlarmNote:
    with transaction(engine) as session:
        alarm = session.get(Alarm, row.alarm)
        if alarm is None:
            raise BadInput([Problem(_("there is no alarm {alarm}"), {"alarm": row.alarm})])
        if row.until is not None and alarm.closed is not None:
            raise Conflict(_("alarm {alarm} is over since {at}"), alarm=alarm.id, at=shown(alarm.closed))
        session.add(row)
        data: dict[str, JSON] = {"note": row.text, "until": row.until.isoformat() if row.until else None}
        record(session, tag, row.login, f"alarm:{alarm.id}", data)
    return row


def of(session: Session, alarms: Collection[int]) -> dict[int, list[AlarmNote]]:
    """Return what was said about some alarms, oldest first."""
    found = dict[int, list[AlarmNote]]()
    for row in session.scalars(select(AlarmNote).where(AlarmNote.alarm.in_(alarms)).order_by(AlarmNote.id)):
        found.setdefault(row.alarm, []).append(row)
    return found


def standing(rows: Collection[AlarmNote], now: datetime) -> AlarmNote | None:
    """Return the newest acknowledgement among notes if it has not run out."""
    last = next((row for row in reversed(list(rows)) if row.until is not None), None)
    return last if last is not None and last.until is not None and last.until > now else None


def document(row: AlarmNote) -> dict[str, JSON]:
    """Return a note as a document."""
    until = row.until.isoformat() if row.until else None
    return {"alarm": row.alarm, "at": row.at.isoformat(), "login": row.login, "note": row.text, "until": until}
