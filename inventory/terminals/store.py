"""The SQL of applications for a terminal. The database itself refuses two open ones that share a MAC address, a name,
an address or a port: what the service hands out under its lock can be handed out once only, whoever writes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from ipaddress import IPv4Address, IPv6Address

from sqlalchemy import Date, Enum, Index, String, Text, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from countynet.db import Base, UtcDateTime
from countynet.events import Event
from countynet.vocabulary import TerminalState
from inventory.tags import TerminalTag
from inventory.terminals.model import Application, Held, Past, Place, Request

_STATE = Enum(TerminalState, native_enum=False, length=16, values_callable=lambda members: [m.value for m in members])


def _once(*columns: str) -> Index:
    still = text("closed IS NULL")
    return Index(f"terminal_open_{columns[0]}", *columns, unique=True, sqlite_where=still, postgresql_where=still)


class Row(Base):
    """One application. Its steps are the events of subject `terminal-application:<id>`."""

    __tablename__ = "terminal_application"
    evented = True

    id: Mapped[int] = mapped_column(primary_key=True)
    unit: Mapped[str] = mapped_column(String(32), index=True)
    state: Mapped[TerminalState] = mapped_column(_STATE)
    asker: Mapped[str] = mapped_column(String(60))
    """login"""
    user: Mapped[str] = mapped_column("user_name", String(40))
    room: Mapped[str] = mapped_column(String(40))
    purpose: Mapped[str] = mapped_column(Text)
    mac: Mapped[str] = mapped_column(String(17))
    wanted_by: Mapped[date] = mapped_column(Date)
    terminal: Mapped[str | None] = mapped_column(String(32))
    address: Mapped[str | None] = mapped_column(String(15))
    address6: Mapped[str | None] = mapped_column(String(45))
    cpe: Mapped[str | None] = mapped_column(String(32))
    port: Mapped[str | None] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(Text, default="")
    job: Mapped[int | None]
    opened: Mapped[datetime] = mapped_column(UtcDateTime)
    closed: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)

    __table_args__ = (_once("mac"), _once("terminal"), _once("address"), _once("address6"), _once("cpe", "port"))


def new(unit: str, asker: str, said: Request, now: datetime) -> Row:
    """Return the row of an application that was just filed."""
    return Row(
        unit=unit,
        state=TerminalState.ASKED,
        asker=asker,
        user=said.user,
        room=said.room,
        purpose=said.purpose,
        mac=said.mac,
        wanted_by=said.wanted_by,
        opened=now,
    )


def told(given: Place) -> dict[str, str | None]:
    """Return what an application gets, as it is kept and as its event tells it."""
    return {
        "terminal": given.terminal,
        "address": str(given.address),
        "address6": str(given.address6) if given.address6 else None,
        "cpe": given.cpe,
        "port": given.port,
    }


def hold(row: Row, given: Place) -> None:
    """Write down what an application gets; the database refuses what another open one has."""
    for name, value in told(given).items():
        setattr(row, name, value)


def subject(number: int) -> str:
    """Return what the events of an application are about."""
    return f"terminal-application:{number}"


def application(row: Row) -> Application:
    """Return a row as the rest of the house sees it."""
    place = None
    if row.terminal and row.address and row.cpe and row.port:
        address6 = IPv6Address(row.address6) if row.address6 else None
        place = Place(row.terminal, IPv4Address(row.address), address6, row.cpe, row.port)
    return Application(
        id=row.id,
        unit=row.unit,
        state=row.state,
        asker=row.asker,
        request=Request(row.user, row.room, row.purpose, row.mac, row.wanted_by),
        opened=row.opened,
        closed=row.closed,
        place=place,
        reason=row.reason,
        job=row.job,
    )


@dataclass(frozen=True)
class Filter:
    """Which applications a list has: of one unit, or of all; still open, or closed, the newest of them."""

    unit: str | None = None
    open: bool = True
    limit: int = 500


def listed(session: Session, which: Filter) -> Sequence[Application]:
    """Return applications: open ones by the day they are wanted, closed ones newest first."""
    found = select(Row).where(Row.closed.is_(None) if which.open else Row.closed.is_not(None))
    if which.unit is not None:
        found = found.where(Row.unit == which.unit)
    order = (Row.wanted_by, Row.id) if which.open else (Row.closed.desc(), Row.id.desc())
    return [application(row) for row in session.scalars(found.order_by(*order).limit(which.limit))]


def held(session: Session, but: int | None = None) -> Held:
    """Return what approved applications hold; `but` one of them."""
    rows = session.scalars(select(Row).where(Row.state == TerminalState.APPROVED, Row.id != (but or 0))).all()
    return Held(
        terminals=frozenset(row.terminal for row in rows if row.terminal),
        addresses=frozenset(value for row in rows for value in (row.address, row.address6) if value),
        ports=frozenset(f"{row.cpe}:{row.port}" for row in rows),
    )


def open_macs(session: Session) -> dict[str, int]:
    """Return the MAC addresses of open applications with their numbers."""
    rows = session.execute(select(Row.mac, Row.id).where(Row.closed.is_(None)))
    return {mac: number for mac, number in rows}


def of_terminal(session: Session, unit: str, terminal: str) -> Row | None:
    """Return the application that a unit's terminal came from; None where there was none."""
    connected = select(Row).where(Row.unit == unit, Row.terminal == terminal, Row.state == TerminalState.CONNECTED)
    return session.scalar(connected.order_by(Row.id.desc()).limit(1))


def history(session: Session, number: int) -> tuple[Past, ...]:
    """Return what happened to an application, in order."""
    events = session.scalars(select(Event).where(Event.subject == subject(number)).order_by(Event.id))
    return tuple(Past(e.at, e.actor, TerminalTag(e.tag), e.data) for e in events)
