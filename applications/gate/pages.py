"""The gate's answers to nginx, and its few pages under /signed-on/.

`check` is asked by nginx alone (an `internal` location). A page to return to is one of this site. Signing out comes by
POST with a word of the session, or by the sign-on's signed word (back-channel); never by a link.
"""

import hmac
import http.client
import logging
import secrets
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from flask import Flask, Response, current_app, redirect, render_template, request, session
from flask.typing import ResponseReturnValue

from applications.gate.allowed import Lists, Person
from applications.gate.provider import Away, NotSignedOn, Provider
from applications.gate.sessions import LONGEST, Sessions
from applications.gate.settings import Settings
from applications.gate.words import LANGUAGES, say

PLACE = "/signed-on"
POLICY = "default-src 'none'; style-src 'self'; form-action 'self' {issuer}; base-uri 'none'; frame-ancestors 'none'"
log = logging.getLogger(__name__)


class Gate:
    """The gate before one application."""

    def __init__(self, settings: Settings, sessions: Sessions) -> None:
        """Put it together; the provider comes once the app is there."""
        self.settings, self.sessions = settings, sessions
        self.lists = Lists(settings.units, settings.roles, settings.logins)
        self.provider: Provider | None = None

    def person(self) -> Person | None:
        """Return who asks."""
        token = session.get("token")
        return self.sessions.find(token) if isinstance(token, str) else None


def create_app(settings: Settings, provide: Callable[[Flask], Provider], now: Callable[[], float] = time.time) -> Flask:
    """Return the app; `provide` makes what speaks with the sign-on."""
    app = Flask(__name__, static_url_path=f"{PLACE}/static")
    app.config.update(
        SECRET_KEY=_key(Path(settings.state) / "cookie.key"),
        SESSION_COOKIE_NAME="__Host-county-gate",
        SESSION_COOKIE_SECURE=True,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=LONGEST,
        MAX_CONTENT_LENGTH=64 * 1024,
        PREFERRED_URL_SCHEME="https",
    )
    gate = Gate(settings, Sessions(Path(settings.state) / "gate.db", now))
    app.extensions["gate"] = gate
    gate.provider = provide(app)
    rules = {"check": check, "begin": begin, "back": back, "refused": refused, "health": health}
    for name, view in rules.items():
        app.add_url_rule(f"{PLACE}/{name}", name, view)
    app.add_url_rule(f"{PLACE}/out", "out", out, methods=["GET", "POST"])
    app.add_url_rule(f"{PLACE}/ended", "ended", ended, methods=["POST"])
    app.register_error_handler(404, lambda _error: _page("nothing", 404))
    app.after_request(_guard)
    return app


def _key(file: Path) -> bytes:
    if not file.exists():
        file.touch(mode=0o600)
        file.write_bytes(secrets.token_bytes(32))
    return file.read_bytes()


def _gate() -> Gate:
    found: Gate = current_app.extensions["gate"]
    return found


def _provider() -> Provider:
    found = _gate().provider
    assert found is not None
    return found


def _language() -> str:
    return request.accept_languages.best_match(LANGUAGES, "zh")


def _page(
    words: str, status: int, link: str = "", label: str = "", person: Person | None = None
) -> ResponseReturnValue:
    language, settings = _language(), _gate().settings
    title = settings.title if language == "zh" else settings.title_en
    told = {"language": language, "title": title, "link": link, "label": label, "person": person}
    form = session.get("form", "")
    page = render_template(
        "page.html", words=say(language, words), t=lambda name: say(language, name), form=form, **told
    )
    return page, status


def _guard(answer: Response) -> Response:
    answer.headers["Content-Security-Policy"] = POLICY.format(issuer=_gate().settings.issuer)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Referrer-Policy"] = "same-origin"
    answer.headers.setdefault("Cache-Control", "no-store")
    return answer


def _ours(target: str) -> str:
    good = target.isprintable() and target.startswith("/") and not target.startswith(("//", "/\\", PLACE))
    return target if good else "/"


