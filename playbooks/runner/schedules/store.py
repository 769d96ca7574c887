"""The SQL of schedules: each schedule, and each time that it was due with what became of it."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, String, Text, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from countynet.db import Base, UtcDateTime


class TurnState(StrEnum):
    """What became of one time that a schedule was due."""

    WAITING = "waiting"
    """nothing was asked for yet: the time before has not ended"""
    LOOKING = "looking"
    CHANGING = "changing"
    ENDED = "ended"
    MISSED = "missed"


UNENDED = (TurnState.WAITING.value, TurnState.LOOKING.value, TurnState.CHANGING.value)


class ScheduleRow(Base):
    """One playbook that is run again and again."""

    evented = True
    __tablename__ = "playbook_schedule"

    id: Mapped[int] = mapped_column(primary_key=True)
    playbook: Mapped[str] = mapped_column(String(64))
    description: Mapped[dict[str, Any]] = mapped_column(JSON)
    """the playbook's description as it was when the schedule was made: what the center agrees to"""
    given: Mapped[dict[str, Any]] = mapped_column(JSON)
    """of the launch form what was given; secrets sealed with the vault's password"""
    every: Mapped[str] = mapped_column(String(16))
    day: Mapped[int]
    at: Mapped[str] = mapped_column(String(5))
    """HH:MM of the county's clock"""
    until: Mapped[str] = mapped_column(String(5), default="")
    first: Mapped[date] = mapped_column(Date)
    due: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    """the next time"""
    actor: Mapped[str] = mapped_column(String(80))
    role: Mapped[str] = mapped_column(String(16))
    unit: Mapped[str] = mapped_column(String(64), default="")
    spoken: Mapped[str] = mapped_column(String(8))
    made: Mapped[datetime] = mapped_column(UtcDateTime)
    ended: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    ended_by: Mapped[str] = mapped_column(String(80), default="")
    approver: Mapped[str] = mapped_column(String(80), default="")
    approved: Mapped[datetime | None] = mapped_column(UtcDateTime)
    approved_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


class TurnRow(Base):
    """One time that a schedule was due."""

    evented = True
    __tablename__ = "playbook_schedule_turn"

    id: Mapped[int] = mapped_column(primary_key=True)
    schedule: Mapped[int] = mapped_column(ForeignKey("playbook_schedule.id"), index=True)
    due: Mapped[datetime] = mapped_column(UtcDateTime)
    end: Mapped[datetime] = mapped_column(UtcDateTime)
    """begun after this it is not begun at all"""
    state: Mapped[str] = mapped_column(String(16), index=True)
    look: Mapped[int | None]
    """the run that looked"""
    run: Mapped[int | None]
    """the run that changed, or that did what changes nothing"""
    words: Mapped[str] = mapped_column(Text, default="")
    """why it was missed, in the language of whoever made the schedule"""


def live(session: Session) -> Sequence[ScheduleRow]:
    """Return the schedules that have not been ended, by number."""
    return session.scalars(select(ScheduleRow).where(ScheduleRow.ended.is_(None)).order_by(ScheduleRow.id)).all()


def due(session: Session, now: datetime) -> Sequence[ScheduleRow]:
    """Return the schedules that are due."""
    chosen = select(ScheduleRow).where(ScheduleRow.ended.is_(None), ScheduleRow.due <= now)
    return session.scalars(chosen.order_by(ScheduleRow.due, ScheduleRow.id)).all()


def turns(session: Session, schedule: int | None = None) -> Sequence[TurnRow]:
    """Return the times that have not ended (of one schedule), oldest first."""
    chosen = select(TurnRow).where(TurnRow.state.in_(UNENDED)).order_by(TurnRow.id)
    return session.scalars(chosen.where(TurnRow.schedule == schedule) if schedule else chosen).all()


def turn_of(session: Session, run: int) -> TurnRow | None:
    """Return the time of a schedule for which a run was asked, None for a run that a person asked for."""
    return session.scalars(select(TurnRow).where(TurnRow.run == run)).first()


def last_turns(session: Session) -> dict[int, TurnRow]:
    """Return the last time of every schedule."""
    newest = select(func.max(TurnRow.id)).group_by(TurnRow.schedule)
    return {row.schedule: row for row in session.scalars(select(TurnRow).where(TurnRow.id.in_(newest)))}


def history(session: Session, schedule: int, most: int) -> Sequence[TurnRow]:
    """Return the times that a schedule was due, the newest first."""
    chosen = select(TurnRow).where(TurnRow.schedule == schedule)
    return session.scalars(chosen.order_by(TurnRow.id.desc()).limit(most)).all()
