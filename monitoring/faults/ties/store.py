"""The SQL of ties between faults. A tie that was undone keeps its row, with the time at which it ended."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from countynet.db import Base, UtcDateTime
from monitoring.columns import word

_STANDS = text("ended IS NULL AND kind = 'merged'")


class TieKind(StrEnum):
    """What one fault has to do with another."""

    MERGED = "merged"
    """it goes with the other one, which leads"""
    RELATED = "related"
    CAUSED = "caused-by"


class FaultTie(Base):
    """One tie from a fault to another one. A fault goes with at most one other, which the database sees to."""

    __tablename__ = "fault_tie"
    evented = True

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[TieKind] = mapped_column(word(TieKind))
    fault: Mapped[int] = mapped_column(ForeignKey("fault.id"), index=True)
    other: Mapped[int] = mapped_column(ForeignKey("fault.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[str] = mapped_column(String(40))
    ended: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        Index("fault_tie_one_leader", "fault", unique=True, sqlite_where=_STANDS, postgresql_where=_STANDS),
    )


_MERGED = select(FaultTie).where(FaultTie.ended.is_(None), FaultTie.kind == TieKind.MERGED)


def merger(session: Session, fault: int) -> FaultTie | None:
    """Return the tie by which a fault goes with another one."""
    return session.scalar(_MERGED.where(FaultTie.fault == fault))


def leader(session: Session, fault: int) -> int | None:
    """Return the fault that a fault goes with, None when it goes its own way."""
    found = merger(session, fault)
    return None if found is None else found.other


def ancestors(session: Session, fault: int) -> list[int]:
    """Return the faults that lead a fault, the nearest first."""
    found: list[int] = []
    above = leader(session, fault)
    while above is not None:
        found.append(above)
        above = leader(session, above)
    return found


def members(session: Session, fault: int) -> list[int]:
    """Return the faults that go with a fault, however indirectly, the first merged first."""
    found: list[int] = []
    level = [fault]
    while level:
        level = list(_of(session, level))
        found += level
    return found


def _of(session: Session, leaders: Collection[int]) -> Sequence[int]:
    chosen = select(FaultTie.fault).where(
        FaultTie.ended.is_(None), FaultTie.kind == TieKind.MERGED, FaultTie.other.in_(leaders)
    )
    return session.scalars(chosen.order_by(FaultTie.id)).all()


def standing(session: Session, fault: int) -> Sequence[FaultTie]:
    """Return every tie that holds of a fault, to or from it, oldest first."""
    mine = select(FaultTie).where(FaultTie.ended.is_(None), (FaultTie.fault == fault) | (FaultTie.other == fault))
    return session.scalars(mine.order_by(FaultTie.id)).all()


def link(session: Session, fault: int, other: int) -> FaultTie | None:
    """Return the link (not a merger) that holds between two faults, whichever way it points."""
    either = ((FaultTie.fault == fault) & (FaultTie.other == other)) | (
        (FaultTie.fault == other) & (FaultTie.other == fault)
    )
    return session.scalar(
        select(FaultTie).where(FaultTie.ended.is_(None), FaultTie.kind != TieKind.MERGED, either).limit(1)
    )


def led(session: Session, faults: Iterable[int]) -> dict[int, list[int]]:
    """Return for some faults those that go with each directly, in one query."""
    chosen = _MERGED.where(FaultTie.other.in_(tuple(faults))).order_by(FaultTie.id)
    found: dict[int, list[int]] = {}
    for tie in session.scalars(chosen):
        found.setdefault(tie.other, []).append(tie.fault)
    return found
