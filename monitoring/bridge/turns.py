"""When each way of the exchange was last gone to its end, and when something last went it.

A round that ends well may have carried nothing; who asks "does it work?" wants both times, for each way by itself.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from countynet.db import Base, UtcDateTime
from monitoring.columns import word


class Way(StrEnum):
    """Which way."""

    PULL = "pull"
    PUSH = "push"


class BridgeTurn(Base):
    """One way of one platform."""

    __tablename__ = "bridge_turn"

    platform: Mapped[str] = mapped_column(String(30), primary_key=True)
    way: Mapped[Way] = mapped_column(word(Way), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    moved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    moved: Mapped[int] = mapped_column(default=0)
    """how many tickets or notes went the last time that any did"""


def gone(session: Session, platform: str, way: Way, moved: int, now: datetime) -> None:
    """Keep that a way was gone to its end, and how much it carried."""
    row = session.get(BridgeTurn, (platform, way))
    if row is None:
        row = BridgeTurn(platform=platform, way=way, at=now, moved=0)
        session.add(row)
    row.at = now
    if moved:
        row.moved_at, row.moved = now, moved


def of(session: Session, platform: str) -> Sequence[BridgeTurn]:
    """Return a platform's ways that were gone, pull first."""
    return session.scalars(select(BridgeTurn).where(BridgeTurn.platform == platform).order_by(BridgeTurn.way)).all()
