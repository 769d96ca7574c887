"""The pages of the meeting server: booking and films for organisers, a room for whoever was admitted.

Every page works at 320 px, in both languages and, but for the room itself, without JavaScript. A change comes by POST
from our own pages only: the browser's Origin has to be ours, and cookies are not sent along from elsewhere.
"""

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from flask import Flask, Response, abort, g, redirect, render_template, request, session, url_for
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response as AnyResponse

from applications.meeting import people
from applications.meeting.acts import Acts
from applications.meeting.keeper import Keeper
from applications.meeting.live import Authority
from applications.meeting.settings import Settings
from applications.meeting.store import Store
from applications.meeting.text import LANGUAGES, say

POLICY = (
    "default-src 'self'; media-src 'self' blob:; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none';"
    " form-action 'self'; object-src 'none'"
)
WORDS = {
    "states": {"booked": "Booked", "open": "Running", "ended": "Ended", "cancelled": "Cancelled"},
    "film_states": {
        "running": "Recording",
        "stopped": "Being made ready",
        "ready": "Ready",
        "failed": "Failed",
        "removed": "Removed",
    },
    "told": {
        "waiting": "Being sent",
        "sent": "Sent",
        "failed": "Could not be sent",
        "no-gateway": "No message gateway: call",
        "no-telephone": "No telephone: call",
    },
    "events": {
        "booked": "booked",
        "cancelled": "cancelled",
        "enters": "entered",
        "look": "looked at a recording",
        "removed recording": "removed a recording",
        "hand-up": "raised a hand",
        "hand-down": "lowered the hand",
        "leave": "left",
        "admit": "admitted",
        "remove": "removed",
        "mute": "muted",
        "unmute": "unmuted",
        "mute-all": "muted all",
        "camera-off": "stopped the picture of",
        "camera-on": "allowed the picture of",
        "floor": "gave the floor to",
        "floor-back": "took the floor back",
        "layout-speaker": "showed the speaker large",
        "layout-two": "showed hall and speaker",
        "layout-grid": "showed all alike",
        "discuss": "began free discussion",
        "invite": "invited",
        "record-on": "began to record",
        "record-off": "stopped recording",
        "end": "ended the meeting",
    },
}
"""what stored words are called on pages, as msgids"""
View = TypeVar("View", bound=Callable[..., object])


class Services:
    """What views work with; hangs on the application as `app.extensions["meeting"]`."""

    def __init__(self, settings: Settings, store: Store, authority: Authority, keeper: Keeper) -> None:
        """Put one server's parts together."""
        self.settings, self.store, self.authority, self.keeper = settings, store, authority, keeper
        self.acts = Acts(store, authority, settings)
        self.zone = ZoneInfo(settings.zone)


def services() -> Services:
    """Return the services of the application that handles the request."""
    from flask import current_app

    found = current_app.extensions["meeting"]
    assert isinstance(found, Services)
    return found


def t(msgid: str, **values: object) -> str:
    """Return a text in the reader's language."""
    return say(g.language, msgid, **values)


def create_app(given: Services) -> Flask:
    """Return the application."""
    from applications.meeting.web import bookings, films, house, room

    app = Flask("applications.meeting", root_path=str(_root()))
    app.config.update(
        SECRET_KEY=given.settings.cookie_secret,
        SESSION_COOKIE_NAME="meeting",
        SESSION_COOKIE_SECURE=True,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=8 * 3600,
        MAX_CONTENT_LENGTH=256 * 1024,
    )
    app.extensions["meeting"] = given
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1)  # type: ignore[method-assign]
    app.before_request(_prepare)
    app.after_request(_guard)
    app.jinja_env.globals.update(t=t, languages=LANGUAGES, moment=moment, services=services, **WORDS)
    for blueprint in (house.pages, bookings.pages, room.pages, films.pages):
        app.register_blueprint(blueprint)
    given.acts.on_invite(lambda meeting, venue: bookings.invite(given, meeting, venue))
    return app


def _root() -> str:
    from pathlib import Path

    return str(Path(__file__).parent.parent)


def _prepare() -> AnyResponse | None:
    """Find the reader's language and account, and refuse what was sent from another site's page."""
    given = services()
    wanted = request.args.get("lang") or request.cookies.get("lang") or given.settings.language
    g.language = wanted if wanted in LANGUAGES else "zh"
    g.person = _person(given)
    if request.method not in ("GET", "HEAD") and not _from_our_page():
        abort(403)
    return None


def _from_our_page() -> bool:
    """Tell whether a form was sent by a page of this host; a request without Origin is not."""
    return urlsplit(request.headers.get("Origin", "")).netloc == request.host


def _person(given: Services) -> object:
    header = given.settings.sign_on_header
    if header:
        return people.signed_on(given.store, request.headers.get(header, ""))
    login = session.get("login", "")
    return given.store.row("select * from person where login = ?", login) if login else None


def _guard(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", POLICY)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["Permissions-Policy"] = "camera=(self), microphone=(self), geolocation=()"
    if not request.path.startswith("/static/"):
        response.headers["Cache-Control"] = "no-store"
    if request.args.get("lang") in LANGUAGES:
        response.set_cookie("lang", request.args["lang"], max_age=31536000, secure=True, samesite="Lax")
    return response


def no_organiser(login: str) -> tuple[str, int]:
    """Tell somebody who is known, and no organiser, what they can do instead."""
    return render_template("no_organiser.html", login=login), 403


def organisers(view: View) -> View:
    """Let only organisers see a view; others are asked to sign in."""
    from functools import wraps

    @wraps(view)
    def guarded(*args: object, **values: object) -> object:
        if g.person is None:
            return redirect(url_for("house.sign_in", next=request.path))
        if not g.person["organiser"]:
            return no_organiser(g.person["login"])
        return view(*args, **values)

    return guarded  # type: ignore[return-value]


def moment(text: str, form: str = "%Y-%m-%d %H:%M") -> str:
    """Return a stored time as the county's clock shows it."""
    return datetime.fromisoformat(text).astimezone(services().zone).strftime(form) if text else ""


def number() -> str:
    """Return a new meeting number: nine digits, the first not zero."""
    return str(secrets.randbelow(900_000_000) + 100_000_000)


def code() -> str:
    """Return a new code of a venue: eight digits."""
    return f"{secrets.randbelow(100_000_000):08d}"
