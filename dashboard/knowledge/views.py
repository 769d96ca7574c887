"""The knowledge base: search, read, write, improve, withdraw, and say whether an entry helped.

The service decides who may (NotAllowed); a clerk gets what is meant for units. What was typed is never lost: a refused
form comes back as it was, with every problem beside its field.
"""

from collections.abc import Callable

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from countynet.errors import BadInput, Conflict
from countynet.i18n import _, translate, translate_error
from countynet.people import Actor
from dashboard.access import ACCESS
from dashboard.knowledge.difference import compared
from dashboard.knowledge.pages import EntryPage, FormPage, ListPage, OfferPart
from dashboard.language import bare, told
from dashboard.web import fragment, person, services, show
from monitoring.knowledge.model import Audience, Entry, Text

knowledge = Blueprint("knowledge", __name__)
OFFERED = 3
_LENGTHS = {"symptom": 400, "cause": 4000, "remedy": 8000, "command": 800, "note": 400}
"""what is taken in at all, beyond what the service allows, so that it can say what is too long"""


@knowledge.get("/knowledge")
def page() -> ResponseReturnValue:
    """Show what a question finds."""
    asked, role = request.args.get("q", "").strip()[:200], person().role
    found = services().knowledge.search(asked, role) if asked else services().knowledge.newest(role, 50)
    return show(ListPage(asked, tuple(found), _may_write()))


@knowledge.get("/knowledge/offer")
def offer() -> ResponseReturnValue:
    """Return the entries that look like what is being typed."""
    return fragment(offered(request.args.get("q", "")[:200]))


@knowledge.get("/knowledge/new")
def form() -> ResponseReturnValue:
    """Show an empty form; for a fault, filled with what is known of it."""
    fault = request.args.get("fault", type=int)
    return show(FormPage(_learnt(fault) or Text("", "", ""), fault=fault))


@knowledge.post("/knowledge")
def write() -> ResponseReturnValue:
    """Keep a new entry."""
    said, fault = _text(), request.form.get("fault", type=int)
    try:
        entry = services().knowledge.write(_actor(), said, fault)
    except BadInput as error:
        return show(FormPage(said, fault=fault, problems=_beside(error)), 400)
    return redirect(url_for("knowledge.entry", entry=entry), 303)


@knowledge.get("/knowledge/<int:entry>")
def entry(entry: int) -> ResponseReturnValue:
    """Show one entry."""
    return show(_entry_page(entry))


@knowledge.get("/knowledge/<int:entry>/edit")
def edit(entry: int) -> ResponseReturnValue:
    """Show an entry's form."""
    found, fault = _found(entry), request.args.get("fault", type=int)
    note = translate(_("learnt from fault {number}"), number=fault) if fault is not None else ""
    return show(FormPage(found.text, entry, found.version, fault, _learnt(fault), note))


@knowledge.post("/knowledge/<int:entry>")
def improve(entry: int) -> ResponseReturnValue:
    """Keep a new version."""
    said, note, version = _text(), _said("note"), request.form.get("version", 0, int)
    fault = request.form.get("fault", type=int)
    _found(entry)
    try:
        services().knowledge.improve(_actor(), entry, version, said, note)
    except BadInput as error:
        return show(FormPage(said, entry, version, fault, _learnt(fault), note, _beside(error)), 400)
    except Conflict as error:
        now = _found(entry)
        told = {"": translate_error(error)}
        return show(FormPage(said, entry, now.version, fault, _learnt(fault), note, told, now), 409)
    return redirect(url_for("knowledge.entry", entry=entry), 303)


@knowledge.post("/knowledge/<int:entry>/withdraw")
def withdraw(entry: int) -> ResponseReturnValue:
    """Take an entry out of what is found."""
    return _turn(entry, lambda: services().knowledge.withdraw(_actor(), entry, _said("note")))


@knowledge.post("/knowledge/<int:entry>/back")
def back(entry: int) -> ResponseReturnValue:
    """Let it be found again."""
    return _turn(entry, lambda: services().knowledge.bring_back(_actor(), entry))


@knowledge.post("/knowledge/<int:entry>/tried")
def tried(entry: int) -> ResponseReturnValue:
    """Say whether it helped with a fault, and go back to the fault."""
    fault = request.form.get("fault", 0, int)
    services().knowledge.tried(_actor(), entry, fault, request.form.get("helped") == "yes")
    return redirect(url_for("faults.page", fault=fault), 303)


def offered(question: str, fault: int = 0, alarm: int | None = None) -> OfferPart:
    """Return the likeliest entries, for whoever looks; what helped with the same cause as the alarm's first."""
    found = services().knowledge.likely(question, person().role, alarm, OFFERED)
    return OfferPart(tuple(found), fault if _may_write() else 0)


def _turn(entry: int, take: Callable[[], None]) -> ResponseReturnValue:
    _found(entry)
    try:
        take()
    except BadInput as error:
        return show(_entry_page(entry, told(error)), 400)
    return redirect(url_for("knowledge.entry", entry=entry), 303)


def _entry_page(entry: int, problem: str = "") -> EntryPage:
    found = _found(entry)
    versions = services().knowledge.get(entry, person().role)[1]
    return EntryPage(found, compared(versions), _may_write(), problem)


def _found(entry: int) -> Entry:
    try:
        return services().knowledge.get(entry, person().role)[0]
    except BadInput:
        abort(404)


def _learnt(fault: int | None) -> Text | None:
    """Return what a fault was, in the words of its report and its repair; None for no fault."""
    found = services().faults.get(fault) if fault is not None else None
    if found is None:
        return None
    return Text(found.title, found.cause, found.work)


def _text() -> Text:
    audience = Audience.UNIT if request.form.get("audience") == Audience.UNIT else Audience.STAFF
    return Text(_said("symptom"), _said("cause"), _said("remedy"), _said("command"), audience)


def _said(name: str) -> str:
    return request.form.get(name, "").strip()[: _LENGTHS[name]]


def _beside(error: BadInput) -> dict[str, str]:
    return {problem.where: bare(problem) for problem in error.problems}


def _may_write() -> bool:
    return ACCESS["knowledge.write"].admits(person())


def _actor() -> Actor:
    who = person()
    return Actor(who.login, who.role, who.unit)
