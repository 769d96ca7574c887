"""The SQL of experts' scores: each as it was entered; a later one of the same expert takes an earlier one's place."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from countynet.db import Base, UtcDateTime


class ExpertScore(Base):
    """What an expert gave for a period, or that it was taken back."""

    __tablename__ = "expert_score"
    evented = True

    id: Mapped[int] = mapped_column(primary_key=True)
    period: Mapped[str] = mapped_column(String(8), index=True)
    expert: Mapped[str] = mapped_column(String(60))
    score: Mapped[float | None]
    """0 to 100; None: taken back"""
    reason: Mapped[str] = mapped_column(Text)
    login: Mapped[str] = mapped_column(String(80))
    """who entered it"""
    at: Mapped[datetime] = mapped_column(UtcDateTime)


def entered(session: Session, period: str) -> Sequence[ExpertScore]:
    """Return everything that was entered for a period, oldest first."""
    chosen = select(ExpertScore).where(ExpertScore.period == period)
    return session.scalars(chosen.order_by(ExpertScore.id)).all()


def standing(session: Session, period: str) -> list[ExpertScore]:
    """Return each expert's last score of a period, by name; those taken back are not among them."""
    last = {row.expert: row for row in entered(session, period)}
    return [row for _name, row in sorted(last.items()) if row.score is not None]
