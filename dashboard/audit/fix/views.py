"""From a failed check to the plan that mends it: what fits each device, and the button of those who make plans."""

from collections.abc import Sequence

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from audit.checks import BY_ID
from audit.fix.desk import Asked
from countynet.errors import BadInput, CountyError
from countynet.i18n import _, describe, translate, translate_error
from countynet.people import Actor
from dashboard.access import ACCESS
from dashboard.audit.blueprint import audit
from dashboard.audit.fix.pages import FixPage, MakingPart, Mended
from dashboard.web import fragment, person, services, show

MOST = 500
"""devices of one form"""


@audit.get("/audit/<int:number>/fix/<check>")
def fix(number: int, check: str) -> ResponseReturnValue:
    """Show what would mend a failed check, device by device."""
    return show(_page(number, check))


@audit.get("/audit/<int:number>/fix/<check>/making")
def fix_making(number: int, check: str) -> ResponseReturnValue:
    """Return the live part."""
    return fragment(_making(number, check))


@audit.post("/audit/<int:number>/fix/<check>")
def fix_plan(number: int, check: str) -> ResponseReturnValue:
    """Have one plan made for the devices that were ticked."""
    who, page = person(), _page(number, check)
    known, ticked = {one.device for one in page.devices}, request.form.getlist("device")[:MOST]
    if not ticked or set(ticked) - known:
        return show(_page(number, check, (translate(_("choose at least one of these devices")),)), 422)
    services().fixes.start(Actor(who.login, who.role, who.unit), number, check, ticked)
    return redirect(url_for("audit.fix", number=number, check=check), 303)


def _page(number: int, check: str, problems: Sequence[str] = ()) -> FixPage:
    if check not in BY_ID:
        abort(404)
    links, found, said = services().fixes.links(), Asked((), ()), list(problems)
    try:
        found = services().fixes.asked(number, check, request.args.getlist("device")[:MOST])
    except BadInput as error:
        if services().audits.run(number) is None:
            abort(404)
        said += [describe(problem) for problem in error.problems]
    except CountyError as error:
        said.append(translate_error(error))
    remedies = {remedy.device: remedy for remedy in found.remedies}
    devices = tuple(Mended(name, remedies.get(name), links.get((check, name))) for name in found.devices)
    may = ACCESS["audit.fix_plan"].admits(person())
    title = translate(BY_ID[check].info.title)
    return FixPage(number, check, title, devices, _making(number, check), may, tuple(said))


def _making(number: int, check: str) -> MakingPart:
    return MakingPart(services().fixes.job(number, check))
