"""Sign-in, sign-out, one's own password, language and look.

A session is made anew at sign-in (nothing a stranger put into the cookie survives it), and a page to return to is
only ever one of ours.
"""

from dataclasses import replace

from flask import Blueprint, current_app, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from countynet.errors import BadInput
from countynet.i18n import _, describe, translate
from countynet.vocabulary import Role
from dashboard.auth.pages import AccountPage, SignIn
from dashboard.language import LANGUAGES, named
from dashboard.security import SIGN_IN_LIMIT, limiter
from dashboard.users.model import Person
from dashboard.web import person, services, show

auth = Blueprint("auth", __name__)
LOOKS = ("day", "wall")


def ours(target: str | None) -> str:
    """Return the target when it is a path on this site, else the first page."""
    if target and target.isprintable() and target.startswith("/") and not target.startswith(("//", "/\\")):
        return target
    return url_for("board.home")


@auth.get("/sign-in")
def sign_in() -> ResponseReturnValue:
    """Show the form."""
    return show(form(SignIn(ours(request.args.get("next")))))


def form(page: SignIn) -> SignIn:
    """Return the form with what holds for everybody: whether there is a sign-on, and whom it alone lets in."""
    alone = services().accounts.signon_only
    signon = current_app.extensions.get("signon") is not None
    return replace(page, signon=signon, only=tuple(role for role in Role if role in alone))


@auth.post("/sign-in")
@limiter.limit(SIGN_IN_LIMIT)
def enter() -> ResponseReturnValue:
    """Take login and password; open a new session or refuse without saying which of the two was wrong."""
    login, password = request.form.get("login", "").strip(), request.form.get("password", "")
    target = ours(request.form.get("next"))
    token = services().accounts.sign_in(login, password)
    if token is None:
        return show(form(SignIn(target, login[:40], refused=True)), 401)
    return admitted(token, target)


def admitted(token: str, target: str) -> ResponseReturnValue:
    """Begin the browser's session anew with a session of ours; only language and look live on."""
    kept = {name: session[name] for name in ("language", "look") if name in session}
    session.clear()
    session.update(kept, token=token)
    return redirect(target)


@auth.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End the session on our side too."""
    services().accounts.sign_out(session.pop("token"))
    return redirect(url_for("auth.sign_in"))


@auth.get("/account")
def account() -> ResponseReturnValue:
    """Show one's own account."""
    return show(_account())


@auth.post("/account/password")
@limiter.limit(SIGN_IN_LIMIT)
def change_password() -> ResponseReturnValue:
    """Change one's own password and sign in anew with it."""
    old, new = request.form.get("old", ""), request.form.get("new", "")
    if _by_signon():
        return show(_account(), 400)
    if new != request.form.get("again", ""):
        return show(_account(translate(_("the two new passwords differ")), good=False), 400)
    try:
        right = services().accounts.change(person(), old, new)
    except BadInput as error:
        return show(_account("; ".join(describe(p) for p in error.problems), good=False), 400)
    if not right:
        return show(_account(translate(_("the old password is wrong")), good=False), 400)
    session["token"] = services().accounts.sign_in(person().login, new)
    return show(_account(translate(_("The password is changed; other sessions are ended."))))


@auth.post("/language")
def language() -> ResponseReturnValue:
    """Switch the language."""
    wanted = request.form.get("language", "")
    if wanted in LANGUAGES:
        session["language"] = wanted
    return redirect(ours(request.form.get("back")))


@auth.post("/look")
def look() -> ResponseReturnValue:
    """Switch between the day look and the dark one for a wall."""
    wanted = request.form.get("look", "")
    if wanted in LOOKS:
        session["look"] = wanted
    return redirect(ours(request.form.get("back")))


def _by_signon() -> bool:
    return person().role in services().accounts.signon_only


def _account(message: str = "", good: bool = True) -> AccountPage:
    who: Person = person()
    unit = None if who.unit is None else services().county.county().unit_by_id.get(who.unit)
    return AccountPage(who, "" if unit is None else named(unit), _by_signon(), message, good)
