"""Playbooks and runs: list, launch form, history, one run with its log, and what people do with it.

A view parses and asks one service, which decides who may (NotAllowed) and whether it makes sense (Conflict). Forms
stand outside of what follows by itself, their buttons point to them: nothing is swapped under somebody's typing.
"""

from collections.abc import Mapping
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from countynet.errors import BadInput, Conflict, NotAllowed
from countynet.i18n import describe, language, translate_error
from dashboard.access import ACCESS
from dashboard.freezes.parts import of_run
from dashboard.language import told
from dashboard.runs import inputs, log, pages
from dashboard.runs.inputs import Filled
from dashboard.runs.log import Asked
from dashboard.runs.picture import picture
from dashboard.runs.schedules.pages import Inputs
from dashboard.runs.service import UNDER_WAY, actor
from dashboard.stream import follow
from dashboard.topology import layout
from dashboard.topology.laid import laid_out
from dashboard.web import fragment, person, services, show
from inventory.model import County
from playbooks.runner import reserved
from playbooks.runner.compare import compare
from playbooks.runner.model import Playbook
from playbooks.runner.programs import program_of
from playbooks.runner.run import Line, Run
from playbooks.runner.show import line as said
from playbooks.runner.states import RunState

runs = Blueprint("runs", __name__)
LIMIT, TAIL, OTHERS = 100, 300, 20
"""runs of a page of history, lines of a log under way, runs to compare with"""
LONGEST, REASON, LINK, NUMBER = 200, 2000, 1500, 16
"""characters of a search, of a reason, of the address that fills a form in, of a run's number"""


@runs.get("/playbooks")
def catalogue() -> ResponseReturnValue:
    """Show every playbook."""
    ask, problem, found = services().runs, "", tuple[pages.Row, ...]()
    try:
        took, latest = ask.took(), ask.latest(person())
        found = tuple(
            pages.row(one, person().role, took.get(one.id), latest.get(one.id)) for one in ask.playbooks(person())
        )
    except BadInput as error:
        problem = "\n".join(describe(one) for one in error.problems)
    return show(pages.CataloguePage(found, ask.waiting(person()), ask.schedules.awaited(person()), problem))


@runs.get("/playbooks/<playbook>")
def form(playbook: str) -> ResponseReturnValue:
    """Show a playbook's launch form; values may stand in the address, secrets never."""
    chosen = _playbook(playbook)
    plain = [one for one in services().runs.offered(person(), chosen) if one.kind != "secret"]
    return show(_form(chosen, Filled(inputs.typed(plain, request.args))))


@runs.post("/playbooks/<playbook>")
def start(playbook: str) -> ResponseReturnValue:
    """Ask for a look (or the run), or draw what it would touch; or show the form again with what is wrong."""
    chosen, ask, county = _playbook(playbook), services().runs, services().county.county()
    fields = ask.offered(person(), chosen)
    if not ask.may_start(person(), chosen):
        abort(403)
    given = inputs.typed(fields, request.form)
    shown = inputs.untouched(fields, given, request.form)
    doing, rhythm = request.form.get("_do"), inputs.rhythm(request.form)
    if doing in ("picture", "follow"):
        return show(_form(chosen, Filled(given), rhythm, draw=doing == "picture"))
    if doing != "schedule" and (moved := inputs.moved(shown, ask.defaults(person(), county, chosen, given))):
        return show(_form(chosen, Filled(given, moved), rhythm), 409)
    try:
        if doing == "schedule":
            made = ask.schedules.make(person(), county, chosen, given, rhythm)
            return redirect(url_for("schedules.one", number=made), 303)
        number = ask.ask(person(), county, chosen, given)
    except BadInput as error:
        wrong = inputs.by_field(error.problems, chosen, fields)
        return show(_form(chosen, Filled(given, wrong), rhythm), 400)
    except NotAllowed as error:
        wrong = {chosen.target or "": (translate_error(error),)}
        return show(_form(chosen, Filled(given, wrong), rhythm), 403)
    except Conflict as error:
        return show(_form(chosen, Filled(given, {"": (translate_error(error),)}), rhythm), 409)
    return _to(number)


