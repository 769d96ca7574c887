"""The last look at each application, as it is kept for pages: a page asks the database, never a server.

One row an application, written by whoever watches (`watch`); how it stood before is told by the events.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String, Text, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from countynet.db import Base, UtcDateTime
from playbooks.applications.health import Seen


class ApplicationLookRow(Base):
    """What the last look at one application saw."""

    __tablename__ = "application_look"

    application: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    """the first look that saw the same: that it answers, or that it does not"""
    well: Mapped[bool]
    words: Mapped[str] = mapped_column(Text, default="")
    """why not, by host"""
    ends: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """when its first certificate ends; what was seen last while it does not answer"""


@dataclass(frozen=True)
class Look:
    """The last look at an application."""

    at: datetime
    since: datetime
    well: bool
    words: str
    ends: datetime | None


def keep(session: Session, application: str, seen: Sequence[Seen], now: datetime) -> None:
    """Keep a look in place of the one before, within the session's transaction."""
    words = complaint(seen)
    row = session.get(ApplicationLookRow, application)
    if row is None:
        row = ApplicationLookRow(application=application, since=now, well=not words)
        session.add(row)
    if row.well is bool(words):
        row.since, row.well = now, not words
    row.at, row.words = now, words
    row.ends = min((one.ends for one in seen if one.ends), default=row.ends)


def kept(session: Session) -> Mapping[str, Look]:
    """Return the last look at each application that was ever looked at."""
    rows = session.scalars(select(ApplicationLookRow))
    return {row.application: Look(row.at, row.since, row.well, row.words, row.ends) for row in rows}


def complaint(seen: Sequence[Seen]) -> str:
    """Return what is wrong, by host; empty when nothing is."""
    return "; ".join(f"{one.host}: {one.words}" for one in seen if not one.well)
