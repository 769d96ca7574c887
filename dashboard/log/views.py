"""The event log: what is in it, how it is protected, and its copy for an auditor.

Recomputing the whole chain takes long on an old county: a button's work, not every view's.
"""

from flask import Blueprint, Response, request, send_file
from flask.typing import ResponseReturnValue

from countynet.clock import CHINA
from countynet.errors import BadInput, Problem
from countynet.i18n import _
from countynet.moments import moment
from dashboard.log.pages import LogPage
from dashboard.services.log import Wanted
from dashboard.web import person, services, show

log = Blueprint("log", __name__)
LINES = 100


@log.get("/log")
def page() -> ResponseReturnValue:
    """Show events, those that are looked for; with `verify=1`, whether the chain is whole."""
    wanted = _wanted()
    entries = tuple(services().log.page(request.args.get("before", type=int), LINES, wanted))
    older = entries[-1].id if len(entries) == LINES else None
    chain = services().log.verify() if request.args.get("verify") == "1" else None
    return show(LogPage(entries, older, chain, services().log.state(), wanted))


def _wanted() -> Wanted:
    days = {}
    for name in ("since", "until"):
        text = request.args.get(name, "").strip()
        days[name] = moment(text, name).astimezone(CHINA).date() if text else None
    if days["since"] and days["until"] and days["until"] < days["since"]:
        raise BadInput([Problem(_("the last day is before the first"), found=str(days["until"]), where="until")])
    return Wanted(request.args.get("q", "").strip()[:80], days["since"], days["until"])


@log.get("/log/checkpoint")
def checkpoint() -> ResponseReturnValue:
    """Return the last signed checkpoint and the public keys, to note them elsewhere."""
    state = services().log.state()
    text = "\n".join([state.note, *state.keys]) + "\n"
    response = Response(text, mimetype="text/plain")
    response.headers["Content-Disposition"] = 'attachment; filename="checkpoint.txt"'
    return response


@log.post("/log/take")
def take() -> ResponseReturnValue:
    """Return log and evidence with the program that checks them."""
    archive = services().log.take(person().login)
    return send_file(archive, "application/zip", as_attachment=True, download_name="countynet-log.zip")
