"""The county's sign-on, as the gate speaks with it: Authlib's client (code flow, PKCE, state, nonce, ID token).

TLS is checked with the county's root alone, from the file that deploys write: it is read at each use, so a gate that
was there before the sign-on needs no start of its own.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from flask import Flask
from flask.typing import ResponseReturnValue

from applications.gate.allowed import Person
from applications.gate.settings import Settings

SECONDS, PAUSE = 10, 5
"""patience with the sign-on; how long it is not asked again by those who come after one whom it did not answer"""
EVENT = "http://schemas.openid.net/event/backchannel-logout"
LEEWAY = 120


class Away(Exception):
    """The sign-on does not answer, or is not there yet; the text is for the log."""


class NotSignedOn(Exception):
    """The sign-on did not say who this is; the text is for the log."""


@dataclass(frozen=True)
class Told:
    """Who came, and the sign-on's name of their session there."""

    person: Person
    sid: str


@dataclass(frozen=True)
class Ended:
    """What the sign-on says has ended: one session, or all of somebody. `word` is good once."""

    sid: str
    login: str
    word: str


class Provider(Protocol):
    """The sign-on; a fake stands beside it in the unit tests."""

    def away(self) -> ResponseReturnValue:
        """Send the browser to the sign-on. Raises Away."""

    def back(self) -> Told:
        """Return who comes back with this request. Raises Away, NotSignedOn."""

    def ended(self, token: str) -> Ended:
        """Return what a logout token says. Raises Away, NotSignedOn."""


class SignOn:
    """The real one."""

    def __init__(self, app: Flask, settings: Settings) -> None:
        """Know the sign-on of the settings; nothing is asked yet."""
        self._app, self._settings, self._client = app, settings, self._new(app, settings)
        self._refuse_until = 0.0

    @staticmethod
    def _new(app: Flask, settings: Settings) -> Any:
        from authlib.integrations.flask_client import OAuth

        return OAuth(app).register(
            "county",
            client_id=settings.client,
            client_secret=settings.secret,
            server_metadata_url=f"{settings.issuer}/.well-known/openid-configuration",
            client_kwargs={
                "scope": "openid profile",
                "code_challenge_method": "S256",
                "default_timeout": SECONDS,
                "verify": settings.authority,
            },
        )

    def _ready(self) -> Any:
        if not Path(self._settings.authority).is_file():
            raise Away("the sign-on's root is not here: its deploy brings it")
        return self._client

    def away(self) -> ResponseReturnValue:
        """Send the browser to the sign-on. Raises Away."""
        self._ready()
        if time.monotonic() < self._refuse_until:
            raise Away("it did not answer just now")
        client = self._new(self._app, self._settings)  # asks anew, so that nobody is sent to a sign-on that is down
        try:
            self._named(client.load_server_metadata())
            answer: ResponseReturnValue = client.authorize_redirect(self._settings.back)
        except (OSError, ValueError, RuntimeError) as error:
            self._refuse_until = time.monotonic() + PAUSE
            raise Away(str(error)) from error
        self._client = client
        return answer

    def _named(self, told: Mapping[str, Any]) -> None:
        if told.get("issuer") != self._settings.issuer:
            self._client = self._new(self._app, self._settings)
            raise Away(f"{self._settings.issuer} calls itself {told.get('issuer')}")

    def back(self) -> Told:
        """Return who comes back with this request. Raises Away, NotSignedOn."""
        from authlib.common.errors import AuthlibBaseError
        from joserfc.errors import JoseError

        client = self._ready()
        try:
            claims = client.authorize_access_token().get("userinfo") or {}
        except OSError as error:
            raise Away(str(error)) from error
        except (AuthlibBaseError, JoseError, ValueError, RuntimeError, KeyError) as error:
            raise NotSignedOn(str(error)) from error
        login, name, unit, role, sid = (
            str(claims.get(word, "")) for word in ("preferred_username", "name", "unit", "role", "sid")
        )
        if not login or not sid:
            raise NotSignedOn("the token names nobody")
        return Told(Person(login, name, unit, role), sid)

    def ended(self, token: str) -> Ended:
        """Return what a logout token says (OpenID Connect Back-Channel Logout 1.0, 2.6). Raises Away, NotSignedOn."""
        from joserfc import jwt
        from joserfc.errors import InvalidKeyIdError, JoseError
        from joserfc.jwk import KeySet

        client = self._ready()
        try:
            self._named(client.load_server_metadata())
            try:
                read = jwt.decode(token, KeySet.import_key_set(client.fetch_jwk_set()), algorithms=["ES256"])
            except InvalidKeyIdError:
                read = jwt.decode(token, KeySet.import_key_set(client.fetch_jwk_set(force=True)), algorithms=["ES256"])
        except OSError as error:
            raise Away(str(error)) from error
        except (JoseError, ValueError, RuntimeError) as error:
            raise NotSignedOn(str(error)) from error
        return judged(read.claims, self._settings.issuer, self._settings.client, time.time())


def judged(claims: Mapping[str, Any], issuer: str, client: str, now: float) -> Ended:
    """Return what the claims of a signed logout token say. Raises NotSignedOn for all that is not one."""
    made, until = claims.get("iat"), claims.get("exp")
    good = (
        claims.get("iss") == issuer
        and claims.get("aud") in (client, [client])
        and isinstance(made, int)
        and isinstance(until, int)
        and made - LEEWAY <= now <= until + LEEWAY
        and isinstance(claims.get("events"), dict)
        and EVENT in claims["events"]
        and "nonce" not in claims
    )
    sid, login, word = (claims.get(name, "") for name in ("sid", "sub", "jti"))
    if not good or not all(isinstance(one, str) for one in (sid, login, word)) or not word or not (sid or login):
        raise NotSignedOn("this is no logout token for us, now")
    return Ended(sid, login, word)
