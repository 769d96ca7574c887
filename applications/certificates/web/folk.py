"""Keeping the people: accounts, passwords, closing; and the journal for the county's own event log."""

import hmac
from pathlib import Path

from flask import Blueprint, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from applications.certificates.problems import Refused
from applications.certificates.web.desk import desk, needs, refused, show, t, told, who
from applications.certificates.web.people import Role, new_password

folk = Blueprint("folk", __name__)


@folk.get("/people")
@needs(Role.ADMIN)
def people() -> ResponseReturnValue:
    """Show everybody."""
    return _people("")


def _people(message: str, status: int = 200, good: bool = False) -> ResponseReturnValue:
    found = desk().people
    return show("people.html", status, rows=found.all(), units=found.units, roles=Role, message=message, good=good)


@folk.post("/people")
@needs(Role.ADMIN)
def add() -> ResponseReturnValue:
    """Make an account; its first password is shown once."""
    given = request.form
    login, password = given.get("login", "").strip(), new_password()
    try:
        words = (login, given.get("name", "").strip(), given.get("unit", ""), given.get("role", ""))
        desk().people.add(*words, password)
    except Refused as error:
        return _people(refused(error), 400)
    told(who().login, "person.added", login)
    return _people(t("First password of {login}, shown once: {password}", login=login, password=password), good=True)


@folk.post("/people/<login>/<any(reset, close, reopen):change>")
@needs(Role.ADMIN)
def change(login: str, change: str) -> ResponseReturnValue:
    """Give somebody a new password, close an account or open it again; never one's own."""
    try:
        if login == who().login:
            raise Refused("Nobody changes their own account here.")
        if change == "reset":
            password = desk().people.reset(login)
            told(who().login, "password.reset", login)
            leave_everywhere(login)
            words = t("First password of {login}, shown once: {password}", login=login, password=password)
            return _people(words, good=True)
        desk().people.set_active(login, change == "reopen")
        if change == "close":
            leave_everywhere(login)
    except Refused as error:
        return _people(refused(error), 400)
    told(who().login, "person.closed" if change == "close" else "person.reopened", login)
    return redirect(url_for("folk.people"))


def leave_everywhere(login: str) -> None:
    """Have applications told that somebody's sessions have ended, where sign-on runs."""
    if "leaving" in current_app.extensions:
        current_app.extensions["leaving"](login)


@folk.get("/journal.json")
def journal() -> ResponseReturnValue:
    """Give the journal's lines after a number to whoever shows the token: the county's event log takes them over."""
    token = Path(desk().settings.data).joinpath("journal.token")
    shown = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not token.exists() or not hmac.compare_digest(shown.encode(), token.read_bytes().strip()):
        abort(401)
    after = request.args.get("after", "0")
    return dict(desk().keeper.ask("journal", after=int(after) if after.isdecimal() else 0, limit=500))
