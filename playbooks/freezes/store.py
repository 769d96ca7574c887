"""Who let what begin in a freeze period, and why."""

from datetime import datetime

from sqlalchemy import String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from countynet.db import Base, UtcDateTime


class PassRow(Base):
    """One thing that may begin in one period nevertheless."""

    evented = True
    __tablename__ = "freeze_pass"

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(String(40), index=True)
    """`run:N` or `plan:N`"""
    freeze: Mapped[str] = mapped_column(String(64))
    begins: Mapped[datetime] = mapped_column(UtcDateTime)
    """of the period as it stood: another one of the same id needs a word of its own"""
    actor: Mapped[str] = mapped_column(String(80))
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


def passed(session: Session, subjects: tuple[str, ...], freeze: str, begins: datetime) -> bool:
    """Whether one of these may begin in a period."""
    chosen = select(PassRow.id).where(PassRow.subject.in_(subjects), PassRow.freeze == freeze, PassRow.begins == begins)
    return session.scalar(chosen.limit(1)) is not None
