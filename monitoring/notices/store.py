"""The outbox: which alarms are to be told (orders), and who was told what (notices).

An order is written in the transaction that opens the alarm and marked in the one that closes it; so no alarm is lost
between the poller and the sender. The database itself refuses a second notice of one alarm, step and recipient.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from countynet.db import Base
from monitoring.alarms.store import Alarm
from monitoring.columns import Instant, word
from monitoring.notices.model import NoticeState


class NoticeOrder(Base):
    """An alarm that people are to be told of, as long as there may be something to tell."""

    __tablename__ = "notice_order"

    alarm: Mapped[int] = mapped_column(ForeignKey("alarm.id"), primary_key=True)


class Notice(Base):
    """One step of one alarm, for one recipient."""

    __tablename__ = "notice"

    id: Mapped[int] = mapped_column(primary_key=True)
    alarm: Mapped[int] = mapped_column(ForeignKey("alarm.id"))
    step: Mapped[str] = mapped_column(String(20))
    recipient: Mapped[str] = mapped_column(String(40))
    state: Mapped[NoticeState] = mapped_column(word(NoticeState))
    created: Mapped[datetime] = mapped_column(Instant)
    due: Mapped[datetime] = mapped_column(Instant)
    tried: Mapped[datetime | None] = mapped_column(Instant)
    attempts: Mapped[int] = mapped_column(default=0)
    said: Mapped[str] = mapped_column(String(300), default="")
    """what the server said, or why it was not reached"""

    __table_args__ = (
        UniqueConstraint("alarm", "step", "recipient"),
        Index("notice_state", "state", "recipient"),
        Index("notice_tried", "recipient", "tried"),
    )


def order(session: Session, alarm: Alarm) -> None:
    """Ask that people are told of an alarm that just opened."""
    session.merge(NoticeOrder(alarm=alarm.id))


def orders(session: Session) -> Sequence[Alarm]:
    """Return the alarms that are ordered, oldest first."""
    return session.scalars(select(Alarm).join(NoticeOrder, NoticeOrder.alarm == Alarm.id).order_by(Alarm.id)).all()


def alarms(session: Session, numbers: Collection[int]) -> dict[int, Alarm]:
    """Return alarms by number."""
    return {alarm.id: alarm for alarm in session.scalars(select(Alarm).where(Alarm.id.in_(set(numbers))))}


def standing(session: Session) -> tuple[tuple[int, bool], ...]:
    """Return the numbers of the ordered alarms, and whether each is over."""
    chosen = select(Alarm.id, Alarm.closed.is_not(None)).join(NoticeOrder, NoticeOrder.alarm == Alarm.id)
    return tuple((number, bool(over)) for number, over in session.execute(chosen.order_by(Alarm.id)))


def idle(session: Session) -> bool:
    """Whether no alarm is ordered and no notice is queued."""
    ordered = select(NoticeOrder.alarm).limit(1)
    queued = select(Notice.id).where(Notice.state == NoticeState.QUEUED).limit(1)
    return session.scalar(ordered) is None and session.scalar(queued) is None


def done(session: Session, alarms: Collection[int]) -> None:
    """Forget orders: nothing is left to tell."""
    session.execute(delete(NoticeOrder).where(NoticeOrder.alarm.in_(alarms)))


def of_alarms(session: Session, alarms: Collection[int], recipient: str = "") -> Sequence[Notice]:
    """Return the notices of some alarms, oldest first; `recipient`: of one only."""
    chosen = select(Notice).where(Notice.alarm.in_(alarms))
    mine = chosen.where(Notice.recipient == recipient) if recipient else chosen
    return session.scalars(mine.order_by(Notice.id)).all()


def waiting(session: Session, recipient: str, now: datetime) -> Sequence[int]:
    """Return the alarms of which a recipient has something queued, none when nothing of it is due."""
    mine = select(Notice.alarm).where(Notice.state == NoticeState.QUEUED, Notice.recipient == recipient)
    if session.scalar(mine.where(Notice.due <= now).limit(1)) is None:
        return ()
    return session.scalars(mine.distinct()).all()


def over(session: Session) -> Sequence[int]:
    """Return the alarms that are over and of which something is queued."""
    chosen = select(Alarm.id).join(Notice, Notice.alarm == Alarm.id)
    return session.scalars(chosen.where(Notice.state == NoticeState.QUEUED, Alarm.closed.is_not(None)).distinct()).all()


def newest(session: Session, limit: int) -> Sequence[Notice]:
    """Return the notices that were queued last, newest first."""
    return session.scalars(select(Notice).order_by(Notice.id.desc()).limit(limit)).all()


def last_tried(session: Session, recipient: str) -> datetime | None:
    """Return when a recipient was last written to."""
    chosen = select(Notice.tried).where(Notice.recipient == recipient, Notice.tried.is_not(None))
    return session.scalar(chosen.order_by(Notice.tried.desc()).limit(1))


def doubt(session: Session, said: str) -> None:
    """Settle what a sender that was killed left in the middle: nobody knows whether it arrived, so it is not resent."""
    sending = update(Notice).where(Notice.state == NoticeState.SENDING)
    session.execute(sending.values(state=NoticeState.DOUBTFUL, said=said))
