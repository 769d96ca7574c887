"""What the server remembers: venues, people, meetings, who is invited and seated, what happened. One SQLite file.

Janus keeps nothing: a room that it lost is made again from here. One process writes; every call takes the lock, and
what belongs together is written in one transaction (`with store.change() as db`).
"""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

SCHEMA = """
create table if not exists venue (
  id text primary key, name text not null, name_en text not null, hall integer not null default 0,
  contact text not null default '', telephone text not null default '',
  up_kbps integer not null default 512, down_kbps integer not null default 2048);
create table if not exists person (
  login text primary key, name text not null, venue text not null default '', organiser integer not null default 0,
  salt blob not null, hash blob not null);
create table if not exists meeting (
  number text primary key, title text not null, begins text not null, ends text not null, hall text not null,
  chair text not null, admit integer not null default 0, note text not null default '',
  state text not null default 'booked', layout text not null default 'speaker', floor text not null default '',
  discussing integer not null default 0, recording text not null default '',
  secret text not null, opened text not null default '', ended text not null default '');
create table if not exists invitation (
  meeting text not null, venue text not null, code text not null,
  primary key (meeting, venue));
create table if not exists seat (
  id text primary key, cookie text not null unique, meeting text not null, venue text not null, label text not null,
  role text not null, state text not null, feed integer not null, token text not null default '',
  token_ends real not null default 0, muted integer not null default 1, dark integer not null default 0,
  hand real not null default 0, seen real not null default 0, address text not null default '',
  report text not null default '');
create table if not exists notice (
  id integer primary key, meeting text not null, venue text not null, telephone text not null, words text not null,
  state text not null default 'waiting', tries integer not null default 0, due real not null default 0,
  at text not null default '');
create table if not exists feed (feed integer primary key, seat text not null);
create index if not exists seat_meeting on seat (meeting, state);
create table if not exists event (
  at text not null, meeting text not null, who text not null, what text not null, detail text not null default '');
create table if not exists recording (
  id text primary key, meeting text not null, begun text not null, stopped text not null default '',
  state text not null default 'running', bytes integer not null default 0, words text not null default '');
create table if not exists track (
  recording text not null, file text not null, venue text not null, offset_ms integer not null default 0,
  seconds real not null default 0, primary key (recording, file));
"""


class Store:
    """The server's memory. Rows are sqlite3.Row; times are ISO texts of UTC, those that only count are seconds."""

    def __init__(self, path: Path) -> None:
        """Open the file, making it when it is missing."""
        self._lock = threading.RLock()
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        self._db.execute("pragma journal_mode = wal")
        self._db.executescript(SCHEMA)

    @contextmanager
    def change(self) -> Iterator[sqlite3.Connection]:
        """Give the connection for one transaction; what raises is taken back."""
        with self._lock:
            if self._db.in_transaction:
                yield self._db
                return
            self._db.execute("begin immediate")
            try:
                yield self._db
            except BaseException:
                self._db.execute("rollback")
                raise
            self._db.execute("commit")

    def rows(self, query: str, *values: object) -> list[sqlite3.Row]:
        """Return what a query finds."""
        with self._lock:
            return self._db.execute(query, values).fetchall()

    def row(self, query: str, *values: object) -> sqlite3.Row | None:
        """Return the first row that a query finds."""
        return next(iter(self.rows(query, *values)), None)

    def run(self, statement: str, *values: object) -> int:
        """Carry out one statement; return how many rows it changed."""
        with self.change() as db:
            return db.execute(statement, values).rowcount

    def many(self, statement: str, values: Sequence[Sequence[object]]) -> None:
        """Carry out one statement for each row of values."""
        with self.change() as db:
            db.executemany(statement, values)

    def copy(self, target: Path) -> None:
        """Write a consistent copy of the database into a new file, while it is in use."""
        target.unlink(missing_ok=True)
        with self._lock, sqlite3.connect(target) as other:
            self._db.backup(other)
        other.close()

    def close(self) -> None:
        """Close the file."""
        self._db.close()
