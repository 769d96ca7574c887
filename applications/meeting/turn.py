"""Credentials of coturn that end by themselves, one for each seat. Pure.

The scheme of draft-uberti-behave-turn-rest-00, which coturn calls `use-auth-secret`: the name is the second since 1970
at which it ends and whose it is, the password is HMAC-SHA1 of the name with a secret that only coturn and we know.
"""

import base64
import hashlib
import hmac
from dataclasses import dataclass


@dataclass(frozen=True)
class Credential:
    """What a browser shows coturn."""

    username: str
    password: str


def credential(secret: str, holder: str, ends: int) -> Credential:
    """Return the credential of a holder until `ends` (seconds since 1970). Raises ValueError for a bad holder."""
    if not holder or ":" in holder or not secret:
        raise ValueError("a credential needs a secret, and a holder without a colon")
    username = f"{ends}:{holder}"
    digest = hmac.new(secret.encode(), username.encode(), hashlib.sha1).digest()
    return Credential(username, base64.b64encode(digest).decode())