@runs.get("/runs")
def page() -> ResponseReturnValue:
    """Show the history."""
    ask = services().runs
    chosen = {name: request.args.get(name, "")[:LONGEST] for name in ("playbook", "state", "person")}
    if chosen["state"] not in ("", *RunState):
        abort(400)
    before = request.args.get("before", "")
    if before and not (before.isascii() and before.isdigit() and len(before) < NUMBER):
        abort(400)
    found = ask.newest(person(), LIMIT + 1, chosen["playbook"], chosen["person"], chosen["state"], int(before or 0))
    seen = ask.newest(person(), LIMIT)
    people = tuple(sorted({run.asker.name for run in seen}))
    names = {run.playbook.id: run.playbook.name for run in (*seen, *found)}
    names |= {one.id: one.name for one in _shown()}
    books = tuple(sorted(names.items(), key=lambda item: item[1]))
    older = found[LIMIT - 1].number if len(found) > LIMIT else None
    return show(pages.ListPage(found[:LIMIT], books, people, chosen, ask.waiting(person()), older, bool(before)))


@runs.get("/runs/<int:number>")
def one(number: int) -> ResponseReturnValue:
    """Show one run, or compare it with another."""
    found, other = _run(number), request.args.get("with", "")
    if other.isascii() and other.isdigit() and other != str(number):
        return show(pages.ComparePage(compare(found, _run(int(other)))))
    return show(_page(found))


@runs.get("/runs/<int:number>/live")
def live(number: int) -> ResponseReturnValue:
    """Return the live part; of a run that is over it is made once."""
    found = _run(number)
    if not found.over:
        return fragment(_live(found))
    tag = f"{number}-{found.state}-{language()}-{person().id}"
    answer = Response(status=304) if request.if_none_match.contains(tag) else show(_live(found))
    answer.set_etag(tag)
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@runs.get("/runs/<int:number>/events")
def events(number: int) -> ResponseReturnValue:
    """Follow a run."""
    fits, ask = _asked().fits, services().runs
    _run(number)
    return follow(lambda after: ask.news(number, after, fits), lambda: _stands_html(number))


@runs.post("/runs/<int:number>/go")
def go(number: int) -> ResponseReturnValue:
    """Carry out what a look has shown."""
    return _to(services().runs.go(person(), _run(number).number))


@runs.post("/runs/<int:number>/again")
def again(number: int) -> ResponseReturnValue:
    """Run again where it failed."""
    return _to(services().runs.again(person(), _run(number).number))


@runs.post("/runs/<int:number>/approve")
def approve(number: int) -> ResponseReturnValue:
    """Agree to a run."""
    services().runs.approve(person(), _run(number).number)
    return _to(number)


@runs.post("/runs/<int:number>/refuse")
def refuse(number: int) -> ResponseReturnValue:
    """Refuse a run with a reason, or say that it is missing."""
    found = _run(number)
    try:
        services().runs.refuse(person(), number, request.form.get("reason", "")[:REASON])
    except BadInput as error:
        return show(_page(found, told(error)), 400)
    return _to(number)


@runs.post("/runs/<int:number>/cancel")
def cancel(number: int) -> ResponseReturnValue:
    """Cancel a run."""
    services().runs.cancel(person(), _run(number).number)
    return _to(number)


def _to(number: int) -> ResponseReturnValue:
    return redirect(url_for("runs.one", number=number), 303)


def _shown() -> tuple[Playbook, ...]:
    """Return the playbooks to choose from; a county's wrong file is told on the page of playbooks."""
    try:
        return tuple(services().runs.playbooks(person()))
    except BadInput:
        return ()


def _playbook(name: str) -> Playbook:
    found = services().runs.playbook(name)
    if found is None:
        abort(404)
    if found not in services().runs.playbooks(person()):
        abort(403)
    return found


def _run(number: int) -> Run:
    found = services().runs.get(number)
    if found is None:
        abort(404)
    if not found.seen_by(actor(person())):
        abort(403)
    return found


