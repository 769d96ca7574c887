"""The last look at the server's leases, as it is kept for pages: a page asks the database, never a server.

One row a server. What was read last stays while the server does not answer, with when that was.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address
from typing import Any

from sqlalchemy import JSON, Integer, String, Text
from sqlalchemy.orm import Mapped, Session, mapped_column

from countynet.db import Base, UtcDateTime
from countynet.errors import CountyError, DeviceError
from countynet.i18n import translate, translate_error
from playbooks.leases.parse import Lease, Leases, Said, printable

LONGEST = 200
"""characters of each thing that an error tells"""


class LeaseLookRow(Base):
    """What the last look at one server's leases saw."""

    __tablename__ = "lease_look"

    server: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    """when it was asked last"""
    message: Mapped[str] = mapped_column(Text, default="")
    """why it did not answer then, as a msgid, so that each reader has it in their language; empty when it did"""
    values: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    read: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """when it answered last; what follows is of then"""
    ahead: Mapped[int] = mapped_column(Integer, default=0)
    """seconds that its clock is before ours"""
    wrong: Mapped[int] = mapped_column(Integer, default=0)
    sample: Mapped[str] = mapped_column(Text, default="")
    leases: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)


@dataclass(frozen=True)
class Look:
    """The last look at a server's leases."""

    server: str
    at: datetime
    message: str
    values: Mapping[str, Any]
    read: datetime | None
    said: Said

    @property
    def answered(self) -> bool:
        """Whether the server answered when it was asked last."""
        return not self.message

    @property
    def words(self) -> str:
        """Why it did not answer, in the language of the context; empty when it did."""
        said, answer = translate(self.message, **self.values), self.values.get("answer", "")
        return f"{self.server}: {said}{f' ({answer})' if answer else ''}" if self.message else ""


def keep(session: Session, server: str, said: Said, now: datetime) -> None:
    """Keep what a server said in place of the look before, within the session's transaction."""
    row = _row(session, server, now)
    row.message, row.values, row.read, row.ahead = "", {}, now, int(said.ahead.total_seconds())
    row.wrong, row.sample = said.read.wrong, said.read.sample
    row.leases = [_kept(lease) for lease in said.read.leases]


def miss(session: Session, server: str, error: CountyError, now: datetime) -> None:
    """Keep that a server did not answer, and why; what it said before stays."""
    row = _row(session, server, now)
    if isinstance(error, DeviceError):
        row.message = error.message
        row.values = {name: printable(str(value), LONGEST) for name, value in error.values.items()}
    else:
        row.message, row.values = translate_error(error), {}


def kept(session: Session, server: str) -> Look | None:
    """Return the last look at a server's leases; None while nobody looked."""
    row = session.get(LeaseLookRow, server)
    if row is None:
        return None
    read = Leases(tuple(_lease(found) for found in row.leases), row.wrong, row.sample)
    return Look(server, row.at, row.message, row.values, row.read, Said(read, timedelta(seconds=row.ahead)))


def _row(session: Session, server: str, now: datetime) -> LeaseLookRow:
    row = session.get(LeaseLookRow, server)
    if row is None:
        row = LeaseLookRow(server=server, message="", values={}, leases=[], ahead=0, wrong=0, sample="")
        session.add(row)
    row.at = now
    return row


def _kept(lease: Lease) -> dict[str, Any]:
    ends = lease.ends.isoformat() if lease.ends else None
    return {"address": str(lease.address), "mac": lease.mac, "name": lease.name, "ends": ends}


def _lease(found: Mapping[str, Any]) -> Lease:
    ends = datetime.fromisoformat(found["ends"]) if found["ends"] else None
    return Lease(IPv4Address(found["address"]), found["mac"], found["name"], ends)
