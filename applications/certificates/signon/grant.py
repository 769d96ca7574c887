"""The code that an application gets through the browser, and what it gets for it: once, within a minute, by itself."""

import time
from dataclasses import dataclass
from typing import Any

from authlib.oauth2.rfc6749 import grants
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core import AuthorizationCodeMixin, OpenIDCode

from applications.certificates.signon.key import SigningKey
from applications.certificates.signon.sessions import note, session_name
from applications.certificates.web.desk import desk
from applications.certificates.web.people import Person, fingerprint

CODE_SECONDS, TOKEN_SECONDS = 60, 600
AMR = {"password": ["pwd"], "certificate": ["swk"]}
"""RFC 8176: how somebody signed in; whether a key lies in a card we cannot know"""


@dataclass(frozen=True)
class Code(AuthorizationCodeMixin):  # type: ignore[misc]
    """A code that was given out."""

    login: str
    redirect: str
    scope: str
    nonce: str | None
    code_challenge: str
    how: str
    made: int
    sid: str = ""
    """the name under which applications know the session that it comes from"""
    code_challenge_method: str = "S256"

    def get_redirect_uri(self) -> str:
        """Return where it went."""
        return self.redirect

    def get_scope(self) -> str:
        """Return what it is good for."""
        return self.scope

    def get_nonce(self) -> str | None:
        """Return the application's own word, which its token has to repeat."""
        return self.nonce

    def get_auth_time(self) -> int:
        """Return when it was made, in seconds."""
        return self.made

    def get_acr(self) -> str | None:
        """Return nothing: no classes are agreed on."""
        return None

    def get_amr(self) -> list[str]:
        """Return how the person signed in."""
        return AMR[self.how]


class CodeGrant(grants.AuthorizationCodeGrant):  # type: ignore[misc]
    """Keeps codes as digests; a code that was shown is gone, whatever comes of it."""

    TOKEN_ENDPOINT_AUTH_METHODS = ("client_secret_basic", "client_secret_post")

    def save_authorization_code(self, code: str, request: Any) -> None:
        """Keep a code."""
        asked, person = request.payload.data, request.user
        client = request.client.client_id
        redirect = request.payload.redirect_uri or request.client.get_default_redirect_uri()
        words = (client, person.login, redirect, request.client.get_allowed_scope(request.payload.scope or ""))
        more = (asked.get("nonce"), asked["code_challenge"], person.how, int(time.time()))
        desk().store.do("insert into code values (?,?,?,?,?,?,?,?,?)", fingerprint(code), *words, *more)
        desk().store.do("insert into code_session values (?,?,?)", fingerprint(code), session_name(), int(time.time()))

    def query_authorization_code(self, code: str, client: Any) -> Code | None:
        """Return a code of this application, and forget it."""
        with desk().store.together():
            old = int(time.time()) - CODE_SECONDS
            desk().store.do("delete from code where made < ?", old)
            row = desk().store.one(
                "select * from code where key = ? and client = ?", fingerprint(code), client.client_id
            )
            desk().store.do("delete from code where key = ?", fingerprint(code))
            told = desk().store.one("select sid from code_session where key = ?", fingerprint(code))
            desk().store.do("delete from code_session where key = ? or made < ?", fingerprint(code), old)
        if row is None:
            return None
        words = ("login", "redirect", "scope", "nonce", "challenge", "how", "made")
        sid = told["sid"] if told else ""
        note(sid, row["login"], client.client_id)
        return Code(*(row[word] for word in words), sid=sid)

    def delete_authorization_code(self, authorization_code: Code) -> None:
        """Do nothing: it is gone since it was shown."""

    def authenticate_user(self, authorization_code: Code) -> Person | None:
        """Return whose code it is, unless the account was closed since."""
        person = desk().people.find(authorization_code.login)
        return person if person is not None and person.active else None


class Challenge(CodeChallenge):  # type: ignore[misc]
    """PKCE, for every application, with a digest alone."""

    DEFAULT_CODE_CHALLENGE_METHOD = "S256"
    SUPPORTED_CODE_CHALLENGE_METHOD = ("S256",)

    def validate_code_challenge(self, grant: Any, redirect_uri: str) -> None:
        """Refuse a request without one."""
        from authlib.oauth2.rfc6749 import InvalidRequestError

        asked = grant.request.payload.data
        if not asked.get("code_challenge") or asked.get("code_challenge_method") != "S256":
            raise InvalidRequestError("PKCE with S256 is needed.", redirect_uri=redirect_uri)
        super().validate_code_challenge(grant, redirect_uri)


class IdToken(OpenIDCode):  # type: ignore[misc]
    """The signed word about who this is."""

    def __init__(self, key: SigningKey, issuer: str) -> None:
        super().__init__(require_nonce=False)
        self._key, self._issuer = key, issuer

    def resolve_client_private_key(self, client: Any) -> Any:
        """Return the key that signs."""
        return self._key.private

    def get_client_claims(self, client: Any) -> dict[str, Any]:
        """Return who says it, and to whom."""
        now = int(time.time())
        return {"iss": self._issuer, "aud": [client.client_id], "iat": now, "exp": now + TOKEN_SECONDS}

    def get_encode_header(self, client: Any) -> dict[str, str]:
        """Return which key it is."""
        return {"alg": "ES256", "kid": self._key.name}

    def get_authorization_code_claims(self, authorization_code: Code) -> dict[str, Any]:
        """Return what is known by the code; `sid` names the session when it ends (`leaving`)."""
        told: dict[str, Any] = super().get_authorization_code_claims(authorization_code)
        return told | ({"sid": authorization_code.sid} if authorization_code.sid else {})

    def exists_nonce(self, nonce: str, request: Any) -> bool:
        """Tell whether a nonce waits already."""
        query = "select 1 from code where client = ? and nonce = ?"
        return desk().store.one(query, request.payload.client_id, nonce) is not None

    def generate_user_info(self, user: Person, scope: str) -> dict[str, str]:
        """Return what is told about somebody."""
        return about(user, scope)


def about(person: Person, scope: str) -> dict[str, str]:
    """Return what an application is told about somebody: the login, and with `profile` name, unit and role."""
    told = {"sub": person.login}
    if "profile" in scope.split():
        words = {
            "preferred_username": person.login,
            "name": person.name,
            "unit": person.unit,
            "role": person.role.value,
        }
        told |= words
    return told
