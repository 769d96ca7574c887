"""Gives waiting parts to Kannel: one thread, each part at most once unless Kannel certainly has it not.

A part is marked as under way in a transaction of its own before Kannel hears of it. Whatever was under way when the
service ended is in doubt at the next start, and after a restore everything that waited is: a person decides. While no
operator is online, parts wait here and not in Kannel, so that they go in fair order and expire in time. Each
application has its turn, urgent ones first, so that nobody's thousand greetings keep an alarm waiting.
"""

import json
import logging
import sqlite3
import threading
import time
from dataclasses import dataclass

from applications.messages import kannel
from applications.messages.config import Config, derived
from applications.messages.store import (
    ACCEPTED,
    AGAIN,
    DOUBTFUL,
    EXPIRED,
    QUEUED,
    REFUSED,
    SENDING,
    Database,
    settle,
)
from applications.messages.text import Parts

BACKOFF = (5, 15, 60, 300, 900)
"""seconds until a part that Kannel did not take is offered again; the last for ever, until it expires"""
LOOK = 3.0
"""seconds between two looks how the operators stand"""
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Due:
    """A part whose turn it is."""

    message: str
    number: int
    to: str
    text: str
    coding: int
    header: bytes
    tries: int
    minutes: int


class Sending:
    """The sending thread."""

    def __init__(self, config: Config, database: Database) -> None:
        self._config, self._database = config, database
        self._over = threading.Event()
        self._looked = 0.0
        self.standing = kannel.Standing(False)

    def start(self) -> None:
        """Settle what was under way when the service ended, and begin."""
        doubt(self._database, (SENDING,), "restart", time.time())
        threading.Thread(target=self._loop, name="sending", daemon=True).start()

    def stop(self) -> None:
        """End after the part that is under way."""
        self._over.set()

    def look(self, now: float) -> kannel.Standing:
        """Return how the operators stand, asked at most every LOOK seconds."""
        if now - self._looked >= LOOK:
            self.standing, self._looked = kannel.standing(self._config.kannel), now
        return self.standing

    def _loop(self) -> None:
        while not self._over.is_set():
            try:
                pause = 1 / self._config.per_second if self.step(time.time()) else 0.3
            except sqlite3.Error:
                _log.exception("the database")
                pause = 5.0
            self._over.wait(pause)

    def step(self, now: float) -> bool:
        """Send the part whose turn it is; return whether there was one."""
        expire(self._database, now)
        if not self.look(now).online:
            return False
        due = take(self._database, now)
        if due is None:
            return False
        state, said = self._give(due)
        keep(self._database, due, state, said, time.time())
        return True

    def _give(self, due: Due) -> tuple[str, str]:
        part = kannel.Part(
            due.to,
            due.text,
            due.coding,
            due.header,
            report_address(self._config, due),
            self._config.number,
            due.minutes,
        )
        try:
            return ACCEPTED, kannel.send(self._config.kannel, part)
        except kannel.NotTakenError as error:
            return REFUSED if error.forever else QUEUED, str(error)
        except kannel.InDoubtError as error:
            return DOUBTFUL, str(error)


def report_address(config: Config, due: Due) -> str:
    """Return the address at which Kannel tells of a part; its token is of this part alone."""
    token = report_token(config, due.message, due.number)
    return f"http://127.0.0.1:{config.port}/reports/{due.message}/{due.number}/{token}/%d"


def report_token(config: Config, message: str, number: int) -> str:
    """Return what proves that a report comes from our Kannel."""
    return derived(config.master, f"report:{message}:{number}")


_NEXT = """
SELECT part.message, part.number, part.tries, part.text, message.number AS recipient, message.sender, message.coding,
       message.parts, message.reference, message.expires
FROM part JOIN message ON message.id = part.message LEFT JOIN turn ON turn.sender = message.sender
WHERE part.state = 'queued' AND part.due <= ? AND part.text IS NOT NULL
ORDER BY message.urgent DESC, coalesce(turn.served, 0), message.rowid, part.number LIMIT 1
"""
_SERVED = """
INSERT INTO turn VALUES (?, 1 + (SELECT coalesce(max(served), 0) FROM turn))
ON CONFLICT (sender) DO UPDATE SET served = excluded.served
"""


