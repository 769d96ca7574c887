"""The table of what probes found last; rows describe, alarms and events tell."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from countynet.db import Base
from monitoring.columns import Instant
from monitoring.probes.model import Found, Target


class ProbeRow(Base):
    """A probe and its last answer."""

    __tablename__ = "probe"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    host: Mapped[str] = mapped_column(String(64))
    address: Mapped[str] = mapped_column(String(64))
    ok: Mapped[bool]
    message: Mapped[str] = mapped_column(String(200))
    """message id"""
    values: Mapped[dict[str, Any]] = mapped_column("message_values", JSON)
    milliseconds: Mapped[float | None]
    days: Mapped[float | None]
    offset: Mapped[float | None] = mapped_column("clock_offset")
    stratum: Mapped[int | None]
    loss: Mapped[float | None]
    jitter: Mapped[float | None]
    at: Mapped[datetime] = mapped_column(Instant)
    since: Mapped[datetime] = mapped_column(Instant)
    """when `ok` last changed"""


def keep(session: Session, found: Mapping[str, tuple[Target, Found]], at: datetime) -> None:
    """Keep what probes found."""
    rows = {row.name: row for row in session.scalars(select(ProbeRow).where(ProbeRow.name.in_(list(found))))}
    for name, (target, answer) in found.items():
        row = rows.get(name)
        if row is None:
            row = ProbeRow(name=name, since=at, ok=answer.ok)
            session.add(row)
        if row.ok is not answer.ok:
            row.since = at
        row.kind, row.host, row.address, row.at = target.probe.kind, target.probe.host, target.address, at
        row.ok, row.message, row.values = answer.ok, answer.text, dict(answer.values)
        row.milliseconds, row.days = answer.milliseconds, answer.days
        row.offset, row.stratum = answer.offset, answer.stratum
        row.loss, row.jitter = answer.loss, answer.jitter


def forget(session: Session, known: Collection[str]) -> None:
    """Forget the probes that are no more."""
    session.execute(delete(ProbeRow).where(ProbeRow.name.not_in(list(known))))


def all_(session: Session) -> Sequence[ProbeRow]:
    """Return every probe as it answered last, those that fail first."""
    return session.scalars(select(ProbeRow).order_by(ProbeRow.ok, ProbeRow.host, ProbeRow.name)).all()
