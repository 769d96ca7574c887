"""Tokens: made, found by their secret, taken back. Each of it is an event, and so is a refused use.

The secret is seen once, when it is made; it is compared by its hash. Of what a refused token tries one event a minute
is kept, so that a wrong script does not fill the chain; an unknown secret is nobody's and is not written down.
"""

import hashlib
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Engine

from countynet import clock
from countynet.db import reading, transaction
from countynet.errors import BadInput, Problem
from countynet.events import record
from countynet.i18n import _
from countynet.vocabulary import Role
from dashboard.tags import TokenTag
from dashboard.tokens import store
from dashboard.tokens.model import Made, Scope, Token, Wish, judge

PREFIX = "cnt_"
"""so that a scanner of leaked secrets knows one when it sees it"""
FRESH = timedelta(seconds=60)
"""a use is written down at most this often"""


def fingerprint(secret: str) -> str:
    """Return what is stored of a token."""
    return hashlib.sha256(secret.encode()).hexdigest()


@dataclass(frozen=True)
class Tokens:
    """The service over a county's database."""

    engine: Engine
    now: Callable[[], datetime] = clock.now
    _refused: dict[int, datetime] = field(default_factory=dict, compare=False)

    def add(self, wish: Wish, units: Collection[str], actor: str, issuer: Role) -> Made:
        """Make a token; its secret is returned this once. Raises BadInput with everything that is wrong."""
        problems = list(judge(wish, issuer, units))
        secret, at = PREFIX + secrets.token_urlsafe(32), self.now()
        with transaction(self.engine) as session:
            if store.by_name(session, wish.name) is not None:
                message = _("there is a token {name} already, and a name is not used twice")
                problems.append(Problem(message, {"name": wish.name}, where="name", found=wish.name))
            if problems:
                raise BadInput(problems)
            row = store.TokenRow(
                name=wish.name,
                key=fingerprint(secret),
                role=wish.role.value,
                unit=wish.unit,
                organisation=wish.organisation,
                scopes=sorted(wish.scopes),
                created=at,
                author=actor,
                expires=at + timedelta(days=wish.days),
                used=None,
                revoked=None,
            )
            session.add(row)
            said = {"role": wish.role.value, "unit": wish.unit, "scopes": sorted(wish.scopes), "days": wish.days}
            record(session, TokenTag.CREATED, actor, f"token:{wish.name}", said)
        return Made(_token(row), secret)

    def list(self) -> tuple[Token, ...]:
        """Return every token, taken back or not."""
        with reading(self.engine) as session:
            return tuple(_token(row) for row in store.everything(session))

    def revoke(self, name: str, actor: str) -> Token:
        """Take a token back, from this moment; doing it twice changes nothing. Raises BadInput for an unknown name."""
        with transaction(self.engine) as session:
            row = store.by_name(session, name)
            if row is None:
                raise BadInput([Problem(_("there is no token {name}"), {"name": name}, where="name", found=name)])
            if row.revoked is None:
                row.revoked = self.now()
                record(session, TokenTag.REVOKED, actor, f"token:{name}", {})
        return _token(row)

    def find(self, secret: str) -> Token | None:
        """Return the token of a secret, valid or not; None when there is none. A valid one's use is noted."""
        at = self.now()
        with reading(self.engine) as session:
            row = store.by_key(session, fingerprint(secret))
        if row is None:
            return None
        found = _token(row)
        if found.state(at) == "valid" and (row.used is None or at - row.used > FRESH):
            with transaction(self.engine) as session:
                store.touch(session, row.id, at)
        return found

    def refused(self, token: Token, reason: str, what: str) -> None:
        """Write down that a token tried what it may not: at most once a minute for each token."""
        at = self.now()
        last = self._refused.get(token.id)
        if last is not None and at - last < FRESH:
            return
        self._refused[token.id] = at
        with transaction(self.engine) as session:
            record(session, TokenTag.REFUSED, token.actor.name, f"token:{token.name}", {"reason": reason, "what": what})


def _token(row: store.TokenRow) -> Token:
    return Token(
        id=row.id,
        name=row.name,
        role=Role(row.role),
        scopes=frozenset(Scope(scope) for scope in row.scopes),
        unit=row.unit,
        organisation=row.organisation,
        created=row.created,
        author=row.author,
        expires=row.expires,
        used=row.used,
        revoked=row.revoked,
    )
