"""The tables of what devices can tell and what they told last. The poller writes them, everybody reads them.

`sensor_state` has one row for each part of each device, replaced by every reading: alarm rules, causes and pages read
it. `since` changes only when a state's condition does. Curves of the numbers are in the series store (gauges: device,
quantity, name).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from countynet.db import Base, UtcDateTime
from monitoring.capability.model import Capability
from monitoring.capability.names import Entity, Names
from monitoring.capability.quantity import UNIT, Condition, Quantity
from monitoring.columns import word


class CapabilityRow(Base):
    """What a device answers, as its last probe found it."""

    __tablename__ = "capability"

    device: Mapped[str] = mapped_column(String(32), primary_key=True)
    platform: Mapped[str] = mapped_column(String(32), default="")
    object_id: Mapped[str] = mapped_column(String(200), default="")
    description: Mapped[str] = mapped_column(String(200), default="")
    at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """when it was probed to the end"""
    uptime: Mapped[float] = mapped_column(default=0.0)
    present: Mapped[list[str]] = mapped_column(JSON)
    refused: Mapped[list[str]] = mapped_column(JSON)
    told: Mapped[list[str]] = mapped_column(JSON)
    interfaces: Mapped[list[Any]] = mapped_column(JSON)
    """[ifIndex, name]"""
    entities: Mapped[list[Any]] = mapped_column(JSON)
    """[entPhysicalIndex, name, interface]"""
    error: Mapped[str] = mapped_column(String(200), default="")
    """why the last probe did not end"""
    read: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """when its sensors were last read"""
    read_error: Mapped[str] = mapped_column(String(200), default="")


class SensorRow(Base):
    """One quantity of one part of a device, as last read."""

    __tablename__ = "sensor_state"

    device: Mapped[str] = mapped_column(String(32), primary_key=True)
    quantity: Mapped[Quantity] = mapped_column(word(Quantity, 24), primary_key=True)
    name: Mapped[str] = mapped_column(String(110), primary_key=True)
    interface: Mapped[str] = mapped_column(String(96), default="", index=True)
    value: Mapped[float]
    """in the quantity's unit (quantity.UNIT); of a state its number in the MIB"""
    condition: Mapped[Condition | None] = mapped_column(word(Condition))
    """of a state"""
    said: Mapped[str] = mapped_column(String(64), default="")
    """of a state, as the MIB calls it"""
    object: Mapped[str] = mapped_column(String(96), default="")
    """the MIB object"""
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    """of a state: when its condition became this one; of a number: when it was first read"""
    seen: Mapped[datetime] = mapped_column(UtcDateTime)
    """when it was last read"""

    @property
    def unit(self) -> str:
        """The unit of its value; empty for a state."""
        return UNIT[self.quantity]


def known(session: Session, devices: Iterable[str] | None = None) -> dict[str, Capability]:
    """Return what is known of (some) devices, in one query."""
    query = select(CapabilityRow)
    if devices is not None:
        query = query.where(CapabilityRow.device.in_(list(devices)))
    return {row.device: capability_of(row) for row in session.scalars(query)}


def capability_of(row: CapabilityRow) -> Capability:
    """Return a row as the value that is worked with."""
    names = Names(
        {index: name for index, name in row.interfaces},
        {index: Entity(name, interface) for index, name, interface in row.entities},
    )
    return Capability(
        row.device,
        row.platform,
        row.object_id,
        row.description,
        row.at,
        row.uptime,
        frozenset(row.present),
        frozenset(row.refused),
        tuple(row.told),
        names,
        row.error,
    )


def sensors(
    session: Session, device: str | None = None, quantities: Iterable[Quantity] | None = None
) -> Sequence[SensorRow]:
    """Return sensors as last read (of one device, of some quantities), in one query."""
    query = select(SensorRow).order_by(SensorRow.device, SensorRow.quantity, SensorRow.name)
    if device is not None:
        query = query.where(SensorRow.device == device)
    if quantities is not None:
        query = query.where(SensorRow.quantity.in_(list(quantities)))
    return session.scalars(query).all()
