"""What is kept of checkpoints and of the archive. All of it follows from the events and can be checked against them."""

from datetime import datetime

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from countynet.db import Base, UtcDateTime


class LogCheckpoint(Base):
    """One signed checkpoint; written with its event `log.checkpoint`, which is the first event behind it."""

    __tablename__ = "log_checkpoint"
    evented = True

    size: Mapped[int] = mapped_column(primary_key=True)
    """events from the log's beginning"""
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    last_event: Mapped[int]
    """number (id) of the last of them"""
    head: Mapped[str]
    """its hash"""
    peaks: Mapped[str] = mapped_column(Text)
    """the tree, so that it can grow (`merkle.Peaks`)"""
    note: Mapped[str] = mapped_column(Text)
    """the signed note"""
    damage: Mapped[int] = mapped_column(default=0)
    """breaks found among the events since the checkpoint before"""


class LogStamp(Base):
    """A time stamp (RFC 3161) of a checkpoint's note, or the attempts to get it."""

    __tablename__ = "log_stamp"

    size: Mapped[int] = mapped_column(primary_key=True)
    """of the checkpoint"""
    tried: Mapped[datetime] = mapped_column(UtcDateTime)
    attempts: Mapped[int]
    at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """the authority's time; None while there is no stamp"""
    response: Mapped[str] = mapped_column(Text, default="")
    """the answer (TimeStampResp, DER) in base64"""
    said: Mapped[str] = mapped_column(Text, default="")
    """why there is no stamp"""


class LogSent(Base):
    """How far checkpoints have come to a place outside."""

    __tablename__ = "log_sent"

    place: Mapped[str] = mapped_column(primary_key=True)
    """`folder` or `mail`"""
    size: Mapped[int]
    """the newest checkpoint that is there; 0: none"""
    at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """when it came there"""
    tried: Mapped[datetime] = mapped_column(UtcDateTime)
    said: Mapped[str] = mapped_column(Text, default="")
    """why the last attempt failed; empty: it did not"""


class LogArchive(Base):
    """One file of the archive, written with its event `log.archived`."""

    __tablename__ = "log_archive"
    evented = True

    first: Mapped[int] = mapped_column(primary_key=True)
    """index of its first event, counted from 0 at the log's beginning"""
    count: Mapped[int]
    last_event: Mapped[int]
    """number (id) of its last event"""
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)
    previous: Mapped[str]
    """hash of the event before its first"""
    head: Mapped[str]
    """hash of its last event"""
    file: Mapped[str]
    sha256: Mapped[str]
    """of the file"""
    removed: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """when its events left the table; None: they are in both"""
