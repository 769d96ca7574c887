"""The SQL of reports: each as it came, with its telephone number; a unit's code; photographs. Nothing is ever deleted.

A fault has one row however many units reported it; who they are stands here. Telephone numbers and photographs are
personal data (个人信息保护法): they stand in these tables only, never in an event, which more people may read.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, LargeBinary, String, Text, func, select
from sqlalchemy.orm import Mapped, Session, deferred, mapped_column

from countynet.db import Base, UtcDateTime
from monitoring.columns import word


class Origin(StrEnum):
    """How a report came."""

    SIGNED_IN = "signed-in"
    CALL = "call"
    """the center wrote down a telephone call"""
    PUBLIC = "public"
    """without signing in, with the unit's code: to be called back"""


class FaultReport(Base):
    """One report of one person."""

    __tablename__ = "fault_report"
    evented = True

    id: Mapped[int] = mapped_column(primary_key=True)
    fault: Mapped[int] = mapped_column(ForeignKey("fault.id"), index=True)
    unit: Mapped[str] = mapped_column(String(32), index=True)
    origin: Mapped[Origin] = mapped_column(word(Origin))
    reporter: Mapped[str] = mapped_column(String(40))
    """login; of a public report empty"""
    title: Mapped[str] = mapped_column(String(200))
    description: Mapped[str] = mapped_column(Text, default="")
    contact: Mapped[str] = mapped_column(String(100), default="")
    secret: Mapped[str] = mapped_column(String(64), default="")
    """SHA-256 of the receipt's secret, of a public report"""
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    called: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """when the center called back"""
    rating: Mapped[int | None]
    """1 to 5, of a unit that reported the fault with others; the fault has its own unit's"""


class UnitCode(Base):
    """What a unit writes on a report without an account. It opens nothing but that form, so the center may print it."""

    __tablename__ = "unit_code"
    evented = True

    unit: Mapped[str] = mapped_column(String(32), primary_key=True)
    code: Mapped[str] = mapped_column(String(16), unique=True)
    issued: Mapped[datetime] = mapped_column(UtcDateTime)
    by: Mapped[str] = mapped_column(String(40))


class FaultPhoto(Base):
    """One photograph, written anew by us: a JPEG without what the camera noted beside it."""

    __tablename__ = "fault_photo"
    evented = True

    id: Mapped[int] = mapped_column(primary_key=True)
    report: Mapped[int] = mapped_column(ForeignKey("fault_report.id"), index=True)
    width: Mapped[int]
    height: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = deferred(mapped_column(LargeBinary))


def of_fault(session: Session, fault: int) -> Sequence[FaultReport]:
    """Return a fault's reports, oldest first."""
    return session.scalars(select(FaultReport).where(FaultReport.fault == fault).order_by(FaultReport.id)).all()


def units_of(session: Session, fault: int) -> Sequence[str]:
    """Return the units that reported a fault, first come first."""
    first = func.min(FaultReport.id)
    chosen = select(FaultReport.unit).where(FaultReport.fault == fault).group_by(FaultReport.unit).order_by(first)
    return session.scalars(chosen).all()


def first_words(session: Session, unit: str, faults: Iterable[int]) -> dict[int, FaultReport]:
    """Return a unit's first report of each of some faults, by fault."""
    mine = select(FaultReport).where(FaultReport.unit == unit, FaultReport.fault.in_(tuple(faults)))
    return {row.fault: row for row in session.scalars(mine.order_by(FaultReport.id.desc()))}


def recent(session: Session, unit: str, origin: Origin, since: datetime) -> int:
    """Return how many reports of a kind a unit filed since."""
    mine = select(func.count()).select_from(FaultReport).where(FaultReport.unit == unit)
    return session.scalar(mine.where(FaultReport.origin == origin, FaultReport.at >= since)) or 0


def photos(session: Session, reports: Iterable[int]) -> Sequence[FaultPhoto]:
    """Return what is known of some reports' photographs, without their content."""
    return session.scalars(
        select(FaultPhoto).where(FaultPhoto.report.in_(tuple(reports))).order_by(FaultPhoto.id)
    ).all()
