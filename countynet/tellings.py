"""The seam between what happens in one room and the people whom another room can reach.

The room of playbooks knows whom an emergency needs and when; the room of monitoring knows how people are reached: mail,
webhooks, short messages. They stand on one floor and do not import each other, so what is to be told is written here,
in the transaction of what happened, and whoever can tell it reads it. What is written here waits for no quiet hours.

A recipient is a name of the county's notices, or `unit:` and a unit's id: whoever speaks for it. Whether a name is
known says `names`, by the entry points `countynet.recipients`. The same thing is told to nobody twice: the database
refuses a second row of one key and recipient.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from sqlalchemy import JSON as Json
from sqlalchemy import Index, String, Text, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from countynet.canonical import JSON
from countynet.db import Base, UtcDateTime
from countynet.i18n import language, translate
from countynet.rooms import registered

GROUP = "countynet.recipients"
UNIT = "unit:"
WAITING = "queued"
"""the state in which a telling is written; what follows is the teller's"""


class Telling(Base):
    """One thing that one recipient is told."""

    __tablename__ = "telling"

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(String(80), index=True)
    """what it is about, such as emergency:3"""
    key: Mapped[str] = mapped_column(String(160))
    recipient: Mapped[str] = mapped_column(String(80))
    message: Mapped[str] = mapped_column(Text)
    """a message id"""
    values: Mapped[dict[str, Any]] = mapped_column(Json)
    """a value in several languages is a mapping of them, or a message (`countynet.i18n.translate`)"""
    state: Mapped[str] = mapped_column(String(16))
    created: Mapped[datetime] = mapped_column(UtcDateTime)
    due: Mapped[datetime] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    tried: Mapped[datetime | None] = mapped_column(UtcDateTime)
    said: Mapped[str] = mapped_column(String(300), default="")

    __table_args__ = (UniqueConstraint("key", "recipient"), Index("telling_due", "state", "due"))

    @property
    def text(self) -> str:
        """What is told, in the language of the context."""
        return translate(self.message, **{name: _said(value) for name, value in self.values.items()})


def _said(value: Any) -> Any:
    """Return a value in the language of the context where it is in several; a message is translated as it is put in."""
    if not isinstance(value, dict) or "message" in value:
        return value
    return value.get(language(), next(iter(value.values()), ""))


def tell(
    session: Session, subject: str, key: str, to: Iterable[str], message: str, values: Mapping[str, JSON], now: datetime
) -> int:
    """Have people told, each who was not told of this key; return how many are new."""
    known = set(session.scalars(select(Telling.recipient).where(Telling.key == key)))
    new = [name for name in dict.fromkeys(to) if name not in known]
    for name in new:
        session.add(
            Telling(
                subject=subject, key=key, recipient=name, message=message, values=dict(values), state=WAITING,
                created=now, due=now, said="",
            )
        )  # fmt: skip
    return len(new)


def keys(session: Session, subject: str) -> set[tuple[str, str]]:
    """Return what was told about something: key and recipient."""
    return {(row.key, row.recipient) for row in of(session, subject)}


def of(session: Session, subject: str) -> Sequence[Telling]:
    """Return what is and was told about something, oldest first."""
    return session.scalars(select(Telling).where(Telling.subject == subject).order_by(Telling.id)).all()


def due(session: Session, now: datetime) -> Sequence[Telling]:
    """Return what is to be told now, oldest first."""
    chosen = select(Telling).where(Telling.state == WAITING, Telling.due <= now)
    return session.scalars(chosen.order_by(Telling.id)).all()


def names(county: Path) -> frozenset[str] | None:
    """Return the recipients that the county's notices know; None where no installed room tells anybody.

    Raises BadInput for a file that is wrong.
    """
    entry = next(iter(registered(GROUP)), None)
    if entry is None:
        return None
    return cast("Callable[[Path], frozenset[str]]", entry.load())(county)
