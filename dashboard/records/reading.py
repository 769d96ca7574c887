"""What a person has to read: the list, a text, its file, and the acknowledgement. For everybody who signs in."""

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from audit.records.documents import MARKDOWN, PDF
from audit.records.readers import ToRead
from countynet import clock
from countynet.errors import BadInput, Conflict
from countynet.i18n import translate_error
from dashboard.records.markdown import html
from dashboard.records.pages import ReadingPage, TextPage
from dashboard.records.views import download
from dashboard.services.real.faults import actor
from dashboard.web import person, services, show

reading = Blueprint("reading", __name__)


def to_read() -> tuple[ToRead, ...]:
    """Return what whoever is signed in still has to acknowledge: it stands on their first page."""
    found = services().readers.mine(actor(person()))
    return tuple(one for one in found if one.acknowledged is None)


@reading.get("/reading")
def page() -> ResponseReturnValue:
    """List what the person has to read, and what they have acknowledged."""
    rows, now = services().readers.mine(actor(person())), clock.now()
    return show(ReadingPage(rows, frozenset(one.number for one in rows if one.late(now))))


@reading.get("/reading/<int:number>")
def text(number: int) -> ResponseReturnValue:
    """Show a text; that it was opened is noted."""
    return show(_text(number))


@reading.get("/reading/<int:number>/file")
def file(number: int) -> ResponseReturnValue:
    """Return a text as the file that it is; that it was opened is noted."""
    try:
        held, content, _mine = services().readers.look(number, actor(person()))
    except BadInput:
        abort(404)
    form = held.record.form
    ending, kind = {MARKDOWN: ("md", "text/markdown; charset=utf-8"), PDF: ("pdf", "application/pdf")}[form]
    return download(content, f"countynet-regulation-{number}.{ending}", kind)


@reading.post("/reading/<int:number>/acknowledge")
def acknowledge(number: int) -> ResponseReturnValue:
    """Acknowledge the text that was read."""
    try:
        services().readers.acknowledge(number, request.form.get("document", ""), actor(person()))
    except BadInput:
        abort(404)
    except Conflict as error:
        return show(_text(number, translate_error(error)), 409)
    return redirect(url_for("reading.page"), 303)


def _text(number: int, problem: str = "") -> TextPage:
    ask, who = services().readers, actor(person())
    try:
        held, content, mine = ask.look(number, who, opens=False)
        shown = held.record.form == MARKDOWN
        if shown and not problem:
            held, content, mine = ask.look(number, who)
    except BadInput:
        abort(404)
    asks = held.record.asks(who) and held.record.withdrawn is None
    return TextPage(held, html(content.decode()) if shown else "", mine if asks else None, problem)
