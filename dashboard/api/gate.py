"""Who calls: a token in the Authorization header (RFC 6750), nowhere else.

A token in an address would stand in logs and histories: it is refused there even when it is valid, and has to be
replaced. Cookies of a signed-in browser count for nothing here, so a foreign page cannot use them.
"""

import hashlib
from datetime import datetime

from flask import request
from flask_limiter.util import get_remote_address
from limits import parse

from countynet.i18n import _
from dashboard.api.declare import Operation, RefusedError
from dashboard.security import limiter
from dashboard.tokens.model import Token
from dashboard.tokens.service import PREFIX, Tokens

LIMIT = "600 per minute"
"""requests of one token"""
WRONG = parse("30 per minute")
"""requests without a valid token from one address; a valid one beside them is not held up"""


def given() -> str:
    """Return the token that the request shows, empty for none."""
    kind, _space, secret = request.headers.get("Authorization", "").partition(" ")
    return secret.strip() if kind.lower() == "bearer" else ""


def caller() -> str:
    """Return what requests are counted by: the token, or the address of who shows none."""
    secret = given()
    return hashlib.sha256(secret.encode()).hexdigest()[:32] if secret else get_remote_address()


def enter(tokens: Tokens, operation: Operation, now: datetime) -> Token:
    """Return the token of the request if it may use an operation. Raises RefusedError."""
    if any(PREFIX in value for value in (*request.args.values(), request.path)):
        message = _("a token does not belong into an address, where it is logged: this one has to be replaced")
        raise RefusedError(401, "no-token", message)
    found = tokens.find(given()) if given() else None
    if found is None:
        if limiter.enabled and not limiter.limiter.hit(WRONG, "api", get_remote_address()):
            raise RefusedError(429, "too-many", _("too many requests without a valid token"))
        raise RefusedError(401, "no-token", _("the request needs a header Authorization: Bearer <token>"))
    state = found.state(now)
    if state != "valid":
        tokens.refused(found, state, operation.id)
        raise RefusedError(401, "no-token", _("the token has expired or was taken back"))
    if operation.scope not in found.scopes:
        tokens.refused(found, "scope", operation.id)
        raise RefusedError(403, "scope", _("the token has not the scope {scope}"), scope=operation.scope.value)
    return found
