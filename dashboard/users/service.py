"""Accounts and sessions: the only code that sees a password in clear, and it never stores or logs one.

Promises: every sign-in, refusal and sign-out is an event, written in the same transaction as what it tells; an
unknown login costs the same time as a wrong password; a name that is no account is not written down (people type
passwords there); a new password ends every session of the account; a session without activity for `IDLE` is over, and
every session is after `LONGEST`.
"""

import hashlib
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Engine

from countynet import clock
from countynet.db import reading, transaction
from countynet.errors import BadInput, Problem
from countynet.events import record
from countynet.i18n import _
from countynet.people import SCHEDULE
from countynet.vocabulary import Role
from dashboard.tags import UserTag
from dashboard.users import store
from dashboard.users.model import Account, Issued, Person

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
FRESH = timedelta(seconds=60)
"""activity is written down at most this often: a page view is not a write"""
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
SHORTEST = 10


def new_password() -> str:
    """Return a random password of 79 bits that can be read out on the telephone."""
    return "-".join("".join(secrets.choice(ALPHABET) for _place in range(4)) for _group in range(4))


def fingerprint(token: str) -> str:
    """Return what is stored of a session's token."""
    return hashlib.sha256(token.encode()).hexdigest()


@dataclass(frozen=True)
class Accounts:
    """Who may come in. `hasher` is argon2id with the library's parameters; tests use cheaper ones."""

    engine: Engine
    hasher: PasswordHasher = field(default_factory=PasswordHasher)
    now: Callable[[], datetime] = clock.now
    signon_only: frozenset[Role] = frozenset()
    """roles whose people come in through the county's sign-on alone"""

    def create(self, login: str, role: Role, unit: str | None, actor: str, password: str | None = None) -> None:
        """Add an account, by default without a password. Raises BadInput for a taken or senseless login."""
        self._check(login, role, unit)
        hashed = None if password is None else self.hasher.hash(password)
        with transaction(self.engine) as session:
            if store.by_login(session, login) is not None:
                raise BadInput([Problem(_("the login {login} exists already"), {"login": login})])
            session.add(
                store.UserRow(
                    login=login, role=role.value, unit=unit, password=hashed, created=self.now(), changed=None
                )
            )
            record(session, UserTag.CREATED, actor, login, {"role": role.value, "unit": unit})

    def issue(self, login: str, actor: str) -> Issued:
        """Give an account a new random password, end its sessions, and return the password for showing once."""
        password = new_password()
        return Issued(login, self._set(login, password, actor), password)

    def change(self, person: Person, old: str, new: str) -> bool:
        """Change one's own password; false when the old one is wrong. BadInput when the new one is too short."""
        if len(new) < SHORTEST:
            raise BadInput([Problem(_("a password needs at least {count} characters"), {"count": SHORTEST})])
        with reading(self.engine) as session:
            row = store.by_login(session, person.login)
            stored = None if row is None else row.password
        if not self._right(stored, old):
            return False
        self._set(person.login, new, person.login)
        return True

    def first_start(self, units: Iterable[str], with_password: Iterable[str] = ()) -> tuple[Issued, ...]:
        """Create the first accounts on an empty table; return the passwords issued, nothing on a later start.

        center, operator, auditor and admin get passwords, and so do the clerks named; the other clerks' accounts wait
        until the center issues one, because a secret that nobody asked for only lies around.
        """
        with reading(self.engine) as session:
            if store.count(session):
                return ()
        officers = {role.value: role for role in (Role.CENTER, Role.OPERATOR, Role.AUDITOR, Role.ADMIN)}
        clerks = list(units)
        issued = {login: new_password() for login in (*officers, *(u for u in clerks if u in set(with_password)))}
        self._create_all(officers, clerks, {login: self.hasher.hash(text) for login, text in issued.items()})
        return tuple(Issued(login, officers.get(login, Role.UNIT), text) for login, text in issued.items())

    def add_clerks(self, units: Iterable[str]) -> None:
        """Create the accounts of units that joined since; existing ones stay as they are."""
        with reading(self.engine) as session:
            known = {row.login for row, _seen in store.accounts(session)}
        self._create_all({}, [unit for unit in units if unit not in known], {})

    def sign_in(self, login: str, password: str) -> str | None:
        """Return the token of a new session, or None; an event either way.

        None, too, for the right password of somebody whose role comes in through the sign-on alone.
        """
        with reading(self.engine) as session:
            row = store.by_login(session, login)
            stored = None if row is None else row.password
        right = self._right(stored, password)
        token = secrets.token_urlsafe(32)
        with transaction(self.engine) as session:
            if row is None or not right:
                record(session, UserTag.REFUSED, "system", "nobody" if row is None else row.login, {})
                return None
            if Role(row.role) in self.signon_only:
                record(session, UserTag.REFUSED, "system", row.login, {"wanted": "sign-on"})
                return None
            at = self.now()
            session.add(store.SessionRow(key=fingerprint(token), user=row.id, started=at, seen=at, ended=None))
            record(session, UserTag.SIGNED_IN, row.login, row.login, {})
        return token

    def sign_in_by_signon(self, login: str) -> str | None:
        """Return the token of a session for whom the county's sign-on vouched; None without a usable account."""
        token, at = secrets.token_urlsafe(32), self.now()
        with transaction(self.engine) as session:
            row = store.by_login(session, login)
            if row is None:
                record(session, UserTag.REFUSED, "system", "nobody", {"by": "sign-on"})
                return None
            session.add(store.SessionRow(key=fingerprint(token), user=row.id, started=at, seen=at, ended=None))
            record(session, UserTag.SIGNED_IN, row.login, row.login, {"by": "sign-on"})
        return token

    def who(self, token: str, active: bool = True) -> Person | None:
        """Return the person of an open session in one query; `active` false (a page's polling) does not prolong it."""
        at, key = self.now(), fingerprint(token)
        with reading(self.engine) as session:
            found = store.signed_in(session, key)
        if found is None:
            return None
        row, user = found
        if at - row.seen > IDLE or at - row.started > LONGEST:
            return None
        if active and at - row.seen > FRESH:
            with transaction(self.engine) as session:
                store.touch(session, key, at)
        return Person(user.id, user.login, Role(user.role), user.unit)

    def sign_out(self, token: str) -> None:
        """End a session."""
        with transaction(self.engine) as session:
            found = store.signed_in(session, fingerprint(token))
            if found is not None:
                found[0].ended = self.now()
                record(session, UserTag.SIGNED_OUT, found[1].login, found[1].login, {})

    def list(self) -> tuple[Account, ...]:
        """Return every account."""
        with reading(self.engine) as session:
            return tuple(
                Account(row.login, Role(row.role), row.unit, row.password is not None, row.changed, seen)
                for row, seen in store.accounts(session)
            )

    def _create_all(self, officers: Mapping[str, Role], clerks: Iterable[str], hashes: Mapping[str, str]) -> None:
        at = self.now()
        with transaction(self.engine) as session:
            rows = [(login, role, None) for login, role in officers.items()]
            for login, role, unit in [*rows, *((unit, Role.UNIT, unit) for unit in clerks)]:
                session.add(
                    store.UserRow(
                        login=login, role=role.value, unit=unit, password=hashes.get(login), created=at, changed=None
                    )
                )
                record(session, UserTag.CREATED, "system", login, {"role": role.value, "unit": unit})

    def _set(self, login: str, password: str, actor: str) -> Role:
        hashed = self.hasher.hash(password)
        with transaction(self.engine) as session:
            row = store.by_login(session, login)
            if row is None:
                raise BadInput([Problem(_("there is no account {login}"), {"login": login})])
            row.password, row.changed = hashed, self.now()
            store.end_sessions(session, row.id, self.now())
            record(session, UserTag.PASSWORD_SET, actor, login, {})
            return Role(row.role)

    def _right(self, stored: str | None, password: str) -> bool:
        """Compare a password; without a stored one, spend the same time and say no."""
        try:
            if stored is None:
                self.hasher.hash(password)
                return False
            return self.hasher.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False

    @staticmethod
    def _check(login: str, role: Role, unit: str | None) -> None:
        problems = []
        if not login.isascii() or not login.replace("-", "").replace(".", "").isalnum() or len(login) > 40:
            problems.append(
                Problem(_("a login is made of letters, digits, dots and dashes: {login}"), {"login": login})
            )
        if login == SCHEDULE:
            problems.append(Problem(_("the login {login} stands for the calendar and is nobody's"), {"login": login}))
        if (role is Role.UNIT) != (unit is not None):
            problems.append(Problem(_("a clerk belongs to a unit, and nobody else does"), {}))
        if problems:
            raise BadInput(problems)
