"""Makes the gateway's Flask application from its parts."""

from flask import Flask, Response

from applications.messages.config import derived
from applications.messages.web.api import LARGEST, api
from applications.messages.web.pages import pages
from applications.messages.web.services import Services


def create_app(parts: Services) -> Flask:
    """Return the application. Its cookies are signed with a key derived from the county's secret."""
    app = Flask(__name__)
    app.secret_key = derived(parts.config.master, "session")
    app.config.update(
        SESSION_COOKIE_NAME="messages",
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_COOKIE_SECURE=parts.config.secure,
        MAX_CONTENT_LENGTH=LARGEST,
        PERMANENT_SESSION_LIFETIME=8 * 3600,
    )
    app.extensions["messages"] = parts
    app.register_blueprint(api)
    app.register_blueprint(pages)
    app.after_request(_guarded)
    return app


def _guarded(answer: Response) -> Response:
    """Add what keeps a page to itself: nothing foreign in it, it in nothing foreign, kept by nobody."""
    answer.headers.setdefault(
        "Content-Security-Policy",
        "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    )
    answer.headers.setdefault("X-Content-Type-Options", "nosniff")
    answer.headers.setdefault("Referrer-Policy", "no-referrer")
    answer.headers.setdefault("Cache-Control", "no-store")
    return answer
