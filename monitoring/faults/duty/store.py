"""The SQL of who has a fault in hand. That it was given to somebody is the event; this is what lists are made from."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ForeignKey, String, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from countynet.db import Base, UtcDateTime
from monitoring.faults.store import Fault


class FaultHand(Base):
    """Who has a fault in hand."""

    __tablename__ = "fault_hand"
    evented = True

    fault: Mapped[int] = mapped_column(ForeignKey("fault.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(40), index=True)
    login: Mapped[str] = mapped_column(String(40), index=True, default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)


def of(session: Session, faults: Collection[int]) -> dict[int, FaultHand]:
    """Return who has some faults in hand, in one query."""
    return {row.fault: row for row in session.scalars(select(FaultHand).where(FaultHand.fault.in_(faults)))}


def loads(session: Session) -> dict[str, int]:
    """Return how many open faults everybody has, by name."""
    chosen = select(FaultHand.name, func.count()).join(Fault, Fault.id == FaultHand.fault)
    open_ = chosen.where(Fault.closed.is_(None), Fault.state.in_(("dispatched", "started"))).group_by(FaultHand.name)
    return {name: count for name, count in session.execute(open_)}
