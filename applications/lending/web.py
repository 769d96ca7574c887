"""The pages. Everybody of the reach reads; the clerk signs in to write. Every form has a token of its session.

Behind the county's sign-on (A5) the web server says who signed in by the header that `sign_on` names, and nobody else
can: the program listens on loopback alone.
"""

import csv
import hmac
import io
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from flask import Flask, Response, abort, redirect, render_template, request, session, url_for
from werkzeug.wrappers.response import Response as Answer

from applications.lending.store import KINDS, Borrower, Refused, Store, overdue
from applications.lending.texts import said

TRIES, SPAN = 5, 300
"""wrong passwords in so many seconds; then nobody signs in for a while"""
LONGEST = 500
SAFE = {
    "Content-Security-Policy": "default-src 'self'; form-action 'self'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}


@dataclass(frozen=True)
class Access:
    """Who may write: by the clerk's password, or behind the county's sign-on by login."""

    password: str
    sign_on: str = ""
    """the header with the login"""
    clerks: tuple[str, ...] = ()
    wrong: list[float] = field(default_factory=list)
    """when a wrong password was given"""

    def may_write(self) -> bool:
        """Whether whoever asks may write."""
        who = self.signed_on()
        return who in self.clerks if who else bool(session.get("clerk"))

    def signed_on(self) -> str:
        """Return who came in by the county's sign-on; empty when nobody did."""
        return request.headers.get(self.sign_on, "") if self.sign_on else ""

    def enter(self, given: str) -> str:
        """Sign the clerk in; return how it went, as a key of the texts."""
        moment = time.monotonic()
        self.wrong[:] = [at for at in self.wrong if moment - at < SPAN]
        if len(self.wrong) >= TRIES:
            return "too-often"
        if not hmac.compare_digest(given.encode(), self.password.encode()):
            self.wrong.append(moment)
            return "password-wrong"
        session["clerk"] = True
        return "done"


def create_app(file: Path, access: Access, key: str, now: Callable[[], datetime] = datetime.now) -> Flask:
    """Return the program over a file; `key` signs sessions."""
    app, store = Flask(__name__), Store(file)
    app.config.update(SECRET_KEY=key, SESSION_COOKIE_SECURE=True, SESSION_COOKIE_SAMESITE="Lax")
    app.config["MAX_CONTENT_LENGTH"] = 1 << 16
    app.before_request(_judge)
    app.after_request(_guard)
    app.context_processor(lambda: _words(access, now))
    _reading(app, store, now)
    _signing(app, access)
    _writing(app, store, access, now)
    return app


def _judge() -> None:
    session.setdefault("token", secrets.token_urlsafe(16))
    if request.args.get("lang") in ("zh", "en"):
        session["lang"] = request.args["lang"]
    given = request.form.get("token", "").encode()
    if request.method == "POST" and not hmac.compare_digest(given, session["token"].encode()):
        abort(Response(said("stale", _language()), 400))


def _guard(response: Response) -> Response:
    response.headers.update(SAFE)
    return response


def _words(access: Access, now: Callable[[], datetime]) -> dict[str, object]:
    language = _language()
    return {
        "w": lambda key: said(key, language),
        "lang": language,
        "other": "zh" if language == "en" else "en",
        "kinds": KINDS,
        "token": session["token"],
        "clerk": access.may_write(),
        "signed_on": access.signed_on(),
        "today": now().date(),
        "told": request.args.get("told", ""),
    }


def _reading(app: Flask, store: Store, now: Callable[[], datetime]) -> None:
    @app.get("/")
    def board() -> str:
        things = store.things()
        return render_template("board.html", things=things, late=overdue(things, now().date()))

    @app.get("/thing/<number>")
    def thing(number: str) -> str:
        found = next((one for one in store.things() if one.number == number), None)
        return render_template("thing.html", thing=found or abort(404), loans=store.loans(number))

    @app.get("/history")
    def history() -> str:
        return render_template("history.html", loans=store.loans())

    @app.get("/loans.csv")
    def export() -> Response:
        return Response(_table(store, _language()), mimetype="text/csv; charset=utf-8")

    @app.get("/health")
    def health() -> str:
        return f"ok {len(store.things())}"


def _signing(app: Flask, access: Access) -> None:
    @app.post("/sign-in")
    def sign_in() -> Answer:
        if access.signed_on():
            abort(403)  # whom the sign-on names, the clerk's password makes nobody else
        return _told("board", access.enter(request.form.get("password", "")))

    @app.post("/sign-out")
    def sign_out() -> Answer:
        session.pop("clerk", None)
        return _told("board", "done")


def _writing(app: Flask, store: Store, access: Access, now: Callable[[], datetime]) -> None:
    def write(place: str, do: Callable[[], object], number: str = "") -> Answer:
        if not access.may_write():
            abort(403)
        try:
            do()
        except Refused as error:
            return _told(place, error.word, number)
        return _told(place, "done", number)

    @app.post("/things")
    def add() -> Answer:
        return write("board", lambda: store.add(_field("number"), _field("name"), _field("kind"), _field("note")))

    @app.post("/thing/<number>/lend")
    def lend(number: str) -> Answer:
        who = Borrower(_field("person"), _field("unit"), _field("telephone"), _field("purpose"))
        return write("thing", lambda: store.lend(number, who, _field("due"), now()), number)

    @app.post("/thing/<number>/give-up")
    def give_up(number: str) -> Answer:
        return write("board", lambda: store.give_up(number))

    @app.post("/loan/<int:loan>/take-back")
    def take_back(loan: int) -> Answer:
        return write("board", lambda: store.take_back(loan, _field("state"), now()))


def _field(name: str) -> str:
    return " ".join(request.form.get(name, "").split())[:LONGEST]


def _language() -> str:
    return str(session.get("lang") or request.accept_languages.best_match(["zh", "zh-CN", "en"], "zh")).partition("-")[
        0
    ]


def _told(place: str, word: str, number: str = "") -> Answer:
    values = {"number": number} if number else {}
    return redirect(url_for(place, told=word, **values), 303)  # type: ignore[arg-type]


def _table(store: Store, language: str) -> str:
    """Return the loans as a table that a spreadsheet opens as UTF-8; a text is never taken for a formula."""
    out = io.StringIO()
    columns = ("number", "name", "person", "unit", "telephone", "purpose", "lent", "due", "returned", "condition")
    writer = csv.writer(out)
    writer.writerow([said(column, language) for column in columns])
    for one in store.loans(limit=100_000):
        cells = (one.thing, one.name, one.person, one.unit, one.telephone, one.purpose, one.lent, one.due, one.returned)
        writer.writerow([f"'{cell}" if cell[:1] in ("=", "+", "-", "@") else cell for cell in (*cells, one.state)])
    return "\ufeff" + out.getvalue()
