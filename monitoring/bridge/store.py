"""The SQL of the bridge: which fault is which ticket, what is to be pushed, and how far each side was read.

The outbox is a position in the event log and one row for each fault that changed behind it: the log cannot lose a
change, and a fault that changed ten times is pushed once, as it stands. Whoever is killed goes on from here.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint, and_, func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from countynet.db import Base, UtcDateTime
from countynet.events import Event
from monitoring.bridge.merge import Seen
from monitoring.faults.reports.store import FaultReport
from monitoring.faults.store import Fault
from monitoring.tags import ReportTag

OURS, THEIRS = "ours", "theirs"
AT_ONCE = 5000
"""events that are looked at in one transaction"""


class BridgeLink(Base):
    """A ticket there, and the fault that it is here; without a fault, why it is none."""

    __tablename__ = "bridge_link"
    __table_args__ = (UniqueConstraint("platform", "ticket"), Index("bridge_link_fault", "fault", "platform"))

    id: Mapped[int] = mapped_column(primary_key=True)
    platform: Mapped[str] = mapped_column(String(30))
    ticket: Mapped[str] = mapped_column(String(100))
    fault: Mapped[int | None] = mapped_column(ForeignKey("fault.id"))
    origin: Mapped[str] = mapped_column(String(8))
    ours: Mapped[str] = mapped_column(String(40), default="")
    theirs: Mapped[str] = mapped_column(String(40), default="")
    notes: Mapped[list[str]] = mapped_column(JSON, default=list)
    updated: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """their `lastUpdate`, by their clock"""
    pushed: Mapped[int] = mapped_column(default=0)
    """the last event that was told there"""
    gone: Mapped[bool] = mapped_column(default=False)
    said: Mapped[str] = mapped_column(String(300), default="")

    @property
    def seen(self) -> Seen:
        """What both sides last agreed on."""
        return Seen(self.ours, self.theirs, frozenset(self.notes), self.updated)

    @seen.setter
    def seen(self, now: Seen) -> None:
        self.ours, self.theirs, self.updated = now.ours[:40], now.theirs[:40], now.updated
        self.notes = sorted(now.notes)


class BridgeDue(Base):
    """A fault whose present state a platform has not got yet."""

    __tablename__ = "bridge_due"

    platform: Mapped[str] = mapped_column(String(30), primary_key=True)
    fault: Mapped[int] = mapped_column(ForeignKey("fault.id"), primary_key=True)
    event: Mapped[int]
    """the last one behind which it has to be pushed"""
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    due: Mapped[datetime] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    given_up: Mapped[bool] = mapped_column(default=False)
    said: Mapped[str] = mapped_column(String(300), default="")


class BridgePlace(Base):
    """How far a platform is read and told, and how its last round went."""

    __tablename__ = "bridge_place"

    platform: Mapped[str] = mapped_column(String(30), primary_key=True)
    event: Mapped[int]
    updated: Mapped[datetime | None] = mapped_column(UtcDateTime)
    at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    well: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    due: Mapped[datetime | None] = mapped_column(UtcDateTime)
    said: Mapped[str] = mapped_column(String(300), default="")


def place(session: Session, platform: str, now: datetime) -> BridgePlace:
    """Return a platform's place; at the very first time every open fault is to be pushed, and nothing older."""
    found = session.get(BridgePlace, platform)
    if found is None:
        found = BridgePlace(platform=platform, event=head(session))
        session.add(found)
        for fault in session.scalars(select(Fault.id).where(Fault.closed.is_(None))):
            session.add(_due(platform, fault, found.event, now))
        session.flush()
    return found


def head(session: Session) -> int:
    """Return the number of the last event."""
    return session.scalar(select(func.max(Event.id))) or 0


def feed(session: Session, where: BridgePlace, now: datetime) -> int:
    """Queue the faults that changed behind the position, and move it; return how many events were looked at."""
    last = head(session)
    steps = and_(Event.tag.like("fault.%"), Event.subject.like("fault:%"))
    told = select(Event.id, Event.subject).where(Event.id > where.event, Event.id <= last)
    told = told.where(or_(steps, Event.tag == ReportTag.PHOTO_ADDED))
    rows = session.execute(told.order_by(Event.id).limit(AT_ONCE)).all()
    for number, subject in rows:
        fault = _fault_of(session, subject)
        row = session.get(BridgeDue, (where.platform, fault))
        if row is None:
            session.add(_due(where.platform, fault, number, now))
        else:
            row.since = now if row.given_up else row.since
            row.event, row.due, row.attempts, row.given_up = number, now, 0, False
    where.event = rows[-1].id if len(rows) == AT_ONCE else last
    return len(rows)


