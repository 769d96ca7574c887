"""What keeps the pages safe whatever a view forgets.

Every response carries a Content-Security-Policy that allows only our own files (no inline script or style, no
framing); every state change needs a CSRF token; the session cookie is HttpOnly, SameSite=Lax, and Secure whenever the
request came by https; attempts to sign in are limited by address. The key that signs cookies lives in the county's
state folder with mode 0600 and never in git.
"""

import os
import secrets
from pathlib import Path

from flask import Flask, request
from flask.sessions import SecureCookieSessionInterface
from flask.wrappers import Response
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf.csrf import CSRFProtect

from dashboard import uploads

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
SIGN_IN_LIMIT = "10 per minute; 60 per hour"
csrf = CSRFProtect()
limiter = Limiter(get_remote_address, storage_uri="memory://", strategy="moving-window")


class Cookies(SecureCookieSessionInterface):
    """Flask's signed cookie; Secure follows the request, because the demo speaks http and the county https."""

    def get_cookie_secure(self, app: Flask) -> bool:
        """Tell whether the cookie may travel by https only."""
        return request.is_secure


def protect(app: Flask, key: bytes, rate_limit: bool = True) -> None:
    """Fit an application with all of it."""
    app.config.update(
        SECRET_KEY=key,
        SESSION_COOKIE_NAME="countynet",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        WTF_CSRF_TIME_LIMIT=None,
        RATELIMIT_ENABLED=rate_limit,
        MAX_CONTENT_LENGTH=256 * 1024,
    )
    app.session_interface = Cookies()
    app.before_request(uploads.allow)
    csrf.init_app(app)
    limiter.init_app(app)
    app.after_request(_headers)


def _headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def cookie_key(state: Path) -> bytes:
    """Return the key that signs cookies, made on first use."""
    path = state / "cookie-key"
    try:
        return path.read_bytes()
    except FileNotFoundError:
        state.mkdir(parents=True, exist_ok=True)
    key = secrets.token_bytes(32)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(key)
    return key
