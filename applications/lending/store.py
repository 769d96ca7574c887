"""The things of a department and their loans, in one SQLite file.

Invariants, kept by the database itself: a thing is out at most once at a time; a loan is returned once, not before it
was lent. Nothing is ever deleted: a thing that is given up stays with its history.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

SCHEMA = """
CREATE TABLE IF NOT EXISTS thing (
  number TEXT PRIMARY KEY CHECK (number <> ''), name TEXT NOT NULL CHECK (name <> ''),
  kind TEXT NOT NULL, note TEXT NOT NULL DEFAULT '', kept INTEGER NOT NULL DEFAULT 1) STRICT;
CREATE TABLE IF NOT EXISTS loan (
  id INTEGER PRIMARY KEY, thing TEXT NOT NULL REFERENCES thing, person TEXT NOT NULL CHECK (person <> ''),
  unit TEXT NOT NULL CHECK (unit <> ''), telephone TEXT NOT NULL DEFAULT '', purpose TEXT NOT NULL DEFAULT '',
  lent TEXT NOT NULL, due TEXT NOT NULL, returned TEXT, state TEXT NOT NULL DEFAULT '',
  CHECK (due >= substr(lent, 1, 10)), CHECK (returned IS NULL OR returned >= lent)) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS out_once ON loan (thing) WHERE returned IS NULL;
CREATE INDEX IF NOT EXISTS loan_of ON loan (thing, lent);
"""
KINDS = ("terminal", "projector", "camera", "vehicle", "room", "other")


class Refused(Exception):
    """What was asked for cannot be; `word` is the key of the reason in the texts."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


@dataclass(frozen=True)
class Loan:
    """One loan; `returned` is empty while the thing is out."""

    id: int
    thing: str
    name: str
    person: str
    unit: str
    telephone: str
    purpose: str
    lent: str
    due: str
    returned: str
    state: str

    def overdue(self, today: date) -> bool:
        """Whether it should be back by now."""
        return not self.returned and self.due < today.isoformat()


class Borrower(NamedTuple):
    """Who borrows, and what for."""

    person: str
    unit: str
    telephone: str = ""
    purpose: str = ""


@dataclass(frozen=True)
class Thing:
    """One thing, with the loan that it is out by."""

    number: str
    name: str
    kind: str
    note: str
    kept: bool
    loan: Loan | None = None


_LOAN = """SELECT loan.id, thing, thing.name, person, unit, telephone, purpose, lent, due, coalesce(returned, ''), state
  FROM loan JOIN thing ON thing.number = loan.thing """

_LENT = "INSERT INTO loan (thing, person, unit, telephone, purpose, lent, due) VALUES (?, ?, ?, ?, ?, ?, ?)"


class Store:
    """The file."""

    def __init__(self, file: Path) -> None:
        self._file = file
        with self._open() as db:
            db.execute("PRAGMA journal_mode = WAL")
            db.executescript(SCHEMA)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        db = sqlite3.connect(self._file, timeout=20)
        try:
            db.execute("PRAGMA foreign_keys = ON")
            with db:
                yield db
        finally:
            db.close()

    def add(self, number: str, name: str, kind: str, note: str) -> None:
        """Add a thing. Raises Refused for a number that is there, an empty one, an unknown kind."""
        if kind not in KINDS:
            raise Refused("kind-unknown")
        if not number or not name:
            raise Refused("thing-empty")
        try:
            with self._open() as db:
                db.execute(
                    "INSERT INTO thing (number, name, kind, note) VALUES (?, ?, ?, ?)", (number, name, kind, note)
                )
        except sqlite3.IntegrityError as error:
            raise Refused("number-taken") from error

    def give_up(self, number: str) -> None:
        """Take a thing out of what is lent. Raises Refused while it is out."""
        with self._open() as db:
            if db.execute("SELECT 1 FROM loan WHERE thing = ? AND returned IS NULL", (number,)).fetchone():
                raise Refused("is-out")
            db.execute("UPDATE thing SET kept = 0 WHERE number = ?", (number,))

    def lend(self, number: str, who: Borrower, due: str, now: datetime) -> int:
        """Lend a thing; return the loan's number. Raises Refused when it is out, given up, or the day is none."""
        if not who.person or not who.unit:
            raise Refused("person-empty")
        if not _is_day(due) or due < now.date().isoformat():
            raise Refused("day-wrong")
        with self._open() as db:
            if not db.execute("SELECT 1 FROM thing WHERE number = ? AND kept", (number,)).fetchone():
                raise Refused("thing-unknown")
            values = (number, *who, now.isoformat(timespec="seconds"), due)
            try:
                row = db.execute(
                    _LENT,
                    values,
                )
            except sqlite3.IntegrityError as error:
                raise Refused("is-out") from error
            return int(row.lastrowid or 0)

    def take_back(self, loan: int, state: str, now: datetime) -> None:
        """Note that a thing is back, and in which state. Raises Refused when it was back already."""
        with self._open() as db:
            done = db.execute(
                "UPDATE loan SET returned = ?, state = ? WHERE id = ? AND returned IS NULL",
                (now.isoformat(timespec="seconds"), state, loan),
            )
            if done.rowcount != 1:
                raise Refused("is-back")

    def things(self) -> tuple[Thing, ...]:
        """Return what is lent, by number, each with the loan that it is out by."""
        with self._open() as db:
            out = {row[1]: Loan(*row) for row in db.execute(_LOAN + "WHERE returned IS NULL")}
            rows = db.execute("SELECT number, name, kind, note, kept FROM thing WHERE kept ORDER BY number").fetchall()
        return tuple(
            Thing(number, name, kind, note, bool(kept), out.get(number)) for number, name, kind, note, kept in rows
        )

    def loans(self, number: str = "", limit: int = 500) -> tuple[Loan, ...]:
        """Return loans, of one thing or of all, the newest first."""
        where, values = ("WHERE thing = ? ", [number]) if number else ("", [])
        with self._open() as db:
            rows = db.execute(_LOAN + where + "ORDER BY loan.id DESC LIMIT ?", [*values, limit]).fetchall()
        return tuple(Loan(*row) for row in rows)


def overdue(things: Sequence[Thing], today: date) -> tuple[Loan, ...]:
    """Return the loans that should be back, those longest over first."""
    found = [thing.loan for thing in things if thing.loan and thing.loan.overdue(today)]
    return tuple(sorted(found, key=lambda loan: loan.due))


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
