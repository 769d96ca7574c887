"""Signing in and out: by password, or by a certificate that nginx has checked and the register still knows as good.

The certificate's door is a port of its own (8443), so that a browser asks for a certificate only there. nginx passes
the certificate on in a header that no request from outside can bring along, because this app listens on a Unix socket
that only nginx opens and every site of it sets or empties the header.
"""

from urllib.parse import unquote

from cryptography import x509
from cryptography.x509.oid import NameOID
from flask import Blueprint, Response, current_app, make_response, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from applications.certificates.authority.issue import signs_in
from applications.certificates.authority.names import words_of
from applications.certificates.keeper.register import serial_text
from applications.certificates.problems import Refused
from applications.certificates.web.desk import (
    desk,
    first_a_password,
    language,
    ours,
    refused,
    show,
    signed_in,
    t,
    told,
    who,
)
from applications.certificates.web.people import Person
from applications.certificates.web.throttle import throttle
from applications.certificates.web.words import LANGUAGES

entry = Blueprint("entry", __name__)


@entry.get("/sign-in")
def sign_in() -> ResponseReturnValue:
    """Show the form, and the way to the certificate's door."""
    return show("sign_in.html", next=ours(request.args.get("next")), message="")


@entry.post("/sign-in")
@throttle
def by_password() -> ResponseReturnValue:
    """Take login and password."""
    login, target = request.form.get("login", "").strip()[:40], ours(request.form.get("next"))
    person = desk().people.by_password(login, request.form.get("password", ""))
    if person is None:
        known = desk().people.find(login) is not None
        told(login if known else "nobody", "sign-in.refused", "password")
        words = t("Login or password is wrong, or the account is closed. After several failures you have to wait.")
        return show("sign_in.html", 401, next=target, login=login, message=words)
    return _enter(person, "password", target)


@entry.get("/sign-in/certificate")
def by_certificate() -> ResponseReturnValue:
    """Take the certificate that nginx passes on."""
    target = ours(request.args.get("next"))
    try:
        person, serial = holder(request.headers.get("X-Client-Verify", ""), request.headers.get("X-Client-Cert", ""))
    except Refused as error:
        told("nobody", "sign-in.refused", "certificate")
        return show("sign_in.html", 401, next=target, message=refused(error))
    back = f"https://{desk().settings.name}{target}"  # from the certificate's port to the other
    return _enter(person, "certificate", back, serial)


def holder(verified: str, text: str) -> tuple[Person, str]:
    """Return whose certificate this is, and its serial number. Raises Refused."""
    if verified == "NONE" or not text:
        raise Refused("Your browser showed no certificate.")
    if verified != "SUCCESS":
        raise Refused("The certificate was not issued by the county's authority, or its time is over.")
    own = x509.load_pem_x509_certificate(unquote(text).encode())
    serial = serial_text(own.serial_number)
    found = desk().keeper.ask("find", serial=serial)
    if found["revoked"] is not None:
        raise Refused("This certificate is revoked since {day}.", day=found["revoked"][:10])
    if not signs_in(own):
        raise Refused("This certificate is not one to sign in with.")
    person = desk().people.find(words_of(own.subject, NameOID.USER_ID))
    if person is None or not person.active:
        raise Refused("There is no account for this certificate.")
    return person, serial


def _enter(person: Person, how: str, target: str, subject: str = "") -> ResponseReturnValue:
    session.clear()
    session["token"] = desk().people.open_session(person, how)
    told(person.login, "sign-in", subject or how)
    return first_a_password(target) if person.must_change and how == "password" else redirect(target)


@entry.get("/sign-out")
def leave() -> ResponseReturnValue:
    """Show the way out to whom an application sent here."""
    return redirect(url_for("entry.sign_in")) if signed_in() is None else show("sign_out.html")


@entry.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End the session here, and have the applications that were entered through it told."""
    from applications.certificates.signon.sessions import session_name

    person = signed_in()
    if person is not None:
        if "leaving" in current_app.extensions:
            current_app.extensions["leaving"](person.login, session_name())
        desk().people.close_session(session["token"])
        told(person.login, "sign-out", "")
    session.clear()
    return redirect(url_for("entry.sign_in"))


@entry.get("/password")
def password() -> ResponseReturnValue:
    """Show the form for a new password; `next`: where its reader was on the way to."""
    if signed_in() is None:
        return redirect(url_for("entry.sign_in"))
    return show("password.html", message="", next=ours(request.args.get("next")))


@entry.post("/password")
@throttle
def new_password() -> ResponseReturnValue:
    """Take a new password, and sign in anew with it."""
    person = who()
    given, target = request.form, ours(request.form.get("next"))
    try:
        if given.get("new") != given.get("again"):
            raise Refused("The two new passwords differ.")
        desk().people.change(person.login, given.get("old", ""), given.get("new", ""))
    except Refused as error:
        return show("password.html", 400, message=refused(error), next=target)
    told(person.login, "password.changed", person.login)
    changed = desk().people.by_password(person.login, given.get("new", ""))
    return redirect(url_for("entry.sign_in")) if changed is None else _enter(changed, "password", target)


@entry.post("/language")
def choose_language() -> ResponseReturnValue:
    """Keep the reader's language."""
    wanted = request.form.get("language", "")
    answer: Response = make_response(redirect(ours(request.form.get("back"))))
    if wanted in LANGUAGES and wanted != language():
        answer.set_cookie("language", wanted, max_age=31536000, secure=True, httponly=True, samesite="Lax")
    return answer
