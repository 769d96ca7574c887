"""The SQL of escalation: who is to be told, or was told, that a level of a fault's clock is reached. Once, the
database sees to that."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from countynet.db import Base
from monitoring.columns import Instant, word
from monitoring.notices.model import NoticeState


class FaultLevel(Base):
    """One level of one clock of one fault, for one recipient."""

    __tablename__ = "fault_level"

    id: Mapped[int] = mapped_column(primary_key=True)
    fault: Mapped[int] = mapped_column(ForeignKey("fault.id"), index=True)
    clock: Mapped[str] = mapped_column(String(16))
    percent: Mapped[int]
    recipient: Mapped[str] = mapped_column(String(40))
    state: Mapped[NoticeState] = mapped_column(word(NoticeState))
    created: Mapped[datetime] = mapped_column(Instant)
    due: Mapped[datetime] = mapped_column(Instant)
    attempts: Mapped[int] = mapped_column(default=0)
    said: Mapped[str] = mapped_column(String(300), default="")

    __table_args__ = (
        UniqueConstraint("fault", "clock", "percent", "recipient"),
        Index("fault_level_due", "state", "due"),
    )


def told(session: Session, faults: Collection[int]) -> dict[int, set[tuple[str, int]]]:
    """Return the levels of some faults that are told or queued, in one query."""
    found: dict[int, set[tuple[str, int]]] = {number: set() for number in faults}
    chosen = select(FaultLevel.fault, FaultLevel.clock, FaultLevel.percent).where(FaultLevel.fault.in_(faults))
    for fault, clock, percent in session.execute(chosen):
        found[fault].add((clock, percent))
    return found


def ready(session: Session, now: datetime) -> Sequence[FaultLevel]:
    """Return what is to be sent now, oldest first."""
    chosen = select(FaultLevel).where(FaultLevel.state == NoticeState.QUEUED, FaultLevel.due <= now)
    return session.scalars(chosen.order_by(FaultLevel.id)).all()


def doubt(session: Session, said: str) -> None:
    """Settle what a sender that was killed left in the middle: it is not sent again."""
    sending = update(FaultLevel).where(FaultLevel.state == NoticeState.SENDING)
    session.execute(sending.values(state=NoticeState.DOUBTFUL, said=said))
