"""Who exists, what they may do, and how they prove who they are: a password (argon2) or a certificate.

One role each, so that whoever keeps the accounts approves nothing and whoever approves keeps no accounts (三员分立):
`person` asks and seals, `officer` approves and revokes, `admin` keeps the people, `auditor` reads the journal.
"""

import datetime as dt
import hashlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from applications.certificates.authority.names import LOGIN
from applications.certificates.problems import Refused
from applications.certificates.web.store import Row, Store

IDLE, LONGEST = dt.timedelta(minutes=30), dt.timedelta(hours=12)
SHORTEST = 10
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


class Role(Enum):
    """What somebody may do; one each."""

    PERSON = "person"
    OFFICER = "officer"
    ADMIN = "admin"
    AUDITOR = "auditor"


@dataclass(frozen=True)
class Person:
    """Somebody of the county. `how` says how they signed in: `password` or `certificate`."""

    login: str
    name: str
    unit: str
    role: Role
    must_change: bool
    active: bool
    how: str = ""


def fingerprint(token: str) -> str:
    """Return what is stored of a secret token."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_password() -> str:
    """Return a password that can be read aloud, of about 79 bits."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))


class People:
    """The accounts."""

    def __init__(self, store: Store, now: Callable[[], dt.datetime], units: Sequence[str]) -> None:
        self._store, self._now, self.units = store, now, tuple(units)
        self._hasher = PasswordHasher()
        self._nobody = self._hasher.hash(secrets.token_hex())

    def add(self, login: str, name: str, unit: str, role: str, password: str) -> None:
        """Make an account; its password has to be changed at the first sign-in. Raises Refused."""
        self._check(login, name, unit, role)
        hashed, at = self._hasher.hash(password), self._now().isoformat()
        with self._store.together():
            if self._store.one("select 1 from person where login = ?", login) is not None:
                raise Refused("There is an account with this login already: {words}", words=login)
            self._store.do("insert into person values (?,?,?,?,?,1,1,?)", login, name, unit, role, hashed, at)

    def _check(self, login: str, name: str, unit: str, role: str) -> None:
        if not LOGIN.fullmatch(login):
            raise Refused("This is not a login: {words}", words=login[:80])
        if not 1 <= len(name) <= 64 or not name.isprintable() or name != name.strip():
            raise Refused("A name has 1 to 64 printable characters: {words}", words=name[:80])
        if unit not in self.units:
            raise Refused("There is no such unit: {words}", words=unit[:80])
        if role not in {known.value for known in Role}:
            raise Refused("There is no such role: {words}", words=role[:40])

    def find(self, login: str) -> Person | None:
        """Return an account."""
        row = self._store.one("select * from person where login = ?", login)
        return None if row is None else _person(row)

    def all(self) -> tuple[Person, ...]:
        """Return everybody, by unit."""
        return tuple(_person(row) for row in self._store.all("select * from person order by unit, login"))

    def reset(self, login: str) -> str:
        """Return a new password for somebody, who has to change it; their sessions end."""
        text = new_password()
        self._set(login, text, must_change=True)
        return text

    def set_active(self, login: str, active: bool) -> None:
        """Close an account, or open it again; closed, its sessions end."""
        with self._store.together():
            if not self._store.do("update person set active = ? where login = ?", int(active), login):
                raise Refused("There is no account {words}.", words=login[:40])
            if not active:
                self._store.do("delete from session where login = ?", login)

    def change(self, login: str, old: str, new: str) -> None:
        """Change one's own password. Raises Refused."""
        row = self._store.one("select password from person where login = ?", login)
        if not self._right(None if row is None else row["password"], old):
            raise Refused("The old password is wrong.")
        if len(new) < SHORTEST or new == old:
            raise Refused("The new password has at least {least} characters and is not the old one.", least=SHORTEST)
        self._set(login, new, must_change=False)

    def _set(self, login: str, password: str, must_change: bool) -> None:
        hashed = self._hasher.hash(password)
        with self._store.together():
            done = self._store.do(
                "update person set password = ?, must_change = ? where login = ?", hashed, int(must_change), login
            )
            if not done:
                raise Refused("There is no account {words}.", words=login[:40])
            self._store.do("delete from session where login = ?", login)

    def _right(self, stored: str | None, given: str) -> bool:
        try:
            return self._hasher.verify(stored or self._nobody, given[:512]) and stored is not None
        except (Argon2Error, InvalidHashError):
            return False

    def by_password(self, login: str, password: str) -> Person | None:
        """Return who this is, or None; a login that does not exist takes as long as a wrong password."""
        row = self._store.one("select * from person where login = ?", login)
        right = self._right(None if row is None else row["password"], password)
        return _person(row) if right and row is not None and row["active"] else None

    def open_session(self, person: Person, how: str) -> str:
        """Return the token of a new session."""
        token, at = secrets.token_urlsafe(32), self._now()
        self._store.do("delete from session where started < ?", (at - LONGEST).isoformat())
        values = (fingerprint(token), person.login, at.isoformat(), at.isoformat(), how)
        self._store.do("insert into session values (?,?,?,?,?)", *values)
        return token

    def of_session(self, token: str) -> Person | None:
        """Return whose session this is, while it is good."""
        query = "select p.*, s.how, s.started, s.seen from session s join person p using (login) where s.key = ?"
        row = self._store.one(query, fingerprint(token))
        if row is None or not row["active"]:
            return None
        at = self._now()
        if (
            at - dt.datetime.fromisoformat(row["seen"]) > IDLE
            or at - dt.datetime.fromisoformat(row["started"]) > LONGEST
        ):
            return None
        self._store.do("update session set seen = ? where key = ?", at.isoformat(), fingerprint(token))
        return _person(row, row["how"])

    def close_session(self, token: str) -> None:
        """End a session."""
        self._store.do("delete from session where key = ?", fingerprint(token))


def _person(row: Row, how: str = "") -> Person:
    role, must, active = Role(row["role"]), bool(row["must_change"]), bool(row["active"])
    return Person(row["login"], row["name"], row["unit"], role, must and how != "certificate", active, how)
