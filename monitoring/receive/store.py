"""The table of notifications that devices sent; kept 30 days. Rows tell, they decide nothing."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, Index, String, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from countynet.db import Base
from monitoring.columns import Instant

KEEP = timedelta(days=30)
MOST_ROWS = 500_000
JOINED = timedelta(minutes=1)
"""what follows within it is counted on the same row"""


class TrapRow(Base):
    """Notifications of one kind about one part of a device, one after the other."""

    __tablename__ = "trap"

    id: Mapped[int] = mapped_column(primary_key=True)
    device: Mapped[str] = mapped_column(String(64))
    trap: Mapped[str] = mapped_column(String(200))
    """object identifier"""
    name: Mapped[str] = mapped_column(String(64), default="")
    part: Mapped[str] = mapped_column(String(64), default="")
    count: Mapped[int]
    first: Mapped[datetime] = mapped_column(Instant)
    last: Mapped[datetime] = mapped_column(Instant)
    variables: Mapped[list[Any]] = mapped_column(JSON)
    """of the last one: [name, value]"""

    __table_args__ = (Index("trap_device", "device", "last"), Index("trap_last", "last"))


def keep(session: Session, rows: Iterable[TrapRow]) -> None:
    """Keep notifications; what follows its like within a minute is counted on that one's row."""
    fresh = list(rows)
    if not fresh:
        return
    since = min(row.first for row in fresh) - JOINED
    standing: dict[tuple[str, str, str], TrapRow] = {}
    for row in session.scalars(select(TrapRow).where(TrapRow.last >= since).order_by(TrapRow.last)):
        standing[row.device, row.trap, row.part] = row
    for row in fresh:
        found = standing.get((row.device, row.trap, row.part))
        if found is None or row.first - found.last > JOINED or row.first - found.first > 10 * JOINED:
            session.add(row)
        else:
            found.count += row.count
            found.last, found.variables = max(found.last, row.last), row.variables


def forget(session: Session, now: datetime) -> None:
    """Forget what is too old, and the oldest of what is too much."""
    session.execute(delete(TrapRow).where(TrapRow.last < now - KEEP))
    newest = session.scalar(select(func.max(TrapRow.id))) or 0
    session.execute(delete(TrapRow).where(TrapRow.id <= newest - MOST_ROWS))


def recent(
    session: Session, limit: int, device: str = "", since: datetime | None = None, name: str = ""
) -> Sequence[TrapRow]:
    """Return the notifications that came last (of one device, of one name, since a time), newest first."""
    chosen = select(TrapRow)
    if device:
        chosen = chosen.where(TrapRow.device == device)
    if since is not None:
        chosen = chosen.where(TrapRow.last >= since)
    if name:
        chosen = chosen.where(TrapRow.name == name)
    return session.scalars(chosen.order_by(TrapRow.last.desc()).limit(limit)).all()