def _form(
    chosen: Playbook, filled: Filled, rhythm: Mapping[str, str] | None = None, draw: bool = False
) -> pages.FormPage:
    ask, county = services().runs, services().county.county()
    fields = ask.offered(person(), chosen)
    drawn, wrong = None, dict(filled.wrong)
    if not wrong and ask.may_start(person(), chosen):
        try:
            drawn = _picture(county, ask.touches(person(), county, chosen, filled.typed))
        except BadInput as error:
            wrong = inputs.by_field(error.problems, chosen, fields) if draw else {}
        except NotAllowed as error:
            wrong = {chosen.target or "": (translate_error(error),)} if draw else {}
    row = pages.row(chosen, person().role, ask.took().get(chosen.id), ask.latest(person()).get(chosen.id))
    able = program_of(chosen).touches(county, chosen, ()) if chosen.program.startswith(reserved.SOME) else ()
    closed, defaults = ask.closed(person(), county, chosen), ask.defaults(person(), county, chosen, filled.typed)
    shown = inputs.entries(fields, county, Filled(filled.typed, wrong), able, closed, defaults)
    names = {one.name for one in fields}
    calendar = Inputs(rhythm or {}, {name: found for name, found in wrong.items() if name.startswith("--")})
    others = tuple(words for name, found in wrong.items() if name not in names | {*calendar.errors} for words in found)
    return pages.FormPage(row, shown, drawn, calendar, len(ask.schedules.shown(person(), chosen.id)), others)


def _picture(county: County, names: tuple[str, ...]) -> pages.PicturePart:
    drawn = ACCESS["topology.page"].admits(person())
    return pages.PicturePart(picture(county, laid_out(county), names), layout.WIDTH, layout.HEIGHT, drawn)


def _page(found: Run, error: str = "") -> pages.RunPage:
    ask, county = services().runs, services().county.county()
    others = [run for run in ask.newest(person(), OTHERS + 1, found.playbook.id) if run.number != found.number]
    fields = [
        (one.said, one.shown(found.given.get(one.name, "")), found.defaulted.get(one.name), one.several)
        for one in found.playbook.fields
    ]
    drawn = _picture(county, found.targets) if found.targets else None
    opens = ACCESS["plans.one"].admits(person())
    return pages.RunPage(
        _live(found),
        tuple(others[:OTHERS]),
        drawn,
        tuple(fields),
        _link(found),
        opens,
        ask.forms(person(), found),
        error,
        of_run(found) if ask.possible(person(), found) & {"go", "again"} else None,
    )


def _link(found: Run) -> str:
    """Return the address of the launch form with the same values, without secrets; empty where it is too long."""
    mine = [one.name for one in services().runs.offered(person(), found.playbook) if one.kind != "secret"]
    given = {name: found.given[name] for name in mine if found.given.get(name) and name not in found.defaulted}
    way = url_for("runs.form", playbook=found.playbook.id)
    query = urlencode(given)
    return f"{way}?{query}" if query and len(query) <= LINK else way


def _asked() -> Asked:
    args: MultiDict[str, str] = request.args
    fold = args.get("fold", "")
    only = args.get("only", "")
    return Asked(
        args.get("q", "")[:LONGEST].strip(),
        "host" if args.get("by") == "host" else "task",
        only if only in ("bad", "changed", "ok", "skipped") else "",
        int(fold) if fold.isascii() and fold.isdigit() else None,
    )


def _live(found: Run) -> pages.LivePart:
    asked, lines = _asked(), services().runs.lines(found.number)
    tail = [line for line in lines if asked.fits(line)][-TAIL:] if found.state in UNDER_WAY else list[Line]()
    return pages.LivePart(
        _stands(found), log.folded(lines, asked), asked, tuple(said(line) for line in tail),
        lines[-1].number if lines else 0,
    )  # fmt: skip


def _stands(found: Run) -> pages.Stands:
    tallies = services().runs.tallies(found.number) if found.state in UNDER_WAY else {}
    return pages.Stands(found, services().runs.possible(person(), found), pages.tallied(tallies))


def _stands_html(number: int) -> str:
    return render_template(pages.Stands.template, page=_stands(_run(number)))
