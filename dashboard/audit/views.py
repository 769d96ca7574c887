"""The audit: run the checks, watch them run, read each with its evidence, take the file away."""

from flask import Blueprint, Response, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.access import ACCESS
from dashboard.audit.pages import AuditPage, Progress
from dashboard.services.model import AuditRun
from dashboard.stream import follow_job
from dashboard.web import fragment, person, services, show

audit = Blueprint("audit", __name__)
RUNS = 10


@audit.get("/audit")
def page() -> ResponseReturnValue:
    """Show the last run, or the one asked for."""
    runs = tuple(services().audits.runs(RUNS))
    return show(AuditPage(_progress(), runs, ACCESS["audit.run"].admits(person())))


@audit.get("/audit/progress")
def progress() -> ResponseReturnValue:
    """Return the live part."""
    return fragment(_progress())


@audit.get("/audit/events")
def events() -> ResponseReturnValue:
    """Follow the job that is on its way."""
    return follow_job(services().audits.job(), services().job_logs)


@audit.post("/audit/run")
def run() -> ResponseReturnValue:
    """Submit the checks as a job."""
    services().audits.start(person())
    return redirect(url_for("audit.page"), 303)


@audit.get("/audit/<int:number>/report.json")
def report(number: int) -> ResponseReturnValue:
    """Return a run's report as a file; its hash is in the event log."""
    return _file(_run(number).report, f"countynet-audit-{number}.json", "application/json")


@audit.get("/audit/<int:number>/report.html")
def printable(number: int) -> ResponseReturnValue:
    """Return a run's bilingual report for printing, as a file."""
    return _file(_run(number).page, f"countynet-audit-{number}.html", "text/html")


@audit.get("/audit/evidence/<name>")
def evidence(name: str) -> ResponseReturnValue:
    """Return an evidence file, named by its hash."""
    return _file(name, f"{name}.json", "application/json")


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
    ask = services().audits
    number = request.args.get("run", type=int)
    return Progress(ask.job(), ask.latest() if number is None else _run(number))
