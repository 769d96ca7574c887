"""The SQL of tokens. A token is stored as the SHA-256 of its secret, which has 256 bits of its own: a copy of the
database opens nothing, and a slow hash would only slow us. A token is never deleted, only taken back."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, String, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from countynet.db import Base, UtcDateTime


class TokenRow(Base):
    """A token."""

    evented = True
    __tablename__ = "api_token"
    __table_args__ = (CheckConstraint("(role = 'unit') = (unit IS NOT NULL)", name="token_of_a_unit_has_unit"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(30), unique=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    role: Mapped[str] = mapped_column(String(16))
    unit: Mapped[str | None] = mapped_column(String(32))
    organisation: Mapped[str] = mapped_column(String(80))
    scopes: Mapped[list[str]] = mapped_column(JSON)
    created: Mapped[datetime] = mapped_column(UtcDateTime)
    author: Mapped[str] = mapped_column(String(40))
    expires: Mapped[datetime] = mapped_column(UtcDateTime)
    used: Mapped[datetime | None] = mapped_column(UtcDateTime)
    revoked: Mapped[datetime | None] = mapped_column(UtcDateTime)


def by_key(session: Session, key: str) -> TokenRow | None:
    """Return the token of a hashed secret."""
    return session.scalar(select(TokenRow).where(TokenRow.key == key))


def by_name(session: Session, name: str) -> TokenRow | None:
    """Return a token by name."""
    return session.scalar(select(TokenRow).where(TokenRow.name == name))


def everything(session: Session) -> Sequence[TokenRow]:
    """Return all tokens by name."""
    return session.scalars(select(TokenRow).order_by(TokenRow.name)).all()


def touch(session: Session, token: int, at: datetime) -> None:
    """Write down that a token was used."""
    session.execute(update(TokenRow).where(TokenRow.id == token).values(used=at))
