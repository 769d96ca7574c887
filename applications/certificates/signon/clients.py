"""The applications that know people by this sign-on, as deploys list them (`known`)."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from authlib.oauth2.rfc6749 import ClientMixin, list_to_scope, scope_to_list

SCOPES = ("openid", "profile")


@dataclass(frozen=True)
class Application(ClientMixin):  # type: ignore[misc]
    """One application. `secret_sha256` is the digest of its secret; `strong`: it wants a certificate's sign-in."""

    client_id: str
    title: str
    title_en: str
    redirects: tuple[str, ...]
    secret_sha256: str
    strong: bool
    start: str
    ended: str
    """where it is told that somebody signed out; empty: it is not"""
    id_token_signed_response_alg: str = "ES256"  # noqa: S105 - the name of an algorithm

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> "Application":
        """Return an application of the settings."""
        words = (told["id"], told["title"], told["title_en"], tuple(told["redirects"]), told["secret_sha256"])
        return cls(*words, bool(told.get("strong", False)), told["start"], told.get("ended", ""))

    def get_client_id(self) -> str:
        """Return its name."""
        return self.client_id

    def get_default_redirect_uri(self) -> str:
        """Return where people go back to when it does not say."""
        return self.redirects[0]

    def get_allowed_scope(self, scope: str) -> str:
        """Return those of the scopes that there are."""
        return str(list_to_scope([word for word in scope_to_list(scope) or () if word in SCOPES]))

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        """Tell whether an address is exactly one of its own."""
        return redirect_uri in self.redirects

    def check_client_secret(self, client_secret: str) -> bool:
        """Tell whether this is its secret."""
        return hmac.compare_digest(hashlib.sha256(client_secret.encode()).hexdigest(), self.secret_sha256)

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        """Tell whether it may prove itself in this way: with its secret, never without."""
        return method in ("client_secret_basic", "client_secret_post")

    def check_response_type(self, response_type: str) -> bool:
        """Tell whether it may ask in this way."""
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        """Tell whether it may exchange this."""
        return grant_type == "authorization_code"
