"""Takes a message from an application, or says everything that is wrong with it. A repeated call is answered as before.

What is refused leaves no trace but in the service's log: nothing of it will be sent. What is taken is in the database
before the caller hears of it.
"""

import hashlib
import json
import secrets
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from unicodedata import category

from applications.messages import numbers, text
from applications.messages.config import Config, Sender
from applications.messages.store import QUEUED, Database

LONGEST_KEY = 100
UNSEEN = ("Cc", "Cs", "Co", "Cn")
"""categories of characters that no telephone shows: control, half a pair, private, unassigned"""
TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""what turns the direction of writing, by which a text can be made to read otherwise than it is"""


@dataclass(frozen=True)
class Wrong:
    """One thing that is wrong: the field, the message's name in the catalogue, and its values."""

    field: str
    message: str
    values: tuple[tuple[str, object], ...] = ()


class RefusedError(Exception):
    """A message that is not taken, with its HTTP status and everything that is wrong."""

    def __init__(self, status: int, wrong: Sequence[Wrong]) -> None:
        super().__init__(status, wrong)
        self.status, self.wrong = status, tuple(wrong)


@dataclass(frozen=True)
class Asked:
    """A message as it is asked for."""

    to: str
    text: str
    id: str = ""
    """the caller's: a call with the same one sends once"""
    valid_minutes: int | None = None


@dataclass(frozen=True)
class Taken:
    """A message that was taken, now or by an earlier call."""

    id: str
    repeated: bool


@dataclass(frozen=True)
class Left:
    """What an application has left, in parts."""

    day: int
    month: int


def day_of(config: Config, at: float) -> str:
    """Return the county's day of a moment."""
    return (datetime.fromtimestamp(at, UTC) + timedelta(minutes=config.utc_offset)).date().isoformat()


def left(connection: sqlite3.Connection, config: Config, sender: Sender, at: float) -> Left:
    """Return what an application may still send today and this month."""
    today = day_of(config, at)
    row = connection.execute(
        "SELECT coalesce(sum(parts) FILTER (WHERE day = ?), 0) AS day, coalesce(sum(parts), 0) AS month"
        " FROM message WHERE sender = ? AND day BETWEEN ? AND ?",
        (today, sender.id, f"{today[:7]}-01", f"{today[:7]}-31"),
    ).fetchone()
    return Left(sender.per_day - row["day"], sender.per_month - row["month"])


def accept(database: Database, config: Config, sender: Sender, asked: Asked, at: float) -> Taken:
    """Take a message into the queue. Raises RefusedError with everything that is wrong."""
    number, parts = _judged(config, sender, asked)
    digest = hashlib.sha256(json.dumps([number, asked.text]).encode()).hexdigest()
    with database.changing() as connection:
        if asked.id and (earlier := _earlier(connection, sender, asked.id, digest)):
            return Taken(earlier, True)
        _quotas(connection, config, sender, number, len(parts.texts), at)
        return Taken(_kept(connection, config, sender, asked, number, parts, digest, at), False)


def _judged(config: Config, sender: Sender, asked: Asked) -> tuple[str, text.Parts]:
    wrong = list[Wrong]()
    number = numbers.normal(asked.to)
    if number is None:
        wrong.append(Wrong("to", "no-number", (("found", asked.to[:40]),)))
    parts = _parts(config, sender, asked.text, wrong)
    if len(asked.id) > LONGEST_KEY or not asked.id.isprintable():
        wrong.append(Wrong("id", "bad-id", (("most", LONGEST_KEY),)))
    if asked.valid_minutes is not None and not 1 <= asked.valid_minutes <= config.valid_minutes:
        wrong.append(Wrong("valid_minutes", "bad-minutes", (("most", config.valid_minutes),)))
    if wrong or number is None or parts is None:
        raise RefusedError(400, wrong)
    inner = sender.allowed or config.allowed
    if not (numbers.permitted(number, config.allowed, config.refused) and numbers.permitted(number, inner)):
        raise RefusedError(403, [Wrong("to", "outside-rule", (("number", number),))])
    return number, parts


def _parts(config: Config, sender: Sender, given: str, wrong: list[Wrong]) -> text.Parts | None:
    hidden = [c for c in given if (category(c) in UNSEEN and c not in "\n\r") or c in TURNING]
    if not given.strip() or hidden:
        wrong.append(Wrong("text", "control-characters" if hidden else "empty"))
        return None
    try:
        parts = text.split(config.signature + given)
        count = len(parts.texts)
    except ValueError:
        parts, count = None, text.MOST + 1
    if count > sender.most_parts:
        wrong.append(Wrong("text", "too-long", (("parts", count), ("most", sender.most_parts))))
    return parts


def _earlier(connection: sqlite3.Connection, sender: Sender, given: str, digest: str) -> str | None:
    """Return the message of an earlier call with the same id. Raises RefusedError when that one was another."""
    row = connection.execute(
        "SELECT id, digest FROM message WHERE sender = ? AND given = ?", (sender.id, given)
    ).fetchone()
    if row is not None and row["digest"] != digest:
        raise RefusedError(409, [Wrong("id", "other-message", (("id", given),))])
    return str(row["id"]) if row else None


def _quotas(connection: sqlite3.Connection, config: Config, sender: Sender, number: str, count: int, at: float) -> None:
    have, wrong = left(connection, config, sender, at), list[Wrong]()
    if have.day < count:
        wrong.append(Wrong("quota", "day-full", (("most", sender.per_day), ("left", max(have.day, 0)))))
    if have.month < count:
        wrong.append(Wrong("quota", "month-full", (("most", sender.per_month), ("left", max(have.month, 0)))))
    (same,) = connection.execute(
        "SELECT count(*) FROM message WHERE number = ? AND day = ?", (number, day_of(config, at))
    ).fetchone()
    if same >= config.per_number_day:
        wrong.append(Wrong("to", "number-full", (("most", config.per_number_day),)))
    if wrong:
        raise RefusedError(429, wrong)
    (waiting,) = connection.execute("SELECT count(*) FROM part WHERE state = ?", (QUEUED,)).fetchone()
    if waiting + count > config.queue_most:
        raise RefusedError(503, [Wrong("queue", "queue-full", (("most", config.queue_most),))])


def _kept(
    connection: sqlite3.Connection, config: Config, sender: Sender, asked: Asked, number: str, parts: text.Parts,
    digest: str, at: float,
) -> str:  # fmt: skip
    before = connection.execute(
        "SELECT reference FROM message WHERE number = ? ORDER BY rowid DESC LIMIT 1", (number,)
    ).fetchone()
    reference = (before["reference"] + 1) % 256 if before else 0
    name = secrets.token_hex(12)
    expires = at + 60 * (asked.valid_minutes or config.valid_minutes)
    connection.execute(
        "INSERT INTO message VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (name, sender.id, asked.id or None, digest, number, asked.text, len(parts.texts), parts.coding, reference,
         at, expires, day_of(config, at), QUEUED, sender.urgent),
    )  # fmt: skip
    connection.executemany(
        "INSERT INTO part (message, number, text, state, due, changed) VALUES (?, ?, ?, ?, ?, ?)",
        [(name, number_, part, QUEUED, at, at) for number_, part in enumerate(parts.texts, 1)],
    )
    return name
