"""What each watch said last, and since when it says nothing."""

from datetime import datetime

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from countynet.db import Base, UtcDateTime


class SiteWatchRow(Base):
    """The watch of one application."""

    __tablename__ = "site_watch"

    application: Mapped[str] = mapped_column(String(64), primary_key=True)
    asked: Mapped[datetime] = mapped_column(UtcDateTime)
    failing: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """since when it does not answer; None: it does"""
    error: Mapped[str] = mapped_column(String(300), default="")
    """why not, in words"""
    looked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """when the watch itself looked last"""
    standing: Mapped[list[dict[str, object]]] = mapped_column(JSON)
    """the troubles that its last answer came to (`countynet.troubles.Standing`)"""