def check() -> ResponseReturnValue:
    """Tell nginx who asks: 204 with headers, 401 for a stranger, 403 for whom the application is not open to."""
    gate, person = _gate(), _gate().person()
    if person is None:
        return "", 204 if gate.settings.strangers else 401
    if not gate.lists.lets_in(person):
        return "", 204 if gate.settings.strangers else 403
    words = {"Login": person.login, "Name": person.name, "Unit": person.unit, "Role": person.role}
    return "", 204, {f"X-County-{name}": quote(word, safe=" ()") for name, word in words.items()}


def begin() -> ResponseReturnValue:
    """Send a stranger to the sign-on; one whose form or script came too late is told so instead."""
    late = request.headers.get("X-County-Method", "GET") not in ("GET", "HEAD")
    target = _ours(request.headers.get("X-County-Target") or request.args.get("next", "/"))
    if late or request.headers.get("Sec-Fetch-Mode", "navigate") != "navigate":
        return _page("over", 401, f"{PLACE}/begin?next={quote('/' if late else target)}", "sign-in")
    try:
        answer = _provider().away()
    except Away as error:
        return _away(error, target)
    session["target"] = target
    return answer


def _away(error: Exception, target: str) -> ResponseReturnValue:
    log.warning("the sign-on: %s", error)
    return _page("away", 503, f"{PLACE}/begin?next={quote(target)}", "again")


def back() -> ResponseReturnValue:
    """Take whoever comes back from the sign-on, once."""
    target = _ours(str(session.get("target", "/")))
    try:
        told = _provider().back()
    except Away as error:
        return _away(error, target)
    except NotSignedOn as error:
        log.warning("the sign-on: %s", error)
        return _page("not-signed-on", 403, f"{PLACE}/begin?next={quote(target)}", "sign-in")
    if isinstance(session.get("token"), str):
        _gate().sessions.end(session["token"])
    session.clear()
    session.permanent = True
    session["token"], session["form"] = _gate().sessions.begin(told.person, told.sid), secrets.token_urlsafe(16)
    if not _gate().lists.lets_in(told.person):
        return _page("refused", 403, person=told.person)
    return redirect(target)


def refused() -> ResponseReturnValue:
    """Say to somebody that the application is not open to them."""
    return _page("refused", 403, person=_gate().person())


def out() -> ResponseReturnValue:
    """Show the way out; by POST, end the session here and go on to the sign-on's own."""
    person = _gate().person()
    if request.method == "GET" or person is None:
        return _page("is-out", 200, "/", "sign-in") if person is None else _page("out-words", 200, person=person)
    if not hmac.compare_digest(request.form.get("form", "").encode(), session.get("form", "-").encode()):
        return _page("out-words", 400, person=person)
    _gate().sessions.end(session["token"])
    session.clear()
    return redirect(f"{_gate().settings.issuer}/sign-out")


def ended() -> ResponseReturnValue:
    """Take the sign-on's word that somebody signed out there (OpenID Connect Back-Channel Logout 1.0)."""
    try:
        told = _provider().ended(request.form.get("logout_token", ""))
    except Away as error:
        log.warning("the sign-on: %s", error)
        return {"error": "temporarily_unavailable"}, 503
    except NotSignedOn as error:
        log.warning("a word of the sign-on was refused: %s", error)
        return {"error": "invalid_request"}, 400
    if not _gate().sessions.end_told(told.sid, told.login, told.word):
        return {"error": "invalid_request"}, 400
    return ""


def health() -> ResponseReturnValue:
    """Say whether the application behind answers as its kind says it does."""
    settings = _gate().settings
    wanted = settings.health
    try:
        link = http.client.HTTPConnection("127.0.0.1", settings.port, timeout=8)
        link.request("GET", wanted["path"], headers={"Host": settings.name, "X-Forwarded-Proto": "https"})
        answer = link.getresponse()
        body = answer.read(1 << 20).decode(errors="replace")
    except (OSError, http.client.HTTPException) as error:
        return f"no answer: {error}\n", 503
    if answer.status != wanted["status"] or wanted["contains"] not in body:
        return f"answers {answer.status}\n", 503
    return "ok\n"
