"""Accepted findings in the database. A row is written once; withdrawing it fills its last two columns, nothing else."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Mapped, Session, mapped_column

from countynet.db import Base, UtcDateTime


class Acceptance(Base):
    """One acceptance: a check's findings about one subject, or about all when the subject is empty."""

    __tablename__ = "audit_acceptance"

    id: Mapped[int] = mapped_column(primary_key=True)
    check: Mapped[str] = mapped_column(index=True)
    subject: Mapped[str]
    """a device, a unit, the county; empty: every subject"""
    reason: Mapped[str]
    until: Mapped[date]
    """the last day (the county's) on which it holds"""
    by: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_by: Mapped[str] = mapped_column(default="")
    withdrawn: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)

    def covers(self, check: str, subject: str) -> bool:
        """Whether it is about a check's finding on a subject."""
        return self.check == check and self.subject in ("", subject)


def all_(session: Session) -> Sequence[Acceptance]:
    """Return every acceptance, the newest first."""
    return session.scalars(select(Acceptance).order_by(Acceptance.id.desc())).all()


def holding(session: Session, today: date) -> Sequence[Acceptance]:
    """Return those that hold today: neither past their day nor withdrawn."""
    wanted = select(Acceptance).where(Acceptance.until >= today, Acceptance.withdrawn.is_(None))
    return session.scalars(wanted.order_by(Acceptance.id)).all()
