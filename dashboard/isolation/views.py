"""Isolation: who reaches whom over all packets, by the last proof; a cell opens with its packet, way and rules."""

from flask import Blueprint, Response, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.access import ACCESS
from dashboard.isolation.pages import IsolationPage, Matrix
from dashboard.services.isolation import KINDS
from dashboard.stream import follow_job
from dashboard.web import fragment, person, services, show

isolation = Blueprint("isolation", __name__)


@isolation.get("/isolation")
def page() -> ResponseReturnValue:
    """Show the last proof, and the cell that is asked for."""
    return show(IsolationPage(_matrix(), ACCESS["isolation.run"].admits(person())))


@isolation.get("/isolation/matrix")
def live() -> ResponseReturnValue:
    """Return the live part."""
    return fragment(_matrix())


@isolation.get("/isolation/events")
def events() -> ResponseReturnValue:
    """Follow the job that is on its way."""
    return follow_job(services().isolation.job(), services().job_logs)


@isolation.get("/isolation/certificate")
def certificate() -> ResponseReturnValue:
    """Return the certificate of the last proof as a file, to be checked offline; 404 where it has none."""
    of = _kind(request.args.get("of"))
    content = services().isolation.certificate(of)
    if content is None:
        abort(404)
    answer = Response(content, mimetype="application/json")
    answer.headers["Content-Disposition"] = f'attachment; filename="countynet-isolation-{of}.json"'
    return answer


@isolation.post("/isolation/run")
def run() -> ResponseReturnValue:
    """Queue a proof."""
    of = _kind(request.form.get("of"))
    services().isolation.start(person(), of)
    return redirect(url_for("isolation.page", of=of), 303)


def _kind(given: str | None) -> str:
    """Return what is proven: what is asked for, else what devices run."""
    if given is None:
        return KINDS[0]
    if given not in KINDS:
        abort(404)
    return given


def _matrix() -> Matrix:
    ask, given = services().isolation, request.args
    of = _kind(given.get("of"))
    view = ask.matrix(of)
    if view is None and "of" not in given:
        of = next((kind for kind in KINDS if ask.matrix(kind)), of)
        view = ask.matrix(of)
    pair = ask.pair(of, given["source"], given["target"]) if "source" in given and "target" in given else None
    return Matrix(of, ask.job(), view, pair, ask.confirmed(of))
