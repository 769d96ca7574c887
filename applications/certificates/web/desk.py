"""What every view needs: the services of this app, who is signed in, the language, and a page with its words."""

import datetime as dt
import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ParamSpec
from urllib.parse import urlsplit

from flask import abort, current_app, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from applications.certificates.keeper.client import Client
from applications.certificates.problems import Refused
from applications.certificates.settings import WebSettings
from applications.certificates.signon.known import Clients
from applications.certificates.web.asking import Asking
from applications.certificates.web.people import People, Person, Role
from applications.certificates.web.store import Store
from applications.certificates.web.words import LANGUAGES, say

Given = ParamSpec("Given")
View = Callable[Given, ResponseReturnValue]


@dataclass(frozen=True)
class Desk:
    """The services."""

    settings: WebSettings
    store: Store
    keeper: Client
    people: People
    asking: Asking
    clients: Clients
    now: Callable[[], dt.datetime]


def desk() -> Desk:
    """Return the services of this app."""
    found: Desk = current_app.extensions["desk"]
    return found


def language() -> str:
    """Return the reader's language: chosen, else Chinese unless the browser prefers English."""
    chosen = request.cookies.get("language", "")
    return chosen if chosen in LANGUAGES else request.accept_languages.best_match(LANGUAGES, "zh")


def t(text: str, **values: str | int) -> str:
    """Return a text in the reader's language."""
    return say(language(), text, **values)


def signed_in() -> Person | None:
    """Return who asks, or None."""
    if "person" not in g:
        token = session.get("token")
        g.person = desk().people.of_session(token) if isinstance(token, str) else None
    found: Person | None = g.person
    return found


def who() -> Person:
    """Return who asks; 401 for a stranger, though `needs` has turned them away before."""
    found = signed_in()
    return abort(401) if found is None else found


def needs(*roles: Role) -> Callable[[View[Given]], View[Given]]:
    """Let a view be seen by those who are signed in, with one of the roles when any are named."""

    def around(view: View[Given]) -> View[Given]:
        @functools.wraps(view)
        def checked(*args: Given.args, **kwargs: Given.kwargs) -> ResponseReturnValue:
            person, target = signed_in(), request.full_path if request.method == "GET" else "/"
            if person is None:
                return redirect(url_for("entry.sign_in", next=target))
            if person.must_change:
                return first_a_password(target)
            if roles and person.role not in roles:
                abort(403)
            return view(*args, **kwargs)

        return checked

    return around


def first_a_password(target: str) -> ResponseReturnValue:
    """Lead to the form for a new password, and from there to the target; the first page needs no naming."""
    further = None if target == url_for("home.first") else target
    return redirect(url_for("entry.password", next=further))


def ours(target: str | None) -> str:
    """Return the target when it is a path of this site, else the first page."""
    good = target and target.isprintable() and target.startswith("/") and not target.startswith(("//", "/\\"))
    return str(target) if good and not urlsplit(target).netloc else url_for("home.first")


def show(template: str, status: int = 200, **values: Any) -> ResponseReturnValue:
    """Return a page."""
    return render_template(template, **values), status


def refused(error: Refused) -> str:
    """Return a refusal in the reader's language."""
    return t(error.text, **error.values)


def told(actor: str, action: str, subject: str, details: str = "{}") -> None:
    """Write a line of the keeper's journal."""
    desk().keeper.ask("note", actor=actor, action=action, subject=subject, details=details)
