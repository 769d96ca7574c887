"""The SQL of plans: the plan's text and its sealed steps, approvals, and what each device has."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, Text, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from countynet.db import Base, UtcDateTime
from playbooks.plan.model import PlanState


class PlanRow(Base):
    """One plan; `body`, `hash` and `sealed` never change."""

    evented = True
    __tablename__ = "plan"

    id: Mapped[int] = mapped_column(primary_key=True)
    body: Mapped[str] = mapped_column(Text)
    """canonical JSON, without a secret"""
    hash: Mapped[str] = mapped_column(String(64))
    sealed: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    """the steps, encrypted with the vault's password"""
    state: Mapped[str] = mapped_column(String(16), index=True)


class ApprovalRow(Base):
    """One person's consent."""

    evented = True
    __tablename__ = "plan_approval"

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"), index=True)
    login: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn: Mapped[bool] = mapped_column(default=False)


class PlanDeviceRow(Base):
    """What one device of a plan has."""

    evented = True
    __tablename__ = "plan_device"

    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"), primary_key=True)
    device: Mapped[str] = mapped_column(String(64), primary_key=True)
    state: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    error: Mapped[str] = mapped_column(Text, default="")


def next_number(session: Session) -> int:
    """Return the number of the next plan; call with the write lock held."""
    return 1 + (session.scalar(select(func.max(PlanRow.id))) or 0)


def approvals(session: Session, plan: int) -> Sequence[ApprovalRow]:
    """Return a plan's approvals, oldest first."""
    return session.scalars(select(ApprovalRow).where(ApprovalRow.plan_id == plan).order_by(ApprovalRow.id)).all()


def devices(session: Session, plan: int) -> Sequence[PlanDeviceRow]:
    """Return what the devices of a plan have, by name."""
    return session.scalars(
        select(PlanDeviceRow).where(PlanDeviceRow.plan_id == plan).order_by(PlanDeviceRow.device)
    ).all()


def some(session: Session, numbers: Collection[int]) -> Sequence[PlanRow]:
    """Return plans by their numbers, in order; without numbers the database is not asked."""
    if not numbers:
        return ()
    return session.scalars(select(PlanRow).where(PlanRow.id.in_(numbers)).order_by(PlanRow.id)).all()


def plans(session: Session, limit: int) -> Sequence[PlanRow]:
    """Return the newest plans, the newest first."""
    return session.scalars(select(PlanRow).order_by(PlanRow.id.desc()).limit(limit)).all()


def waiting(session: Session, text: str) -> Sequence[tuple[int, str]]:
    """Return number and text of the plans that are made, stand and were not begun, whose text has some words in it."""
    chosen = select(PlanRow.id, PlanRow.body).where(PlanRow.state == PlanState.OPEN.value, PlanRow.body.contains(text))
    return [(number, body) for number, body in session.execute(chosen.order_by(PlanRow.id))]
