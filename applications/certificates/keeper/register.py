"""The register: certificates that were issued, keys of seals (encrypted), numbers that only grow, and the journal.

One SQLite file that the keeper alone opens. The journal is a chain: each line's hash takes in the one before it, and no
statement here changes or removes a line, so what was removed behind the keeper's back breaks the chain.
"""

import datetime as dt
import hashlib
import json
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509

from applications.certificates.authority.issue import Revoked
from applications.certificates.authority.names import Subject
from applications.certificates.authority.profiles import Kind
from applications.certificates.file import File

_TABLES = """
create table if not exists certificate (
  serial text primary key, kind text not null, name text not null, organisation text not null,
  identifier text not null, der blob not null, request text not null, issued text not null, until text not null,
  revoked text, reason text, key blob) strict;
create index if not exists by_identifier on certificate (kind, identifier);
create table if not exists number (name text primary key, value text not null) strict;
create table if not exists journal (
  id integer primary key, at text not null, actor text not null, action text not null, subject text not null,
  details text not null, hash text not null) strict;
"""
FIRST = "0" * 64
_ROW = "serial, kind, name, organisation, identifier, der, request, issued, until, revoked, reason"


@dataclass(frozen=True)
class Entry:
    """One issued certificate; `key` says whether the keeper has its private key (a seal's)."""

    serial: str
    subject: Subject
    der: bytes
    request: str
    issued: dt.datetime
    until: dt.datetime
    revoked: dt.datetime | None
    reason: str | None

    @property
    def certificate(self) -> x509.Certificate:
        """The certificate itself."""
        return x509.load_der_x509_certificate(self.der)


@dataclass(frozen=True)
class Line:
    """One line of the journal."""

    id: int
    at: str
    actor: str
    action: str
    subject: str
    details: str
    hash: str


def linked(before: str, at: str, actor: str, action: str, subject: str, details: str) -> str:
    """Return the hash of a line that stands after one with the hash `before`."""
    words = json.dumps([before, at, actor, action, subject, details], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(words.encode()).hexdigest()


class Register(File):
    """The file of the keeper; what it says is on the disk before anybody hears it."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, _TABLES)
        self._db.execute("pragma synchronous=full")

    def add(self, subject: Subject, certificate: x509.Certificate, der: bytes, request: str, key: bytes | None) -> str:
        """Enter a certificate; return its serial number as it is written everywhere (hexadecimal)."""
        serial = serial_text(certificate.serial_number)
        made, until = certificate.not_valid_before_utc.isoformat(), certificate.not_valid_after_utc.isoformat()
        words = (subject.kind.value, subject.name, subject.organisation, subject.identifier)
        with self._lock:
            self._db.execute(
                "insert into certificate (serial, kind, name, organisation, identifier, der, request, issued, until,"
                " key) values (?,?,?,?,?,?,?,?,?,?)",
                (serial, *words, der, request, made, until, key),
            )
        return serial

    def find(self, serial: str) -> Entry | None:
        """Return a certificate by its serial number."""
        with self._lock:
            row = self._db.execute(f"select {_ROW} from certificate where serial = ?", (serial,)).fetchone()  # noqa: S608
        return None if row is None else _entry(row)

    def of(self, kind: Kind | None = None, identifier: str = "") -> tuple[Entry, ...]:
        """Return certificates, the newest first: all, of a kind, or of one identifier."""
        query = f"select {_ROW} from certificate where (? = '' or kind = ?) and (? = '' or identifier = ?)"  # noqa: S608
        word = "" if kind is None else kind.value
        with self._lock:
            rows = self._db.execute(query + " order by issued desc, rowid desc", (word, word, identifier, identifier))
            return tuple(_entry(row) for row in rows.fetchall())

    def of_request(self, request: str) -> Entry | None:
        """Return what was issued for a request."""
        with self._lock:
            row = self._db.execute(f"select {_ROW} from certificate where request = ?", (request,)).fetchone()  # noqa: S608
        return None if row is None else _entry(row)

    def key(self, serial: str) -> bytes | None:
        """Return the encrypted private key of a seal's certificate."""
        with self._lock:
            row = self._db.execute("select key from certificate where serial = ?", (serial,)).fetchone()
        return None if row is None else row[0]

    def revoke(self, serial: str, at: dt.datetime, reason: str) -> None:
        """Mark a certificate as revoked; once is for ever."""
        with self._lock:
            self._db.execute(
                "update certificate set revoked = ?, reason = ? where serial = ? and revoked is null",
                (at.isoformat(), reason, serial),
            )

    def revoked(self) -> tuple[Revoked, ...]:
        """Return all revoked certificates, for the list."""
        with self._lock:
            rows = self._db.execute("select serial, revoked, reason from certificate where revoked is not null")
            return tuple(
                Revoked(int(serial, 16), dt.datetime.fromisoformat(at), x509.ReasonFlags[reason])
                for serial, at, reason in rows.fetchall()
            )

    def number(self, name: str) -> str:
        """Return a kept number or word, empty when there is none."""
        with self._lock:
            row = self._db.execute("select value from number where name = ?", (name,)).fetchone()
        return "" if row is None else str(row[0])

    def keep(self, name: str, value: str) -> None:
        """Keep a number or word."""
        with self._lock:
            self._db.execute("insert or replace into number values (?, ?)", (name, value))

    def note(self, at: dt.datetime, actor: str, action: str, subject: str, details: Mapping[str, str | int]) -> Line:
        """Write a line of the journal."""
        words = json.dumps(dict(details), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        with self.together():
            last = self._db.execute("select hash from journal order by id desc limit 1").fetchone()
            line = (at.isoformat(), actor, action, subject, words)
            digest = linked(FIRST if last is None else last[0], *line)
            made = self._db.execute("insert into journal values (null,?,?,?,?,?,?)", (*line, digest))
            return Line(int(made.lastrowid or 0), *line, digest)

    def lines(self, after: int = 0, limit: int = 500) -> tuple[Line, ...]:
        """Return lines of the journal after a number, oldest first."""
        with self._lock:
            rows = self._db.execute("select * from journal where id > ? order by id limit ?", (after, limit))
            return tuple(Line(*row) for row in rows.fetchall())

    def broken_at(self) -> int | None:
        """Return the number of the first line that does not follow from the one before it; None when all do."""
        before, expected = FIRST, 1
        for line in self._all():
            right = linked(before, line.at, line.actor, line.action, line.subject, line.details)
            if line.id != expected or line.hash != right:
                return line.id
            before, expected = line.hash, expected + 1
        return None

    def _all(self) -> Iterator[Line]:
        after = 0
        while lines := self.lines(after):
            yield from lines
            after = lines[-1].id

    def copy(self, target: Path) -> None:
        """Write a consistent copy of the file beside the running one, for a backup."""
        new = target.with_suffix(".new")
        new.unlink(missing_ok=True)
        with self._lock, sqlite3.connect(new) as other:
            self._db.backup(other)
        other.close()
        new.replace(target)

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._db.close()


def serial_text(serial: int) -> str:
    """Return a serial number as it is written everywhere."""
    return f"{serial:X}"


def _entry(row: tuple[str, str, str, str, str, bytes, str, str, str, str | None, str | None]) -> Entry:
    serial, kind, name, organisation, identifier, der, request, issued, until, revoked, reason = row
    when = None if revoked is None else dt.datetime.fromisoformat(revoked)
    subject = Subject(Kind(kind), name, organisation, identifier)
    made, end = dt.datetime.fromisoformat(issued), dt.datetime.fromisoformat(until)
    return Entry(serial, subject, der, request, made, end, when, reason)
