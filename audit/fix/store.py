"""Which plan was made for which finding. A row is written once; where the plan stands is the plan's to say."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from countynet.db import Base, UtcDateTime


class FixRow(Base):
    """A plan that was made for a check's findings about one device."""

    __tablename__ = "audit_fix"
    evented = True

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("audit_run.id"), index=True)
    check: Mapped[str] = mapped_column(index=True)
    device: Mapped[str]
    kind: Mapped[str]
    plan: Mapped[int] = mapped_column(index=True)
    by: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime)


def newest(session: Session) -> dict[tuple[str, str], FixRow]:
    """Return the newest plan for each check and device."""
    return {(row.check, row.device): row for row in session.scalars(select(FixRow).order_by(FixRow.id))}


def of(session: Session, check: str) -> Sequence[FixRow]:
    """Return the plans for a check, oldest first."""
    return session.scalars(select(FixRow).where(FixRow.check == check).order_by(FixRow.id)).all()


def about(session: Session, devices: Collection[str]) -> Sequence[FixRow]:
    """Return the plans for some devices, oldest first."""
    return session.scalars(select(FixRow).where(FixRow.device.in_(devices)).order_by(FixRow.id)).all()
