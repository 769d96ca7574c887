"""Sealing a PDF, checking one, and who may use which seal."""

import io

from flask import Blueprint, redirect, request, send_file, url_for
from flask.typing import ResponseReturnValue

from applications.certificates.authority.profiles import Kind
from applications.certificates.keeper.wire import pack, unpack
from applications.certificates.problems import Refused
from applications.certificates.seals import verify
from applications.certificates.seals.drawing import drawn
from applications.certificates.seals.placing import LARGEST, Place, SealKey, digest, sealed
from applications.certificates.web.desk import desk, needs, refused, show, who
from applications.certificates.web.people import Role

seals = Blueprint("seals", __name__)


@seals.get("/seal")
@needs()
def form() -> ResponseReturnValue:
    """Show the form."""
    return _form("")


def _form(message: str, status: int = 200) -> ResponseReturnValue:
    return show("seal.html", status, seals=desk().asking.seals_of(who().login), places=Place, message=message)


@seals.post("/seal")
@needs()
def place() -> ResponseReturnValue:
    """Put a seal on the file that was sent, and send it back; no copy is kept."""
    given = request.form
    try:
        name, document = _sent()
        mine = {row["serial"]: row for row in desk().asking.seals_of(who().login)}
        if given.get("seal") not in mine:
            raise Refused("There is no such seal.")
        row = mine[given["seal"]]
        key = _key(row["serial"], row["certificate"], name, digest(document))
        where = Place(given["place"]) if given.get("place") in {one.value for one in Place} else Place.RIGHT
        drawing = drawn(row["name"], desk().settings.font)
        done = sealed(
            document, drawing, key, _page(given.get("page", "")), where, given.get("reason", "").strip()[:100]
        )
    except Refused as error:
        return _form(refused(error), 400)
    return send_file(io.BytesIO(done), "application/pdf", as_attachment=True, download_name=f"sealed-{name}")


def _page(text: str) -> int | None:
    if not text.strip():
        return None
    if not text.strip().isdecimal():
        raise Refused("A page is a number; empty means the last one.")
    return int(text)


def _sent() -> tuple[str, bytes]:
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise Refused("Choose a PDF file.")
    return sent.filename[-100:], sent.read(LARGEST + 1)


def _key(serial: str, certificate: str, file: str, sha256: str) -> SealKey:
    """Return a seal as the placing wants it, its two calls bound to the keeper and to who asks."""
    keeper, actor, about = desk().keeper, who().login, desk().keeper.ask("about")

    def sign(attributes: bytes) -> bytes:
        made = keeper.ask("seal", serial=serial, attributes=pack(attributes), actor=actor, file=file, sha256=sha256)
        return unpack(made["signature"])

    def stamp(question: bytes) -> bytes:
        return unpack(keeper.ask("stamp", question=pack(question))["answer"])

    return SealKey(certificate, (about["issuing"], about["root"]), sign, stamp)


@seals.get("/verify")
def verify_form() -> ResponseReturnValue:
    """Show the form of the check; anybody who can reach the platform may check a file."""
    return show("verify.html", report=None, name="", message="")


@seals.post("/verify")
def verify_file() -> ResponseReturnValue:
    """Check a file, and say what is wrong with it; no copy is kept."""
    try:
        name, document = _sent()
    except Refused as error:
        return show("verify.html", 400, report=None, name="", message=refused(error))
    about = desk().keeper.ask("about")
    report = verify.checked(document, about["root"], about["issuing"], _standing)
    return show("verify.html", report=report, name=name, sha256=digest(document), message="")


def _standing(serial: str) -> dict[str, object] | None:
    try:
        return dict(desk().keeper.ask("find", serial=serial))
    except Refused:
        return None


@seals.get("/seals")
@needs(Role.OFFICER)
def users() -> ResponseReturnValue:
    """Show every seal and who may use it."""
    return _users("")


def _users(message: str, status: int = 200) -> ResponseReturnValue:
    rows = desk().keeper.ask("certificates", kind=Kind.SEAL.value, identifier="")["certificates"]
    newest = {row["identifier"]: row for row in reversed(rows) if row["revoked"] is None}
    found = [(row, desk().asking.users_of(code)) for code, row in sorted(newest.items())]
    return show("seals.html", status, found=found, message=message)


@seals.post("/seals/<code>/<any(add, remove):change>")
@needs(Role.OFFICER)
def let_use(code: str, change: str) -> ResponseReturnValue:
    """Let somebody use a seal, or no longer."""
    try:
        desk().asking.let_use(who(), code, request.form.get("login", "").strip(), change == "add")
    except Refused as error:
        return _users(refused(error), 400)
    return redirect(url_for("seals.users"))
