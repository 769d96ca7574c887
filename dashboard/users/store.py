"""The SQL of accounts and sessions.

A password is stored as its argon2 hash or not at all (an account that cannot sign in yet). A session is stored as the
SHA-256 of its token, so that a copy of the database opens no session. A person's role and unit are bound together by
a check constraint: a clerk has a unit, nobody else does.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from countynet.db import Base, UtcDateTime
from countynet.vocabulary import Role


class UserRow(Base):
    """An account."""

    __tablename__ = "users"
    __table_args__ = (CheckConstraint("(role = 'unit') = (unit IS NOT NULL)", name="clerk_has_unit"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(40), unique=True)
    role: Mapped[str] = mapped_column(String(16))
    unit: Mapped[str | None] = mapped_column(String(32))
    password: Mapped[str | None] = mapped_column(String(200))
    created: Mapped[datetime] = mapped_column(UtcDateTime)
    changed: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SessionRow(Base):
    """A browser that signed in."""

    __tablename__ = "user_sessions"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    user: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    started: Mapped[datetime] = mapped_column(UtcDateTime)
    seen: Mapped[datetime] = mapped_column(UtcDateTime)
    ended: Mapped[datetime | None] = mapped_column(UtcDateTime)


def by_login(session: Session, login: str) -> UserRow | None:
    """Return the account of a login name."""
    return session.scalar(select(UserRow).where(UserRow.login == login))


def count(session: Session) -> int:
    """Return how many accounts there are."""
    return session.scalar(select(func.count()).select_from(UserRow)) or 0


def accounts(session: Session) -> Sequence[tuple[UserRow, datetime | None]]:
    """Return all accounts with the last time each was seen, officers of the county first, then clerks by unit."""
    last = select(SessionRow.user, func.max(SessionRow.seen).label("seen")).group_by(SessionRow.user).subquery()
    rows = select(UserRow, last.c.seen).outerjoin(last, last.c.user == UserRow.id)
    found = session.execute(rows.order_by(UserRow.role == Role.UNIT.value, UserRow.login))
    return [(row, seen) for row, seen in found]


def signed_in(session: Session, key: str) -> tuple[SessionRow, UserRow] | None:
    """Return the open session of a key and its account, in one query."""
    joined = select(SessionRow, UserRow).join(UserRow, UserRow.id == SessionRow.user)
    row = session.execute(joined.where(SessionRow.key == key, SessionRow.ended.is_(None))).one_or_none()
    return None if row is None else (row[0], row[1])


def touch(session: Session, key: str, at: datetime) -> None:
    """Write down that a session was active."""
    session.execute(update(SessionRow).where(SessionRow.key == key).values(seen=at))


def end_sessions(session: Session, user: int, at: datetime) -> None:
    """End every open session of an account."""
    session.execute(update(SessionRow).where(SessionRow.user == user, SessionRow.ended.is_(None)).values(ended=at))
