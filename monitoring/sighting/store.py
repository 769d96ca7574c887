"""The tables of what devices have around them. The poller writes them, everybody reads them.

`address_seen` keeps where each hardware address was seen, from when to when: where a computer was last Tuesday is asked
months later. `stranger` has one row for each unknown address and port, for ever: it is why an event is told once.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from countynet.canonical import JSON as JSON_VALUE
from countynet.db import Base, UtcDateTime
from monitoring.columns import word
from topology.discovery.evidence import Device, Evidence, Heard, Port, Sighting
from topology.discovery.strangers import StrangerKind

CURRENT = timedelta(minutes=16)
"""how old a sighting may be that still says what is there now: three rounds and a little"""


class AroundRow(Base):
    """A device and its LLDP neighbours, as it said last."""

    __tablename__ = "device_around"

    device: Mapped[str] = mapped_column(String(32), primary_key=True)
    at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """when it last answered"""
    error: Mapped[str] = mapped_column(String(200), default="")
    lldp: Mapped[bool] = mapped_column(default=False)
    chassis: Mapped[list[str]] = mapped_column(JSON)
    ports: Mapped[list[Any]] = mapped_column(JSON)
    """[name, hardware address, up, other names]"""
    heard: Mapped[list[Any]] = mapped_column(JSON)
    """each with the fields of `evidence.Heard`"""


class SeenRow(Base):
    """A hardware address on a port."""

    __tablename__ = "address_seen"

    device: Mapped[str] = mapped_column(String(32), primary_key=True)
    port: Mapped[str] = mapped_column(String(96), primary_key=True)
    mac: Mapped[str] = mapped_column(String(17), primary_key=True, index=True)
    by: Mapped[str] = mapped_column(String(8), primary_key=True)
    """fdb or arp"""
    address: Mapped[str] = mapped_column(String(45), primary_key=True, default="")
    vlan: Mapped[int | None]
    first: Mapped[datetime] = mapped_column(UtcDateTime)
    last: Mapped[datetime] = mapped_column(UtcDateTime, index=True)

    def document(self) -> dict[str, JSON_VALUE]:
        """Return it as a document."""
        said: dict[str, JSON_VALUE] = {"device": self.device, "port": self.port, "by": self.by}
        times: dict[str, JSON_VALUE] = {"first": self.first.isoformat(), "last": self.last.isoformat()}
        return said | {"address": self.address, "vlan": self.vlan} | times


class StrangerRow(Base):
    """Somebody on a port whom no inventory knows."""

    __tablename__ = "stranger"
    evented = True

    mac: Mapped[str] = mapped_column(String(17), primary_key=True)
    device: Mapped[str] = mapped_column(String(32), primary_key=True)
    port: Mapped[str] = mapped_column(String(96), primary_key=True)
    kind: Mapped[StrangerKind] = mapped_column(word(StrangerKind))
    address: Mapped[str] = mapped_column(String(45), default="")
    instead_of: Mapped[str] = mapped_column(String(64), default="")
    first: Mapped[datetime] = mapped_column(UtcDateTime)


def evidence(session: Session, now: datetime) -> Evidence:
    """Return what devices say of their surroundings now: what is older than three rounds is not said any more."""
    seen: dict[str, list[Sighting]] = {}
    for row in session.scalars(select(SeenRow).where(SeenRow.last >= now - CURRENT)):
        seen.setdefault(row.device, []).append(Sighting(row.port, row.mac, row.by, row.address, row.vlan))
    rows = session.scalars(select(AroundRow)).all()
    return Evidence({row.device: _device(row, tuple(seen.get(row.device, ())), now) for row in rows})


def _device(row: AroundRow, seen: tuple[Sighting, ...], now: datetime) -> Device:
    fresh = row.at is not None and now - row.at <= CURRENT
    return Device(
        row.device,
        asked=fresh,
        lldp=row.lldp,
        chassis=frozenset(row.chassis),
        ports=tuple(Port(name, mac, up if fresh else None, frozenset(ids)) for name, mac, up, ids in row.ports),
        heard=tuple(Heard(**{**said, "addresses": tuple(said["addresses"])}) for said in row.heard) if fresh else (),
        seen=seen,
    )


def where(session: Session, mac: str) -> Sequence[SeenRow]:
    """Return where a hardware address was seen, last first."""
    return session.scalars(select(SeenRow).where(SeenRow.mac == mac).order_by(SeenRow.last.desc())).all()


def known_strangers(session: Session) -> Sequence[StrangerRow]:
    """Return everybody who was ever told as a stranger, newest first."""
    return session.scalars(select(StrangerRow).order_by(StrangerRow.first.desc())).all()
