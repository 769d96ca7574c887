"""What the gateway's page and its API read: a message's state, the log by search, the queue, what applications used.

Texts and whole numbers leave only for those who may see them: everybody else gets them masked here, before any page.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from applications.messages import numbers
from applications.messages.accept import Left, left
from applications.messages.config import Config, Sender

PAGE = 50
HIDDEN = "••••"


@dataclass(frozen=True)
class Message:
    """A message as it is shown; `text` is None when its time is over."""

    id: str
    sender: str
    number: str
    text: str | None
    parts: int
    created: float
    state: str
    said: str
    """what was said of the part that stands worst"""
    tries: int

    def masked(self) -> "Message":
        """Return it as somebody sees it who may not read it."""
        return replace(self, number=numbers.masked(self.number), text=None if self.text is None else HIDDEN)


@dataclass(frozen=True)
class Search:
    """What is looked for; what is empty does not count."""

    number: str = ""
    words: str = ""
    sender: str = ""
    state: str = ""
    begin: str = ""
    """first day, 2026-11-26"""
    end: str = ""
    before: float | None = None
    """messages older than this alone: the next page"""


@dataclass(frozen=True)
class Used:
    """An application with what it has left."""

    sender: Sender
    left: Left


_SHOWN = """
SELECT message.*, (SELECT max(tries) FROM part WHERE part.message = message.id) AS tries,
       (SELECT said FROM part WHERE part.message = message.id AND part.state = message.state LIMIT 1) AS said
FROM message
"""
_FOUND = f"""{_SHOWN} WHERE number LIKE '%' || :number || '%' AND (:words = '' OR instr(coalesce(text, ''), :words) > 0)
  AND :sender IN ('', sender) AND :state IN ('', state) AND day >= :begin AND (:end = '' OR day <= :end)
  AND created < coalesce(:before, 1e18) ORDER BY created DESC LIMIT {PAGE}"""


def one(connection: sqlite3.Connection, name: str) -> Message | None:
    """Return a message."""
    row = connection.execute(_SHOWN + "WHERE id = ?", (name,)).fetchone()
    return _message(row) if row else None


def found(connection: sqlite3.Connection, search: Search, clear: bool) -> Sequence[Message]:
    """Return a page of messages, newest first. Words are looked for only by who may read texts (`clear`)."""
    number = (numbers.normal(search.number) or search.number).replace("%", "").replace("_", "")
    values = {**asdict(search), "number": number, "words": search.words if clear else ""}
    rows = connection.execute(_FOUND, values)
    return [m if clear else m.masked() for m in map(_message, rows)]


def waiting(connection: sqlite3.Connection, clear: bool, most: int = 20) -> Sequence[Message]:
    """Return what waits or is in doubt, oldest first."""
    rows = connection.execute(
        f"{_SHOWN} WHERE state IN ('queued', 'sending', 'doubtful') ORDER BY created LIMIT ?", (most,)
    )
    return [m if clear else m.masked() for m in map(_message, rows)]


def counted(connection: sqlite3.Connection) -> dict[str, int]:
    """Return how many messages stand in each state."""
    return {
        row["state"]: row["n"] for row in connection.execute("SELECT state, count(*) AS n FROM message GROUP BY state")
    }


def used(connection: sqlite3.Connection, config: Config, now: float) -> Sequence[Used]:
    """Return every application with what it has left."""
    return [Used(sender, left(connection, config, sender, now)) for sender in config.senders]


def _message(row: sqlite3.Row) -> Message:
    return Message(
        row["id"], row["sender"], row["number"], row["text"], row["parts"], row["created"], row["state"],
        row["said"] or "", row["tries"] or 0,
    )  # fmt: skip
