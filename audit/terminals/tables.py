"""Tables of terminals' scans: the scans, what they found, and what is allowed. A finding's row lives as long as it."""

from datetime import date, datetime

from sqlalchemy import Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from countynet.db import Base, UtcDateTime


class ScanRow(Base):
    """One scan."""

    __tablename__ = "terminal_scan"
    evented = True

    id: Mapped[int] = mapped_column(primary_key=True)
    started: Mapped[datetime] = mapped_column(UtcDateTime)
    finished: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    actor: Mapped[str]
    devices: Mapped[int]
    """that answered"""
    silent: Mapped[str] = mapped_column(Text)
    """JSON: why others did not, by device"""
    new: Mapped[int]
    standing: Mapped[int]
    gone: Mapped[int]
    notes: Mapped[str] = mapped_column(Text)
    """JSON list of what this scan could not do: message ids with values"""


class FindingRow(Base):
    """One finding: a kind at a port, about somebody."""

    __tablename__ = "terminal_finding"
    evented = True

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(Text, index=True)
    """JSON list of what makes it the same in another scan"""
    kind: Mapped[str] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(index=True)
    unit: Mapped[str] = mapped_column(index=True)
    device: Mapped[str] = mapped_column(index=True)
    port: Mapped[str]
    mac: Mapped[str] = mapped_column(index=True)
    address: Mapped[str]
    terminal: Mapped[str]
    severity: Mapped[str]
    confidence: Mapped[str]
    said: Mapped[str] = mapped_column(Text)
    """JSON: vlan, message, remedy, values, contradicts, evidence"""
    first: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    last: Mapped[datetime] = mapped_column(UtcDateTime)
    gone: Mapped[datetime | None] = mapped_column(UtcDateTime)
    first_scan: Mapped[int]
    last_scan: Mapped[int]

    __table_args__ = (Index("terminal_finding_here", "key", "gone"),)


class AllowanceRow(Base):
    """More than one computer allowed at a port: a telephone with a computer behind it, a host of virtual machines."""

    __tablename__ = "terminal_allowance"
    evented = True

    id: Mapped[int] = mapped_column(primary_key=True)
    device: Mapped[str] = mapped_column(index=True)
    port: Mapped[str]
    most: Mapped[int]
    """so many hardware addresses"""
    macs: Mapped[str] = mapped_column(Text)
    """JSON list: those that are known to belong there; empty: whichever"""
    reason: Mapped[str]
    until: Mapped[date]
    """the last day (the county's) on which it holds"""
    by: Mapped[str]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_by: Mapped[str] = mapped_column(default="")
    withdrawn: Mapped[datetime | None] = mapped_column(UtcDateTime, default=None)
