"""The tables of what is known now. The poller writes them, everybody reads them; rows describe, events tell.

A device's or line's row exists from the first decision about it. `since` changes only when the state does.
"""

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from countynet.db import Base, UtcDateTime
from countynet.vocabulary import LineState
from monitoring.columns import word


class DeviceRow(Base):
    """A device as ping and SNMP see it."""

    __tablename__ = "device_state"

    device: Mapped[str] = mapped_column(String(32), primary_key=True)
    state: Mapped[LineState] = mapped_column(word(LineState))
    cause: Mapped[str] = mapped_column(String(64), default="")
    """what shadows it"""
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    rtt_ms: Mapped[float | None]
    loss: Mapped[float | None]
    """of the last pings, 0 to 1"""
    polled: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """when SNMP last answered"""
    snmp_error: Mapped[str] = mapped_column(String(200), default="")
    """why the last poll failed, a message id; empty when it went well"""
    uptime: Mapped[float | None]
    """seconds"""
    cpu: Mapped[float | None]
    """percent, mean of the processors"""
    interfaces: Mapped[int | None]


class LineRow(Base):
    """A unit's line."""

    __tablename__ = "line_state"

    unit: Mapped[str] = mapped_column(String(32), primary_key=True)
    circuit: Mapped[str] = mapped_column(String(32))
    state: Mapped[LineState] = mapped_column(word(LineState))
    cause: Mapped[str] = mapped_column(String(64), default="")
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    rtt_ms: Mapped[float | None]
    loss: Mapped[float | None]


class NeighbourRow(Base):
    """What a device sees on one of its ports by LLDP."""

    __tablename__ = "neighbour"

    device: Mapped[str] = mapped_column(String(32), primary_key=True)
    port: Mapped[str] = mapped_column(String(64), primary_key=True)
    remote_device: Mapped[str] = mapped_column(String(64), primary_key=True)
    remote_port: Mapped[str] = mapped_column(String(64), primary_key=True)
    seen: Mapped[datetime] = mapped_column(UtcDateTime)


class PollRow(Base):
    """One round of SNMP over all devices: how polling itself goes."""

    __tablename__ = "poll"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    devices: Mapped[int]
    answered: Mapped[int]
    seconds: Mapped[float]
    cpu_seconds: Mapped[float]
    interfaces: Mapped[int]
    values: Mapped[int] = mapped_column("samples")

    __table_args__ = (Index("poll_at", "at"),)
