"""The sessions of the gate: one SQLite file, tokens as digests.

Half an hour without a request, or twelve hours, end one.
Not in the cookie, so that signing out, and the sign-on's word that somebody signed out there, end it at once.
"""

import hashlib
import secrets
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

from applications.gate.allowed import Person

IDLE, LONGEST = 30 * 60, 12 * 3600
WRITTEN = 30
"""seconds between two notes that a session is in use"""
_TABLES = """
create table if not exists session (
  key text primary key, sid text not null, login text not null, name text not null, unit text not null,
  role text not null, started real not null, seen real not null) strict;
create table if not exists told (key text primary key, until real not null) strict;
"""


class Sessions:
    """The file."""

    def __init__(self, path: Path, now: Callable[[], float]) -> None:
        """Open the file, with what it lacks. Raises sqlite3.Error for what is no such file."""
        self._now, self._lock = now, threading.Lock()
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.execute("pragma journal_mode=wal")
        self._db.executescript(_TABLES)

    def begin(self, person: Person, sid: str) -> str:
        """Return the token of a new session; `sid` is the sign-on's name of the one that it comes from."""
        token, at = secrets.token_urlsafe(32), self._now()
        with self._lock:
            self._db.execute("delete from session where started < ? or seen < ?", (at - LONGEST, at - IDLE))
            row = (_key(token), sid, person.login, person.name, person.unit, person.role, at, at)
            self._db.execute("insert into session values (?,?,?,?,?,?,?,?)", row)
        return token

    def find(self, token: str) -> Person | None:
        """Return whose session this is, while it is good."""
        at = self._now()
        with self._lock:
            query = "select login, name, unit, role, started, seen from session where key = ?"
            row = self._db.execute(query, (_key(token),)).fetchone()
            if row is None or at - row[4] > LONGEST or at - row[5] > IDLE:
                return None
            if at - row[5] > WRITTEN:
                self._db.execute("update session set seen = ? where key = ?", (at, _key(token)))
        return Person(*row[:4])

    def end(self, token: str) -> None:
        """End one session."""
        with self._lock:
            self._db.execute("delete from session where key = ?", (_key(token),))

    def end_told(self, sid: str, login: str, word: str) -> bool:
        """End what the sign-on says has ended: one session, or all of somebody; False for a word heard before."""
        at = self._now()
        with self._lock:
            self._db.execute("delete from told where until < ?", (at,))
            added = self._db.execute("insert or ignore into told values (?, ?)", (_key(word), at + LONGEST))
            if added.rowcount == 0:
                return False
            self._db.execute("delete from session where sid = ? or (? = '' and login = ?)", (sid, sid, login))
        return True


def _key(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
