"""Work windows: list, write, look at what one covers, announce, change, end. A view parses and asks one service."""

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from countynet import clock
from dashboard.access import ACCESS
from dashboard.language import named
from dashboard.services.works import WorkView, WorkWords
from dashboard.web import person, services, show
from dashboard.works.pages import WorkForm, WorkList

works = Blueprint("works", __name__)
PAST = 20
_MOST = 4000
"""characters of devices' names"""


@works.get("/works")
def page() -> ResponseReturnValue:
    """Show all windows."""
    may = ACCESS["works.announce"].admits(person())
    return show(WorkList(services().works.all(PAST), _names(), may))


@works.get("/works/new")
def form() -> ResponseReturnValue:
    """Show an empty form, or one for a device that is asked for."""
    return show(_form(0, False, WorkWords(devices=request.args.get("device", "")[:_MOST])))


@works.post("/works/new")
def announce() -> ResponseReturnValue:
    """Show what a window would cover, or announce it."""
    words = _words()
    found = services().works.preview(words)
    if found.problems or "announce" not in request.form:
        return _shown(0, False, words)
    number = services().works.announce(person(), words)
    return redirect(url_for("works.page") + f"#w{number}", 303)


@works.get("/works/<int:number>")
def edit(number: int) -> ResponseReturnValue:
    """Show a window's form."""
    found = _standing(number)
    start, end = (f"{at.astimezone(clock.CHINA):%Y-%m-%dT%H:%M}" for at in (found.start, found.until))
    return show(_form(number, found.state == "running", WorkWords(" ".join(found.devices), start, end, found.reason)))


@works.post("/works/<int:number>")
def change(number: int) -> ResponseReturnValue:
    """Show what a changed window would cover, or change it."""
    found, words = _standing(number), _words()
    if found.state == "running":
        start = f"{found.start.astimezone(clock.CHINA):%Y-%m-%dT%H:%M}"
        words = WorkWords(" ".join(found.devices), start, words.end, words.reason)
    if services().works.preview(words, number).problems or "announce" not in request.form:
        return _shown(number, found.state == "running", words)
    services().works.change(person(), number, words)
    return redirect(url_for("works.page") + f"#w{number}", 303)


@works.post("/works/<int:number>/end")
def end(number: int) -> ResponseReturnValue:
    """Withdraw a window, or end one that runs."""
    _known(number)
    services().works.end(person(), number)
    return redirect(url_for("works.page"), 303)


def _words() -> WorkWords:
    taken = {name: request.form.get(name, "").strip()[:_MOST] for name in ("devices", "start", "end", "reason")}
    return WorkWords(**{**taken, "start": "now" if request.form.get("now") else taken["start"]})


def _shown(number: int, running: bool, words: WorkWords) -> ResponseReturnValue:
    found = services().works.preview(words, number)
    page_ = WorkForm(
        number, running, words, services().works.devices(), _names(), None if found.problems else found, found.problems
    )
    return show(page_, 400 if found.problems else 200)


def _form(number: int, running: bool, words: WorkWords) -> WorkForm:
    return WorkForm(number, running, words, services().works.devices(), _names())


def _known(number: int) -> WorkView:
    found = services().works.get(number)
    if found is None:
        abort(404)
    return found


def _standing(number: int) -> WorkView:
    """Return a window that can still be changed; 404 for none and for one that is over."""
    found = _known(number)
    if found.state not in ("waiting", "running"):
        abort(404)
    return found


def _names() -> dict[str, str]:
    return {unit.id: named(unit) for unit in services().county.county().units}