def take(database: Database, now: float) -> Due | None:
    """Return the part whose turn it is, marked as under way; None when none waits."""
    with database.opened() as connection:
        if (
            connection.execute("SELECT 1 FROM part WHERE state = 'queued' AND due <= ? LIMIT 1", (now,)).fetchone()
            is None
        ):
            return None
    with database.changing() as connection:
        row = connection.execute(_NEXT, (now,)).fetchone()
        if row is None:
            return None
        key = (row["message"], row["number"])
        connection.execute(
            "UPDATE part SET state = 'sending', tries = tries + 1, changed = ? WHERE message = ? AND number = ?",
            (now, *key),
        )
        connection.execute(_SERVED, (row["sender"],))
        settle(connection, row["message"])
    header = Parts(row["coding"], ("",) * row["parts"]).header(row["reference"], row["number"])
    minutes = max(round((row["expires"] - now) / 60), 1)
    return Due(*key, row["recipient"], row["text"], row["coding"], header, row["tries"] + 1, minutes)


def keep(database: Database, due: Due, state: str, said: str, now: float) -> None:
    """Keep how it went, unless a report was quicker."""
    again = now + BACKOFF[min(due.tries, len(BACKOFF)) - 1]
    with database.changing() as connection:
        connection.execute(
            "UPDATE part SET state = ?, said = ?, due = ?, changed = ?"
            " WHERE message = ? AND number = ? AND state = 'sending'",
            (state, said[:200], again, now, due.message, due.number),
        )
        settled = settle(connection, due.message)
    if state != ACCEPTED:
        _log.warning("message %s part %s: %s, %s", due.message, due.number, settled, said)


def expire(database: Database, now: float) -> int:
    """End what waited too long; return how many parts that were."""
    words = "SELECT part.message FROM part JOIN message ON id = message WHERE part.state = ? AND expires <= ?"
    with database.opened() as connection:
        if connection.execute(words, (QUEUED, now)).fetchone() is None:
            return 0
    with database.changing() as connection:
        late = [row["message"] for row in connection.execute(words, (QUEUED, now))]
        for message in dict.fromkeys(late):
            connection.execute(
                "UPDATE part SET state = ?, changed = ? WHERE message = ? AND state = ?",
                (EXPIRED, now, message, QUEUED),
            )
            settle(connection, message)
    return len(late)


def doubt(database: Database, states: tuple[str, ...], why: str, now: float) -> int:
    """Put everything of some states in doubt; return how many parts that were."""
    which = json.dumps(states)
    with database.changing() as connection:
        rows = connection.execute(
            "SELECT message FROM part WHERE state IN (SELECT value FROM json_each(?))", (which,)
        ).fetchall()
        connection.execute(
            "UPDATE part SET state = ?, said = ?, changed = ? WHERE state IN (SELECT value FROM json_each(?))",
            (DOUBTFUL, why, now, which),
        )
        for message in {row["message"] for row in rows}:
            settle(connection, message)
    return len(rows)


def again(database: Database, message: str, person: str, now: float, valid: float) -> int:
    """Queue anew what of a message certainly failed or is in doubt, as a person decided; return how many parts.

    Parts that the operator has stay where they are: nobody gets half a text twice.
    """
    with database.changing() as connection:
        changed = connection.execute(
            "UPDATE part SET state = ?, due = ?, changed = ?, tries = 0, said = '' WHERE message = ?"
            " AND state IN (SELECT value FROM json_each(?)) AND text IS NOT NULL",
            (QUEUED, now, now, message, json.dumps(AGAIN)),
        ).rowcount
        if changed:
            connection.execute("UPDATE message SET expires = ? WHERE id = ?", (now + valid, message))
            connection.execute("INSERT INTO act VALUES (?, ?, 'again', ?)", (now, person, message))
            settle(connection, message)
    return changed
