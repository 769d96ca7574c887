"""The exchange with other platforms: how it stands, what waits, what failed and why; the center has it tried again."""

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from countynet.errors import BadInput
from countynet.i18n import describe
from dashboard.access import ACCESS
from dashboard.bridge.pages import BridgePage, BridgePart
from dashboard.services.real.faults import actor
from dashboard.web import fragment, person, services, show

bridge = Blueprint("bridge", __name__)


@bridge.get("/faults/bridge")
def page() -> ResponseReturnValue:
    """Show the exchange."""
    return show(BridgePage(_part(), request.args.get("asked", "")[:40]))


@bridge.get("/faults/bridge/live")
def live() -> ResponseReturnValue:
    """Return the part that is fetched again."""
    return fragment(_part())


@bridge.post("/faults/bridge/retry")
def retry() -> ResponseReturnValue:
    """Have a platform tried again: everything, one fault of it, or all its tickets from the first on."""
    form = request.form
    number = form.get("fault", "")
    fault = min(int(number), (1 << 31) - 1) if number.isascii() and number.isdigit() else None
    services().bridge.retry(form.get("platform", ""), actor(person()), fault, "from_start" in form)
    return redirect(url_for("bridge.page", asked=form.get("platform", "")), 303)


def _part() -> BridgePart:
    may = ACCESS["bridge.retry"].admits(person())
    try:
        return BridgePart(services().bridge.standings(), (), may)
    except BadInput as error:
        return BridgePart((), tuple(map(describe, error.problems)), may)
