"""Makes the Flask app of the pages."""

import datetime as dt
import logging
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from flask import Flask, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError, CSRFProtect, generate_csrf
from markupsafe import Markup
from werkzeug.exceptions import HTTPException

from applications.certificates.keeper.client import Client, KeeperAway
from applications.certificates.seals.placing import LARGEST
from applications.certificates.settings import WebSettings
from applications.certificates.signon.known import Clients
from applications.certificates.web.asking import Asking
from applications.certificates.web.desk import Desk, desk, language, show, signed_in, t
from applications.certificates.web.entry import entry
from applications.certificates.web.folk import folk
from applications.certificates.web.home import home
from applications.certificates.web.people import People
from applications.certificates.web.public import public
from applications.certificates.web.sealing import seals
from applications.certificates.web.shown import SHOWN
from applications.certificates.web.store import Store
from applications.certificates.web.throttle import Failures

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action {forms}; base-uri 'none'; frame-ancestors 'none'"
)
Addition = Callable[[Flask, CSRFProtect], None]


def create_app(
    settings: WebSettings,
    keeper: Client,
    now: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC),
    additions: Iterable[Addition] = (),
) -> Flask:
    """Return the app. `additions` register what needs further libraries (sign-on for other applications)."""
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY=Path(settings.secret).read_bytes().strip(),
        SESSION_COOKIE_SECURE=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_NAME="county-sign-on",
        MAX_CONTENT_LENGTH=LARGEST + 1024 * 1024,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
    )
    store = Store(Path(settings.data) / "web.db")
    units = [unit["name"] for unit in settings.units]
    asking, people = Asking(store, keeper, now), People(store, now, units)
    app.extensions["desk"] = Desk(settings, store, keeper, people, asking, Clients(Path(settings.clients)), now)
    app.extensions["failures"] = Failures()
    guard = CSRFProtect(app)
    for blueprint in (public, entry, home, seals, folk):
        app.register_blueprint(blueprint)
    for name in ("public.ocsp", "public.stamp"):
        guard.exempt(app.view_functions[name])
    for addition in additions:
        addition(app, guard)
    _around(app, settings)
    logging.getLogger("pyhanko").setLevel(logging.ERROR)  # it logs each changed file that is checked, with a trace
    return app


def _around(app: Flask, settings: WebSettings) -> None:
    @app.context_processor
    def words() -> dict[str, Any]:
        here = {"t": t, "language": language(), "person": signed_in(), "county": _county(settings)}
        door = f"https://{settings.name}:8443/sign-in/certificate"
        return {**here, **SHOWN, "token": _token, "certificate_door": door, "now": desk().now().isoformat()}

    @app.after_request
    def headers(answer: Any) -> Any:
        forms = " ".join(["'self'", *_origins(settings)])
        answer.headers.setdefault("Content-Security-Policy", POLICY.format(forms=forms))
        answer.headers.setdefault("X-Content-Type-Options", "nosniff")
        answer.headers.setdefault("Referrer-Policy", "same-origin")
        answer.headers.setdefault("Cache-Control", "no-store")
        return answer

    @app.errorhandler(HTTPException)
    def failed(error: HTTPException) -> ResponseReturnValue:
        return show("failed.html", error.code or 500, words=_reason(error), code=error.code)

    @app.errorhandler(KeeperAway)
    def away(error: KeeperAway) -> ResponseReturnValue:
        app.logger.error("the keeper does not answer %s: %s", request.path, error)
        return show(
            "failed.html", 503, words=t("The keeper of the keys does not answer; nothing was signed."), code=503
        )


def _token() -> Markup:
    return Markup('<input type="hidden" name="csrf_token" value="{}">').format(generate_csrf())


def _origins(settings: WebSettings) -> list[str]:
    """Return the sites that a form may lead to: a sign-in's redirect goes on to the application that asked."""
    found = {"/".join(address.split("/")[:3]) for client in desk().clients.all() for address in client["redirects"]}
    return sorted({*found, f"https://{settings.name}:8443"})


def _county(settings: WebSettings) -> str:
    return settings.county if language() == "zh" else settings.county_en


def _reason(error: HTTPException) -> str:
    if isinstance(error, CSRFError):
        return t("The form is too old; go back, reload the page and try again.")
    reasons = {
        403: "Your role may not do this.",
        404: "There is no such page.",
        413: "The file is too large.",
        401: "You are not signed in.",
    }
    return t(reasons[error.code]) if error.code in reasons else t("This request cannot be understood.")
