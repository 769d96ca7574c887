"""The event log. Recomputing the whole chain takes long on an old county: a button's work, not every view's."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from dashboard.log.pages import LogPage
from dashboard.web import services, show

log = Blueprint("log", __name__)
LINES = 100


@log.get("/log")
def page() -> ResponseReturnValue:
    """Show events; with `verify=1`, whether the chain is whole."""
    entries = tuple(services().log.page(request.args.get("before", type=int), LINES))
    older = entries[-1].id if len(entries) == LINES else None
    chain = services().log.verify() if request.args.get("verify") == "1" else None
    return show(LogPage(entries, older, chain))
