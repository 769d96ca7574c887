"""What was answered to an Idempotency-Key: the same request again gets the same answer and does nothing.

The answer is kept in the transaction that did the work (`countynet.db.together`): a process that is killed has done
both or neither, and of two equal requests at once the second waits for the first one's answer. Only what was done is
kept; a request that was refused did nothing and may be repeated. Kept for DAYS, for each token by itself.

Source: draft-ietf-httpapi-idempotency-key-header.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, Index, String, Text, delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from countynet import clock
from countynet.db import Base, UtcDateTime
from countynet.i18n import _
from dashboard.api.declare import RefusedError

DAYS = 7
LONGEST = 200
"""characters of a key"""


class KeptAnswer(Base):
    """An answer by token and key."""

    __tablename__ = "api_answer"
    __table_args__ = (Index("api_answer_at", "at"),)

    token: Mapped[int] = mapped_column(ForeignKey("api_token.id"), primary_key=True)
    key: Mapped[str] = mapped_column(String(LONGEST), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    status: Mapped[int]
    headers: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True)
class Written:
    """An answer as it goes out."""

    status: int
    headers: Mapping[str, str]
    body: str


def digest(method: str, path: str, body: bytes) -> str:
    """Return what makes a request the same: method, address and the bytes of its body."""
    return hashlib.sha256(b"\0".join((method.encode(), path.encode(), body))).hexdigest()


def once(session: Session, token: int, key: str, asked: str, act: Callable[[], Written]) -> Written:
    """Return what was answered before, else act and keep the answer. Raises RefusedError for a key of another request.

    `session` is a transaction that the work is part of; `asked` is the request's digest.
    """
    if not key:
        return act()
    found = session.get(KeptAnswer, (token, key))
    if found is None:
        written = act()
        now = clock.now()
        session.execute(delete(KeptAnswer).where(KeptAnswer.at < now - timedelta(days=DAYS)))
        headers = json.dumps(dict(written.headers))
        session.add(
            KeptAnswer(
                token=token, key=key, digest=asked, status=written.status, headers=headers, body=written.body, at=now
            )
        )
        return written
    if found.digest != asked:
        raise RefusedError(422, "key-used", _("this Idempotency-Key was used for another request"))
    return Written(found.status, {**json.loads(found.headers), "Idempotency-Replayed": "true"}, found.body)
