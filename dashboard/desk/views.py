"""What the center says about faults and who has them in hand, and the repair order. Each answers with the fault's page.

The service decides who may (NotAllowed) and whether it makes sense (Conflict, BadInput).
"""

from collections.abc import Callable

from flask import Blueprint, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from countynet.errors import BadInput, Conflict, Problem
from countynet.i18n import _
from countynet.people import Actor
from dashboard.desk.pages import OrderPage
from dashboard.faults.views import refused, said_moment
from dashboard.services.real.faults import actor
from dashboard.web import person, services, show
from monitoring.faults.order.document import order as order_of
from monitoring.faults.order.printed import printed
from monitoring.faults.service import Faults
from monitoring.faults.ties.store import TieKind

desk = Blueprint("desk", __name__, url_prefix="/faults/<int:fault>")
NOTE = 1000


@desk.post("/hand")
def hand(fault: int) -> ResponseReturnValue:
    """Give a fault to somebody by name."""
    return _act(fault, lambda who: services().desk.hand(fault, who, request.form.get("to", "")[:40]))


@desk.post("/merge")
def merge(fault: int) -> ResponseReturnValue:
    """Say that it goes with another one."""
    return _act(fault, lambda who: services().ties.merge(fault, _other(), who, _note()))


@desk.post("/part")
def part(fault: int) -> ResponseReturnValue:
    """Undo a merger."""
    return _act(fault, lambda who: services().ties.part(fault, who, _note()))


@desk.post("/split")
def split(fault: int) -> ResponseReturnValue:
    """Move reports to another fault."""
    into = _other() if request.form.get("other", "").strip() else None
    chosen = [int(number) for number in request.form.getlist("report") if number.isascii() and number.isdigit()]
    return _act(fault, lambda who: services().ties.split(fault, chosen, who, _note(), into))


@desk.post("/link")
def link(fault: int) -> ResponseReturnValue:
    """Link it with another one."""
    kind = TieKind.CAUSED if request.form.get("kind") == TieKind.CAUSED else TieKind.RELATED
    return _act(fault, lambda who: services().ties.link(fault, _other(), kind, who, _note()))


@desk.post("/unlink")
def unlink(fault: int) -> ResponseReturnValue:
    """Undo a link."""
    return _act(fault, lambda who: services().ties.unlink(fault, _other(), who, _note()))


@desk.post("/correct")
def correct(fault: int) -> ResponseReturnValue:
    """Write down what a pause really was."""

    def act(who: Actor) -> None:
        begins, ends = said_moment("begins"), said_moment("ends")
        number, void = request.form.get("pause", 0, int), request.form.get("void") == "1"
        service = Faults(services().desk.engine)
        service.correct_pause(fault, number, who, _note(), begins, ends, void=void)

    return _act(fault, act)


@desk.get("/order")
def order(fault: int) -> ResponseReturnValue:
    """Show the repair order, ready to print."""
    return show(OrderPage(order_of(services().desk, services().county.whole(), fault, actor(person()))))


@desk.get("/order.pdf")
def order_pdf(fault: int) -> ResponseReturnValue:
    """Return the repair order as a PDF."""
    county = services().county.whole()
    answer = make_response(printed(county, order_of(services().desk, county, fault, actor(person()))))
    answer.content_type = "application/pdf"
    answer.headers["Content-Disposition"] = f'inline; filename="order-{fault}.pdf"'
    return answer


def _act(fault: int, take: Callable[[Actor], object]) -> ResponseReturnValue:
    try:
        take(actor(person()))
    except (BadInput, Conflict) as error:
        return refused(fault, error)
    return redirect(url_for("faults.page", fault=fault), 303)


def _other() -> int:
    text = request.form.get("other", "").strip().removeprefix("#")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise BadInput([Problem(_("type the number of a fault"), where="other", found=text[:20])])
    return int(text)


def _note() -> str:
    return request.form.get("note", "").strip()[:NOTE]
