"""The first page, and one's own certificates and requests; the officers' requests, certificates and seals' users."""

import io

from flask import Blueprint, Response, abort, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue

from applications.certificates.authority.profiles import Kind
from applications.certificates.keeper.work import REASONS
from applications.certificates.problems import Refused
from applications.certificates.web.asking import APPROVED, WAITING
from applications.certificates.web.desk import desk, needs, refused, show, t, who
from applications.certificates.web.people import Role

home = Blueprint("home", __name__)


@home.get("/")
@needs()
def first() -> ResponseReturnValue:
    """Show what there is to do for whoever is signed in."""
    waiting = desk().asking.in_state(WAITING) if who().role is Role.OFFICER else ()
    return show("home.html", waiting=len(waiting), clients=desk().clients.all())


@home.get("/certificates")
@needs()
def certificates() -> ResponseReturnValue:
    """Show one's own certificates and requests."""
    return _mine("")


def _mine(message: str, status: int = 200) -> ResponseReturnValue:
    asking, keeper = desk().asking, desk().keeper
    requests = asking.of(who().login)
    own = list(keeper.ask("certificates", kind="person", identifier=who().login)["certificates"])
    own += [
        keeper.ask("find", serial=one.serial) for one in requests if one.serial and one.subject.kind is not Kind.PERSON
    ]
    return show("certificates.html", status, own=own, requests=requests, message=message, reasons=REASONS)


@home.post("/certificates")
@needs()
def ask() -> ResponseReturnValue:
    """Make a request."""
    given = request.form
    try:
        words = (given.get("kind", ""), given.get("identifier", ""), given.get("name", ""))
        desk().asking.ask(who(), *words, _csr(), given.get("why", ""))
    except Refused as error:
        return _mine(refused(error), 400)
    return redirect(url_for("home.certificates"))


def _csr() -> str:
    sent = request.files.get("file")
    content = sent.read(64 * 1024) if sent is not None and sent.filename else b""
    return content.decode("ascii", "replace") or request.form.get("csr", "")


@home.post("/certificates/<serial>/renew")
@needs()
def renew(serial: str) -> ResponseReturnValue:
    """Ask for a certificate's renewal."""
    try:
        desk().asking.renew(who(), serial, _csr())
    except Refused as error:
        return _mine(refused(error), 400)
    return redirect(url_for("home.certificates"))


@home.post("/certificates/<serial>/revoke")
@needs()
def revoke(serial: str) -> ResponseReturnValue:
    """Revoke a certificate: one's own, or any for an officer."""
    is_officer = who().role is Role.OFFICER
    try:
        found = desk().keeper.ask("find", serial=serial)
        if not is_officer and not desk().asking.is_own(who(), found):
            abort(403)
        desk().keeper.ask("revoke", serial=serial, reason=request.form.get("reason", ""), actor=who().login)
    except Refused as error:
        return _all(refused(error), 400) if is_officer else _mine(refused(error), 400)
    return redirect(url_for("home.every" if is_officer else "home.certificates"))


@home.get("/certificates/<serial>.pem")
@needs()
def download(serial: str) -> ResponseReturnValue:
    """Return a certificate with the issuing authority's, as servers want it."""
    try:
        text = desk().keeper.ask("find", serial=serial)["certificate"] + desk().keeper.ask("about")["issuing"]
    except Refused:
        abort(404)
    return Response(text, mimetype="application/x-pem-file", headers=_attached(f"{serial}.pem"))


@home.post("/requests/<number>/collect")
@needs()
def collect(number: str) -> ResponseReturnValue:
    """Have the key made, and return it with its certificate under the password that was given."""
    given = request.form
    try:
        if given.get("password") != given.get("again"):
            raise Refused("The two new passwords differ.")
        bundle = desk().asking.collect(who(), number, given.get("password", ""))
    except Refused as error:
        return _mine(refused(error), 400)
    return send_file(io.BytesIO(bundle), "application/x-pkcs12", as_attachment=True, download_name=f"{who().login}.p12")


def _attached(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}


@home.get("/requests")
@needs(Role.OFFICER)
def requests() -> ResponseReturnValue:
    """Show what waits for an officer."""
    return _waiting("")


def _waiting(message: str, status: int = 200) -> ResponseReturnValue:
    waiting, approved = desk().asking.in_state(WAITING), desk().asking.in_state(APPROVED)
    stuck = [one for one in approved if one.csr or one.subject.kind is Kind.SEAL]
    return show("requests.html", status, waiting=waiting, stuck=stuck, people=desk().people, message=message)


@home.post("/requests/<number>/<any(approve, refuse, again):decision>")
@needs(Role.OFFICER)
def decide(number: str, decision: str) -> ResponseReturnValue:
    """Approve or refuse a request, or issue what was approved while the keeper was away."""
    try:
        if decision == "refuse":
            desk().asking.refuse(who(), number, request.form.get("reason", ""))
        elif decision == "approve":
            desk().asking.approve(who(), number)
        else:
            desk().asking.again(who(), number)
    except Refused as error:
        return _waiting(refused(error), 400)
    return redirect(url_for("home.requests"))


@home.get("/register")
@needs(Role.OFFICER, Role.AUDITOR)
def every() -> ResponseReturnValue:
    """Show every certificate, searched by a word."""
    return _all("")


def _all(message: str, status: int = 200) -> ResponseReturnValue:
    word = request.args.get("q", "").strip().lower()
    rows = desk().keeper.ask("certificates", kind="", identifier="")["certificates"]
    fields = ("name", "organisation", "identifier", "serial")
    found = [row for row in rows if any(word in str(row[field]).lower() for field in fields)]
    return show(
        "register.html", status, rows=found[:200], more=len(found) - 200, q=word, message=message, reasons=REASONS
    )


@home.get("/journal")
@needs(Role.AUDITOR)
def journal() -> ResponseReturnValue:
    """Show the journal, and whether its chain is whole."""
    after = request.args.get("after", "0")
    lines = desk().keeper.ask("journal", after=int(after) if after.isdecimal() else 0, limit=200)["lines"]
    broken = desk().keeper.ask("check")["broken_at"]
    words = t("The chain is broken at line {line}.", line=broken) if broken else t("The chain is whole.")
    return show("journal.html", lines=lines, broken=broken, words=words)