def _fault_of(session: Session, subject: str) -> int:
    """Return the fault that an event is about; one about a report is about the fault that it belongs to now."""
    kind, _colon, number = subject.partition(":")
    return int(number) if kind == "fault" else session.get_one(FaultReport, int(number)).fault


def again(session: Session, platform: str, fault: int, now: datetime) -> None:
    """Queue a fault as it stands, though nothing changed here."""
    if session.get(BridgeDue, (platform, fault)) is None:
        session.add(_due(platform, fault, head(session), now))


def waiting(session: Session, platform: str, now: datetime, limit: int) -> Sequence[BridgeDue]:
    """Return what is to be pushed now, longest waiting first."""
    chosen = select(BridgeDue).where(
        BridgeDue.platform == platform, BridgeDue.given_up.is_(False), BridgeDue.due <= now
    )
    return session.scalars(chosen.order_by(BridgeDue.due, BridgeDue.fault).limit(limit)).all()


def all_due(session: Session, platform: str) -> Sequence[BridgeDue]:
    """Return everything that is to be pushed, given up or not."""
    return session.scalars(select(BridgeDue).where(BridgeDue.platform == platform).order_by(BridgeDue.since)).all()


def renew(session: Session, platform: str, fault: int | None, now: datetime) -> int:
    """Let what is to be pushed be due now with its time before it anew; return how many. `fault`: only that one."""
    chosen = select(BridgeDue).where(BridgeDue.platform == platform)
    rows = session.scalars(chosen if fault is None else chosen.where(BridgeDue.fault == fault)).all()
    for row in rows:
        row.since = now if row.given_up else row.since
        row.due, row.attempts, row.given_up = now, 0, False
    return len(rows)


def settled(session: Session, platform: str, fault: int, event: int) -> None:
    """Take a fault out of the outbox, unless it changed since it was taken out to be pushed."""
    row = session.get(BridgeDue, (platform, fault))
    if row is not None and row.event <= event:
        session.delete(row)


def links(session: Session, platform: str, fault: int) -> Sequence[BridgeLink]:
    """Return the tickets of a fault that are there, oldest first."""
    mine = select(BridgeLink).where(BridgeLink.platform == platform, BridgeLink.fault == fault)
    return session.scalars(mine.order_by(BridgeLink.id)).all()


def link(session: Session, platform: str, ticket: str) -> BridgeLink | None:
    """Return what is known of a ticket."""
    return session.scalar(select(BridgeLink).where(BridgeLink.platform == platform, BridgeLink.ticket == ticket))


def counts(session: Session, platform: str) -> tuple[int, int, int]:
    """Return how many tickets are linked, stand for no unit, and are gone there."""
    mine = select(func.count()).select_from(BridgeLink).where(BridgeLink.platform == platform)
    linked = session.scalar(mine.where(BridgeLink.fault.is_not(None), BridgeLink.gone.is_(False))) or 0
    strays = session.scalar(mine.where(BridgeLink.fault.is_(None))) or 0
    return linked, strays, session.scalar(mine.where(BridgeLink.gone.is_(True))) or 0


def strays(session: Session, platform: str, limit: int) -> Sequence[BridgeLink]:
    """Return tickets that stand for no unit, newest first."""
    mine = select(BridgeLink).where(BridgeLink.platform == platform, BridgeLink.fault.is_(None))
    return session.scalars(mine.order_by(BridgeLink.id.desc()).limit(limit)).all()


def objections(session: Session, platform: str, limit: int) -> Sequence[BridgeLink]:
    """Return the tickets of faults that did not take what we set, newest first."""
    mine = select(BridgeLink).where(BridgeLink.platform == platform, BridgeLink.fault.is_not(None))
    return session.scalars(mine.where(BridgeLink.said != "").order_by(BridgeLink.id.desc()).limit(limit)).all()


def _due(platform: str, fault: int, event: int, now: datetime) -> BridgeDue:
    return BridgeDue(platform=platform, fault=fault, event=event, since=now, due=now)
