"""The SQL of what units are told: notices of steps, the center's own sentences, and how far events were looked at."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from countynet.db import Base, UtcDateTime
from countynet.events import Event
from monitoring.columns import Instant, word
from monitoring.notices.model import NoticeState


class FaultNotice(Base):
    """One step of one fault for one unit. The database refuses a second one."""

    __tablename__ = "fault_notice"

    id: Mapped[int] = mapped_column(primary_key=True)
    event: Mapped[int] = mapped_column(ForeignKey("event.id"))
    fault: Mapped[int] = mapped_column(ForeignKey("fault.id"), index=True)
    unit: Mapped[str] = mapped_column(String(32))
    state: Mapped[NoticeState] = mapped_column(word(NoticeState))
    created: Mapped[datetime] = mapped_column(Instant)
    due: Mapped[datetime] = mapped_column(Instant)
    tried: Mapped[datetime | None] = mapped_column(Instant)
    attempts: Mapped[int] = mapped_column(default=0)
    said: Mapped[str] = mapped_column(String(300), default="")

    __table_args__ = (UniqueConstraint("event", "unit"), Index("fault_notice_due", "state", "due"))


class FaultTemplate(Base):
    """The center's own sentence for a step in a language; what it said before stands in the events."""

    __tablename__ = "fault_template"
    evented = True

    step: Mapped[str] = mapped_column(String(40), primary_key=True)
    language: Mapped[str] = mapped_column(String(8), primary_key=True)
    text: Mapped[str] = mapped_column(String(600))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[str] = mapped_column(String(40))


class FaultTold(Base):
    """The last event that was looked at; one row."""

    __tablename__ = "fault_told"

    id: Mapped[int] = mapped_column(primary_key=True)
    event: Mapped[int]


def events_after(session: Session, event: int, limit: int) -> Sequence[Event]:
    """Return the events after one, in order: by their number alone, so that it stays quick in a long log."""
    return session.scalars(select(Event).where(Event.id > event).order_by(Event.id).limit(limit)).all()


def due(session: Session, now: datetime) -> Sequence[FaultNotice]:
    """Return what is to be sent, oldest first."""
    chosen = select(FaultNotice).where(FaultNotice.state == NoticeState.QUEUED, FaultNotice.due <= now)
    return session.scalars(chosen.order_by(FaultNotice.id)).all()


def of_fault(session: Session, fault: int) -> Sequence[FaultNotice]:
    """Return what units were told of a fault, oldest first."""
    return session.scalars(select(FaultNotice).where(FaultNotice.fault == fault).order_by(FaultNotice.id)).all()


def doubt(session: Session, said: str) -> None:
    """Settle what a sender that was killed left in the middle: it is not sent again."""
    sending = update(FaultNotice).where(FaultNotice.state == NoticeState.SENDING)
    session.execute(sending.values(state=NoticeState.DOUBTFUL, said=said))


def sentences(session: Session) -> dict[tuple[str, str], str]:
    """Return the center's own sentences by step and language."""
    return {(row.step, row.language): row.text for row in session.scalars(select(FaultTemplate))}
