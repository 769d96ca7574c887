"""The SQL of emergencies and their steps. What was said stands in the events; these rows say how it stands."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from countynet.db import Base, UtcDateTime
from countynet.events import Event
from playbooks.tags import EmergencyTag


class EmergencyRow(Base):
    """One emergency, or one drill."""

    evented = True
    __tablename__ = "emergency"

    id: Mapped[int] = mapped_column(primary_key=True)
    plan: Mapped[str] = mapped_column(String(64), index=True)
    words: Mapped[dict[str, Any]] = mapped_column(JSON)
    """the plan as it was when it was started"""
    targets: Mapped[dict[str, Any]] = mapped_column(JSON)
    drill: Mapped[bool]
    alarm: Mapped[str] = mapped_column(String(80), default="")
    """what started it, such as alarm:12; empty for a person"""
    login: Mapped[str] = mapped_column(String(80))
    started: Mapped[datetime] = mapped_column(UtcDateTime)
    ended: Mapped[datetime | None] = mapped_column(UtcDateTime)
    review: Mapped[str] = mapped_column(Text, default="")


class EmergencyStepRow(Base):
    """One step of one emergency."""

    evented = True
    __tablename__ = "emergency_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    emergency: Mapped[int] = mapped_column(ForeignKey("emergency.id"), index=True)
    name: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(16))
    login: Mapped[str] = mapped_column(String(80), default="")
    at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    note: Mapped[str] = mapped_column(Text, default="")
    plan: Mapped[int | None]


class EmergencyRunRow(Base):
    """A run that a step's playbook was started as."""

    evented = True
    __tablename__ = "emergency_run"

    run: Mapped[int] = mapped_column(primary_key=True)
    emergency: Mapped[int] = mapped_column(ForeignKey("emergency.id"), index=True)
    step: Mapped[str] = mapped_column(String(64))
    looks: Mapped[bool]
    noted: Mapped[bool] = mapped_column(default=False, index=True)
    """whether its end stands in the emergency's log"""


class EmergencyWatchRow(Base):
    """Up to which event the watch has looked; one row."""

    __tablename__ = "emergency_watch"

    id: Mapped[int] = mapped_column(primary_key=True)
    event: Mapped[int]


def steps(session: Session, emergency: int) -> Sequence[EmergencyStepRow]:
    """Return an emergency's steps in their order."""
    chosen = select(EmergencyStepRow).where(EmergencyStepRow.emergency == emergency)
    return session.scalars(chosen.order_by(EmergencyStepRow.id)).all()


def runs(session: Session, emergency: int) -> dict[str, int]:
    """Return by step the last run that was started for it."""
    chosen = select(EmergencyRunRow).where(EmergencyRunRow.emergency == emergency).order_by(EmergencyRunRow.run)
    return {row.step: row.run for row in session.scalars(chosen)}


def unnoted(session: Session) -> Sequence[EmergencyRunRow]:
    """Return the runs whose end stands in no log yet, oldest first."""
    chosen = select(EmergencyRunRow).where(EmergencyRunRow.noted.is_(False))
    return session.scalars(chosen.order_by(EmergencyRunRow.run)).all()


def newest(session: Session, limit: int) -> Sequence[EmergencyRow]:
    """Return emergencies, those that run first, then the newest."""
    chosen = select(EmergencyRow).order_by(EmergencyRow.ended.is_not(None), EmergencyRow.id.desc())
    return session.scalars(chosen.limit(limit)).all()


def running(session: Session, plan: str) -> Sequence[EmergencyRow]:
    """Return the emergencies of a plan that run, drills left out."""
    chosen = select(EmergencyRow).where(EmergencyRow.plan == plan, EmergencyRow.ended.is_(None))
    return session.scalars(chosen.where(EmergencyRow.drill.is_(False))).all()


def lately(session: Session, since: datetime) -> Sequence[EmergencyRow]:
    """Return the emergencies that run or ended since, drills left out, oldest first."""
    chosen = select(EmergencyRow).where(EmergencyRow.ended.is_(None) | (EmergencyRow.ended >= since))
    return session.scalars(chosen.where(EmergencyRow.drill.is_(False)).order_by(EmergencyRow.id)).all()


def log(session: Session, emergency: int) -> Sequence[Event]:
    """Return what happened in an emergency, the oldest first; who looked at it is no part of that."""
    chosen = select(Event).where(Event.subject == f"emergency:{emergency}", Event.tag.in_(list(EmergencyTag)))
    return session.scalars(chosen.order_by(Event.id)).all()
