"""The web process's own data: people, their sessions, requests for certificates, who may use a seal, codes of sign-on.

One SQLite file. What was issued or revoked is not here but in the keeper's register.
"""

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from applications.certificates.file import File

Row = sqlite3.Row
_TABLES = """
create table if not exists person (
  login text primary key, name text not null, unit text not null, role text not null, password text,
  must_change integer not null, active integer not null, created text not null) strict;
create table if not exists session (
  key text primary key, login text not null, started text not null, seen text not null, how text not null) strict;
create table if not exists request (
  id text primary key, kind text not null, name text not null, organisation text not null, identifier text not null,
  csr text not null, requester text not null, asked text not null, why text not null, state text not null,
  decided_by text, decided text, reason text, serial text, renews text) strict;
create table if not exists seal_user (code text not null, login text not null, primary key (code, login)) strict;
create table if not exists code (
  key text primary key, client text not null, login text not null, redirect text not null, scope text not null,
  nonce text, challenge text not null, how text not null, made integer not null) strict;
create table if not exists token (
  key text primary key, client text not null, login text not null, scope text not null, until integer not null) strict;
create table if not exists code_session (key text primary key, sid text not null, made integer not null) strict;
create table if not exists entered (
  sid text not null, login text not null, client text not null, at integer not null, primary key (sid, client)) strict;
"""


class Store(File):
    """The file; statements come from the services, one at a time or several together."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, _TABLES)
        self._db.row_factory = sqlite3.Row

    def all(self, statement: str, *values: str | int | None) -> Sequence[Row]:
        """Return the rows of a query."""
        with self._lock:
            return self._db.execute(statement, values).fetchall()

    def one(self, statement: str, *values: str | int | None) -> Row | None:
        """Return the first row of a query."""
        rows = self.all(statement, *values)
        return rows[0] if rows else None

    def do(self, statement: str, *values: str | int | None) -> int:
        """Change something; return how many rows were."""
        with self._lock:
            return self._db.execute(statement, values).rowcount

    def copy(self, target: Path) -> None:
        """Write a consistent copy of the file, for a backup."""
        new = target.with_suffix(".new")
        new.unlink(missing_ok=True)
        with self._lock:
            other = sqlite3.connect(new)
            self._db.backup(other)
            other.close()
        new.replace(target)
