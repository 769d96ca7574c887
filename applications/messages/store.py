"""The gateway's database: messages, their parts and what people did with them, in one SQLite file.

Every change is one transaction that holds the write lock from its first read (BEGIN IMMEDIATE), so that a quota cannot
be overdrawn by two calls at once. A connection belongs to one thread for one transaction. Times are seconds since 1970.

The service keeps one connection besides for as long as it runs (`kept`). SQLite takes the files beside a database away
with its last connection, and the next one makes them anew: made by root (a backup, a person who looks), they are root's
for an instant in which the service cannot open them. 30 of 4,300 transactions failed so, and what they were to keep was
lost, a report of Kannel's too.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

QUEUED, SENDING, ACCEPTED, SENT = "queued", "sending", "accepted", "sent"
DELIVERED, UNDELIVERED, REFUSED, EXPIRED, DOUBTFUL = "delivered", "undelivered", "refused", "expired", "doubtful"
WORST = (REFUSED, UNDELIVERED, EXPIRED, DOUBTFUL, QUEUED, SENDING, ACCEPTED, SENT, DELIVERED)
"""a message stands where the first of these of its parts stands"""
AGAIN = (DOUBTFUL, REFUSED, UNDELIVERED, EXPIRED)
"""what a person may have sent again"""
STATES = (QUEUED, SENDING, ACCEPTED, SENT, DELIVERED, UNDELIVERED, REFUSED, EXPIRED, DOUBTFUL)

_SCHEMA = """
CREATE TABLE IF NOT EXISTS message (
  id TEXT PRIMARY KEY, sender TEXT NOT NULL, given TEXT, digest TEXT NOT NULL, number TEXT NOT NULL, text TEXT,
  parts INTEGER NOT NULL, coding INTEGER NOT NULL, reference INTEGER NOT NULL, created REAL NOT NULL,
  expires REAL NOT NULL, day TEXT NOT NULL, state TEXT NOT NULL, urgent INTEGER NOT NULL,
  UNIQUE (sender, given));
CREATE INDEX IF NOT EXISTS message_day ON message (sender, day);
CREATE INDEX IF NOT EXISTS message_number ON message (number, day);
CREATE INDEX IF NOT EXISTS message_created ON message (created);
CREATE TABLE IF NOT EXISTS part (
  message TEXT NOT NULL REFERENCES message (id) ON DELETE CASCADE, number INTEGER NOT NULL, text TEXT,
  state TEXT NOT NULL, due REAL NOT NULL, tries INTEGER NOT NULL DEFAULT 0, said TEXT NOT NULL DEFAULT '',
  changed REAL NOT NULL, PRIMARY KEY (message, number)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS part_waiting ON part (state, due);
CREATE TABLE IF NOT EXISTS act (at REAL NOT NULL, person TEXT NOT NULL, what TEXT NOT NULL, message TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS turn (sender TEXT PRIMARY KEY, served INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS act_message ON act (message);
"""


@dataclass(frozen=True)
class Database:
    """Where the database is."""

    file: Path

    def make(self) -> None:
        """Make what is missing; the file is nobody else's to read."""
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.touch(mode=0o600)
        with self.opened() as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.executescript(_SCHEMA)

    @contextmanager
    def opened(self) -> Iterator[sqlite3.Connection]:
        """Yield a connection for this thread, closed at the end."""
        connection = sqlite3.connect(self.file, timeout=30, isolation_level=None)
        try:
            connection.row_factory = sqlite3.Row
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA secure_delete = ON")
            yield connection
        finally:
            connection.close()

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Have the files beside the database stay as they are until the end, whoever else opens it meanwhile."""
        with self.opened() as connection:
            connection.execute("SELECT count(*) FROM turn").fetchone()
            yield

    @contextmanager
    def changing(self) -> Iterator[sqlite3.Connection]:
        """Yield a connection within one transaction, which an exception undoes."""
        with self.opened() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")


def settle(connection: sqlite3.Connection, message: str) -> str:
    """Have a message stand where its parts stand; return its state."""
    states = {row["state"] for row in connection.execute("SELECT state FROM part WHERE message = ?", (message,))}
    state = next(state for state in WORST if state in states)
    connection.execute("UPDATE message SET state = ? WHERE id = ?", (state, message))
    return state
