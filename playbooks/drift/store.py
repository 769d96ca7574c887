"""The SQL of what devices said: the messages that tell of changes and people, and how far the logs were read."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, String, Text, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from countynet.db import Base, UtcDateTime

KEPT = timedelta(days=200)
"""the logs themselves are kept 28 weeks (docs/changes.md)"""


class MessageRow(Base):
    """One message of a device, as the logs host received it."""

    __tablename__ = "device_message"

    id: Mapped[int] = mapped_column(primary_key=True)
    device: Mapped[str] = mapped_column(String(64), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    kind: Mapped[str] = mapped_column(String(16))
    user: Mapped[str] = mapped_column(String(80))
    source: Mapped[str] = mapped_column(String(80))
    words: Mapped[str] = mapped_column(Text)


class PositionRow(Base):
    """How far a file of the logs host was read."""

    __tablename__ = "log_position"

    file: Mapped[str] = mapped_column(String(80), primary_key=True)
    inode: Mapped[int] = mapped_column(BigInteger)
    offset: Mapped[int] = mapped_column(BigInteger)


def positions(session: Session) -> dict[str, list[int]]:
    """Return inode and offset by file."""
    return {row.file: [row.inode, row.offset] for row in session.scalars(select(PositionRow))}


def move(session: Session, file: str, inode: int, offset: int) -> None:
    """Note how far a file was read."""
    session.merge(PositionRow(file=file, inode=inode, offset=offset))


def between(session: Session, device: str, after: datetime, until: datetime) -> Sequence[MessageRow]:
    """Return what a device said in a stretch of time, the oldest first."""
    chosen = select(MessageRow).where(MessageRow.device == device, MessageRow.at > after, MessageRow.at <= until)
    return session.scalars(chosen.order_by(MessageRow.at, MessageRow.id)).all()


def forget(session: Session, now: datetime) -> None:
    """Drop what is older than the logs themselves."""
    session.execute(delete(MessageRow).where(MessageRow.at < now - KEPT))
