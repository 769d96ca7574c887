"""Records in the database: a row a version, only ever added; and who opened and acknowledged which regulation."""

from collections.abc import Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import String, Table, Text, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from audit.records.model import Kind
from countynet.db import Base, UtcDateTime
from countynet.onlyadded import only_added


class RecordVersion(Base):
    """One version of one record."""

    __tablename__ = "audit_record_version"
    evented = True

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    number: Mapped[int]
    version: Mapped[int]
    author: Mapped[str]
    """who registered the record: its first version's `by`"""
    begun: Mapped[datetime] = mapped_column(UtcDateTime)
    """when it was registered"""
    step: Mapped[str] = mapped_column(String(16))
    """`added`, `corrected`, or the step that was taken"""
    by: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    note: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    """canonical JSON of the record"""
    sha256: Mapped[str] = mapped_column(String(64))
    """of the version's document, which is among the evidence"""

    __table_args__ = (UniqueConstraint("kind", "number", "version"),)


class Reading(Base):
    """Somebody opened, or acknowledged, one text of a regulation."""

    __tablename__ = "audit_regulation_reading"
    evented = True

    id: Mapped[int] = mapped_column(primary_key=True)
    regulation: Mapped[int] = mapped_column(index=True)
    document: Mapped[str] = mapped_column(String(64))
    login: Mapped[str] = mapped_column(index=True)
    what: Mapped[str] = mapped_column(String(16))
    """opened or acknowledged"""
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (UniqueConstraint("regulation", "document", "login", "what"),)


only_added(cast(Table, RecordVersion.__table__))
only_added(cast(Table, Reading.__table__))


def latest(session: Session, kind: Kind) -> Sequence[RecordVersion]:
    """Return the newest version of every record of a kind, the newest record first."""
    newest = (
        select(RecordVersion.number, func.max(RecordVersion.version).label("version"))
        .where(RecordVersion.kind == kind.value)
        .group_by(RecordVersion.number)
        .subquery()
    )
    same = (newest.c.number == RecordVersion.number) & (newest.c.version == RecordVersion.version)
    chosen = select(RecordVersion).join(newest, same).where(RecordVersion.kind == kind.value)
    return session.scalars(chosen.order_by(RecordVersion.number.desc())).all()


def versions(session: Session, kind: Kind, number: int) -> Sequence[RecordVersion]:
    """Return every version of one record, the oldest first; nothing when there is no such record."""
    chosen = select(RecordVersion).where(RecordVersion.kind == kind.value, RecordVersion.number == number)
    return session.scalars(chosen.order_by(RecordVersion.version)).all()


def free(session: Session, kind: Kind) -> int:
    """Return the number of the next record of a kind; the caller holds the write lock."""
    return 1 + (session.scalar(select(func.max(RecordVersion.number)).where(RecordVersion.kind == kind.value)) or 0)


def readings(session: Session, login: str | None = None) -> Sequence[Reading]:
    """Return who opened and acknowledged what: everybody's, or one login's."""
    chosen = select(Reading).order_by(Reading.id)
    return session.scalars(chosen if login is None else chosen.where(Reading.login == login)).all()
