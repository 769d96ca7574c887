"""The client's side of OpenID Connect (Core 1.0, 3.1): the county's sign-on tells who somebody is.

Authorization code flow with PKCE (RFC 7636, S256), state and nonce. PyJWT checks the ID token's signature (ES256 or
RS256, never `none`), issuer, audience and times though it came over TLS. Refused: any other algorithm, a token for
another client, a provider whose own words name another issuer. Nothing is taken from the token but the login: what
somebody may do, our own accounts say.
"""

import base64
import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import jwt

LEEWAY = 60
"""seconds that the two clocks may differ"""
ALGORITHMS = ("ES256", "RS256")
REQUIRED = ["aud", "exp", "iat", "nonce", "preferred_username"]


class NotSignedOn(Exception):
    """The sign-on did not say who this is; the text is for the log, never for a stranger."""


@dataclass(frozen=True)
class Asked:
    """What is remembered of a question while the browser is away: all of it has to come back."""

    state: str
    nonce: str
    verifier: str


Fetch = Callable[[str, Mapping[str, str] | None, str], Mapping[str, Any]]
"""Get an address, or post a form to it with an `Authorization` header; return the JSON object. Raises OSError."""


def new_question() -> Asked:
    """Return fresh random words."""
    return Asked(secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48))


def encoded(content: bytes) -> str:
    """Return base64url without padding (RFC 7515 2)."""
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


@dataclass(frozen=True)
class Client:
    """We, as the sign-on knows us. `back` is the address that people come back to, registered there word for word."""

    issuer: str
    name: str
    back: str
    fetch: Fetch

    def _told(self) -> Mapping[str, Any]:
        told = self.fetch(f"{self.issuer}/.well-known/openid-configuration", None, "")
        if told.get("issuer") != self.issuer:
            raise NotSignedOn(f"{self.issuer} calls itself {told.get('issuer')}")
        return told

    def question(self, asked: Asked) -> str:
        """Return the address to send the browser to. Raises OSError, NotSignedOn."""
        challenge = encoded(hashlib.sha256(asked.verifier.encode()).digest())
        words = {
            "response_type": "code",
            "client_id": self.name,
            "redirect_uri": self.back,
            "scope": "openid profile",
            "state": asked.state,
            "nonce": asked.nonce,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return f"{self._told()['authorization_endpoint']}?{urlencode(words)}"

    def login(self, asked: Asked, code: str, secret: str) -> str:
        """Return who came back with this code. Raises OSError, NotSignedOn."""
        told = self._told()
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": self.back}
        form["code_verifier"] = asked.verifier
        proof = "Basic " + base64.b64encode(f"{self.name}:{secret}".encode()).decode()
        token = self.fetch(told["token_endpoint"], form, proof).get("id_token")
        return str(self._claims(str(token), self.fetch(told["jwks_uri"], None, ""), asked)["preferred_username"])

    def _claims(self, token: str, keys: Mapping[str, Any], asked: Asked) -> Mapping[str, Any]:
        try:
            key = jwt.PyJWKSet.from_dict(dict(keys))[jwt.get_unverified_header(token)["kid"]]
            claims: Mapping[str, Any] = jwt.decode(
                token, key, ALGORITHMS, {"require": REQUIRED}, audience=self.name, issuer=self.issuer, leeway=LEEWAY
            )
        except (jwt.PyJWTError, KeyError) as error:
            raise NotSignedOn(f"the token cannot be accepted: {error}") from error
        if claims["aud"] not in (self.name, [self.name]):  # Core 1.0, 3.1.3.7 (3): no audience that we do not trust
            raise NotSignedOn("the token is for others, too")
        if claims["nonce"] != asked.nonce or not isinstance(claims["preferred_username"], str):
            raise NotSignedOn("the token answers another question, or names nobody")
        return claims
