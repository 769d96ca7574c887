"""The client's side of OpenID Connect (Core 1.0, 3.1): the county's sign-on tells who somebody is.

Authorization code flow with PKCE (RFC 7636, S256), state and nonce; the ID token's signature (ES256 or RS256, never
`none`), issuer, audience, times and nonce are checked though it came over TLS. Refused: any other algorithm, a token
for another client, a provider whose own words name another issuer. Nothing is taken from the token but the login: what
somebody may do, our own accounts say.
"""

import base64
import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

LEEWAY = 60
"""seconds that the two clocks may differ"""


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


def decoded(text: str) -> bytes:
    """Return the bytes of base64url without padding. Raises ValueError."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


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

    def login(self, asked: Asked, code: str, secret: str, now: float) -> str:
        """Return who came back with this code. Raises OSError, NotSignedOn."""
        told = self._told()
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": self.back}
        form["code_verifier"] = asked.verifier
        proof = "Basic " + base64.b64encode(f"{self.name}:{secret}".encode()).decode()
        token = self.fetch(told["token_endpoint"], form, proof).get("id_token")
        keys = self.fetch(told["jwks_uri"], None, "").get("keys")
        claims = checked(str(token), keys if isinstance(keys, list) else [])
        self._check(claims, asked, now)
        return str(claims["preferred_username"])

    def _check(self, claims: Mapping[str, Any], asked: Asked, now: float) -> None:
        audience = claims.get("aud")
        wrong = [
            claims.get("iss") != self.issuer and "issuer",
            audience not in (self.name, [self.name]) and "audience",
            claims.get("nonce") != asked.nonce and "nonce",
            not _number(claims.get("exp")) > now - LEEWAY and "end",
            not _number(claims.get("iat")) < now + LEEWAY and "beginning",
            not isinstance(claims.get("preferred_username"), str) and "login",
        ]
        if any(wrong):
            raise NotSignedOn(f"the token's {', '.join(word for word in wrong if word)} cannot be accepted")


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else float("nan")


def checked(token: str, keys: list[Mapping[str, Any]]) -> Mapping[str, Any]:
    """Return the claims of a signed token (RFC 7515, compact). Raises NotSignedOn when no key vouches for it."""
    try:
        head, body, signature = token.split(".")
        header, claims, given = json.loads(decoded(head)), json.loads(decoded(body)), decoded(signature)
    except ValueError as error:
        raise NotSignedOn("what came is no signed token") from error
    if not isinstance(header, dict) or not isinstance(claims, dict) or header.get("alg") not in ("ES256", "RS256"):
        raise NotSignedOn("the token is signed in a way that is not accepted")
    for key in keys:
        if key.get("kid") == header.get("kid") and _vouches(key, header["alg"], f"{head}.{body}".encode(), given):
            return claims
    raise NotSignedOn("no key of the sign-on vouches for the token")


def _vouches(key: Mapping[str, Any], algorithm: str, content: bytes, signature: bytes) -> bool:
    try:
        if algorithm == "ES256" and key.get("kty") == "EC" and key.get("crv") == "P-256" and len(signature) == 64:
            point = ec.EllipticCurvePublicNumbers(_integer(key["x"]), _integer(key["y"]), ec.SECP256R1())
            r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
            point.public_key().verify(encode_dss_signature(r, s), content, ec.ECDSA(hashes.SHA256()))
            return True
        if algorithm == "RS256" and key.get("kty") == "RSA":
            modulus = rsa.RSAPublicNumbers(_integer(key["e"]), _integer(key["n"])).public_key()
            modulus.verify(signature, content, padding.PKCS1v15(), hashes.SHA256())
            return True
    except (InvalidSignature, ValueError, KeyError, TypeError):
        return False
    return False


def _integer(text: str) -> int:
    return int.from_bytes(decoded(text), "big")
