"""The audit: run the checks, watch them run, read each with its evidence, by clause, by subject; accept a finding."""

from collections.abc import Sequence
from datetime import date

from flask import Response, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from audit import catalogue as checks
from audit.clauses import CLAUSES
from audit.model import judged
from audit.profiles import TITLES, profile_of
from countynet.errors import BadInput, Problem
from countynet.i18n import describe, translate
from countynet.vocabulary import Verdict
from dashboard.access import ACCESS
from dashboard.audit.blueprint import audit
from dashboard.audit.fix import views as _fix  # noqa: F401 - its routes are of the same blueprint
from dashboard.audit.pages import AuditPage, CataloguePage, ClauseRow, ClausesPage, Progress, Sieve
from dashboard.services.model import AuditRun
from dashboard.stream import follow_job
from dashboard.web import fragment, person, services, show

__all__ = ["audit"]
RUNS = 10
KINDS = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "oscal.json": "application/json",
}
LETTERS = 500
FORM = ("check", "subject", "reason", "until")


@audit.get("/audit")
def page() -> ResponseReturnValue:
    """Show the last run, or the one asked for."""
    return show(_page())


@audit.get("/audit/progress")
def progress() -> ResponseReturnValue:
    """Return the live part."""
    return fragment(_progress())


@audit.get("/audit/events")
def events() -> ResponseReturnValue:
    """Follow the job that is on its way."""
    return follow_job(services().audits.job(), services().job_logs)


@audit.get("/audit/catalogue")
def catalogue() -> ResponseReturnValue:
    """Show every check of a profile."""
    try:
        chosen = profile_of(request.args.get("profile", "mlps-3"))
    except BadInput:
        abort(404)
    held = checks.profiles()[chosen]
    rows = [row for row in checks.document() if isinstance(row, dict) and row["id"] in held]
    return show(CataloguePage(tuple(rows), _profiles(), chosen))


@audit.get("/audit/<int:number>/clauses")
def clauses(number: int) -> ResponseReturnValue:
    """Show a run by the standard's clauses."""
    run = _run(number)
    rows = []
    for clause in CLAUSES.values():
        if found := tuple(check for check in run.checks if clause.id in check.clauses):
            verdict = judged(Verdict(check.verdict) for check in found)
            rows.append(ClauseRow(clause.id, clause.level_2, translate(clause.point), verdict, found))
    return show(ClausesPage(run, tuple(rows)))


@audit.post("/audit/run")
def run() -> ResponseReturnValue:
    """Submit the checks of a profile as a job."""
    try:
        services().audits.start(person(), request.form.get("profile") or "county")
    except BadInput as error:
        return show(_page(error.problems), 422)
    return redirect(url_for("audit.page"), 303)


@audit.post("/audit/accept")
def accept() -> ResponseReturnValue:
    """Accept a check's findings until a day; what is wrong is told above the run, with all that was typed kept."""
    typed = {name: request.form.get(name, "").strip()[:LETTERS] for name in FORM}
    try:
        services().audits.accept(person(), typed["check"], typed["subject"], typed["reason"], _day(typed["until"]))
    except BadInput as error:
        return show(_page(error.problems, typed), 422)
    return redirect(url_for("audit.page", run=request.form.get("run") or None), 303)


@audit.post("/audit/withdraw/<int:number>")
def withdraw(number: int) -> ResponseReturnValue:
    """Take an acceptance back."""
    try:
        services().audits.withdraw(person(), number)
    except BadInput as error:
        return show(_page(error.problems), 422)
    return redirect(url_for("audit.page"), 303)


@audit.get("/audit/<int:number>/report.json")
def report(number: int) -> ResponseReturnValue:
    """Return a run's report as a file; its hash is in the event log."""
    return _file(_run(number).report, f"countynet-audit-{number}.json", "application/json")


@audit.get("/audit/<int:number>/report.html")
def printable(number: int) -> ResponseReturnValue:
    """Return a run's bilingual report for printing, as a file."""
    return _file(_run(number).page, f"countynet-audit-{number}.html", "text/html")


@audit.get("/audit/<int:number>/<any('pdf', 'xlsx', 'oscal.json'):kind>")
def export(number: int, kind: str) -> ResponseReturnValue:
    """Return a run as paper, workbook or OSCAL, in the reader's language."""
    run = _run(number)
    answer = Response(services().audits.export(run.id, kind), mimetype=KINDS[kind])
    answer.headers["Content-Disposition"] = f'attachment; filename="countynet-audit-{run.id}.{kind}"'
    return answer


@audit.get("/audit/evidence/<name>")
def evidence(name: str) -> ResponseReturnValue:
    """Return an evidence file, named by its hash."""
    return _file(name, f"{name}.json", "application/json")


def _day(text: str) -> date:
    """Return a day typed; one that cannot be read is a day long past, which the service refuses with the others."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return date.min


def _page(problems: Sequence[Problem] = (), typed: dict[str, str] | None = None) -> AuditPage:
    runs = tuple(services().audits.runs(RUNS))
    said, held = tuple(map(describe, problems)), typed or dict.fromkeys(FORM, "")
    return AuditPage(_progress(), runs, ACCESS["audit.run"].admits(person()), _profiles(), said, held)


def _profiles() -> tuple[tuple[str, str], ...]:
    return tuple((profile.value, translate(title)) for profile, title in TITLES.items())


def _run(number: int) -> AuditRun:
    found = services().audits.run(number)
    if found is None:
        abort(404)
    return found


def _file(name: str, title: str, kind: str) -> Response:
    content = services().audits.file(name)
    if content is None:
        abort(404)
    answer = Response(content, mimetype=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{title}"'
    return answer


def _progress() -> Progress:
    ask, words = services().audits, request.args
    number = words.get("run", type=int)
    sieve = Sieve(*(words.get(name, "").strip()[:LETTERS] for name in ("severity", "clause", "subject", "verdict")))
    run = ask.latest() if number is None else _run(number)
    may_accept, may_plan = (ACCESS[f"audit.{name}"].admits(person()) for name in ("accept", "fix_plan"))
    return Progress(ask.job(), run, sieve, ask.accepted(), may_accept, services().fixes.links(), may_plan)
