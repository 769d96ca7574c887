"""Intrusions: a list that can be narrowed, each with the line it came from, and what people say to it.

Who sees which is decided by the service from who asks: a unit its own, the operator its contract's.
"""

from datetime import date

from flask import Blueprint, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from countynet import clock
from countynet.errors import BadInput, CountyError
from countynet.i18n import describe, translate_error
from countynet.vocabulary import Role
from dashboard.access import ACCESS
from dashboard.intrusions.pages import IntrusionList, OneIntrusion
from dashboard.language import named
from dashboard.services.real.faults import actor
from dashboard.web import person, services, show
from monitoring.intrusions.model import IntrusionKind
from monitoring.intrusions.service import LONGEST_REASON, Shown, Sieve

intrusions = Blueprint("intrusions", __name__)
MOST = 200
FORM = ("answer", "reason", "until", "everywhere")


@intrusions.get("/intrusions")
def page() -> ResponseReturnValue:
    """Show the findings that stand, or all."""
    return show(_list(()))


@intrusions.get("/intrusions/<int:number>")
def one(number: int) -> ResponseReturnValue:
    """Show one finding."""
    return show(_one(_known(number), (), {}))


@intrusions.post("/intrusions/<int:number>/answer")
def answer(number: int) -> ResponseReturnValue:
    """Say what was found and done."""
    found, typed = _known(number), _typed()
    try:
        services().intrusions.answer(actor(person()), services().county.whole(), number, typed["answer"])
    except CountyError as error:
        return show(_one(found, _said(error), typed), 422)
    return redirect(url_for("intrusions.one", number=number), 303)


@intrusions.post("/intrusions/<int:number>/accept")
def accept(number: int) -> ResponseReturnValue:
    """Take its signature for a false alarm until a day."""
    found, typed = _known(number), _typed()
    try:
        until, everywhere = _day(typed["until"]), bool(typed["everywhere"])
        services().intrusions.accept(actor(person()), number, everywhere, typed["reason"], until)
    except CountyError as error:
        return show(_one(found, _said(error), typed), 422)
    return redirect(url_for("intrusions.one", number=number), 303)


@intrusions.post("/intrusions/false-alarms/<int:number>/withdraw")
def withdraw(number: int) -> ResponseReturnValue:
    """Take a false alarm back."""
    try:
        services().intrusions.withdraw(actor(person()), number)
    except CountyError as error:
        return show(_list(_said(error)), 422)
    return redirect(url_for("intrusions.page"), 303)


def _typed() -> dict[str, str]:
    return {name: request.form.get(name, "").strip()[: LONGEST_REASON + 1] for name in FORM}


def _said(error: CountyError) -> tuple[str, ...]:
    return tuple(map(describe, error.problems)) if isinstance(error, BadInput) else (translate_error(error),)


def _day(said: str) -> date:
    """Return a day as a browser sends it; what is none lies outside every range."""
    try:
        return date.fromisoformat(said)
    except ValueError:
        return date.min


def _known(number: int) -> Shown:
    found = services().intrusions.get(actor(person()), services().county.whole(), number)
    if found is None:
        abort(404)
    return found


def _one(found: Shown, problems: tuple[str, ...], typed: dict[str, str]) -> OneIntrusion:
    unit = services().county.whole().unit_by_id.get(found.row.unit)
    open_ = found.row.answered is None
    return OneIntrusion(
        found,
        named(unit) if unit else "",
        open_ and ACCESS["intrusions.answer"].admits(person()),
        found.stands and ACCESS["intrusions.accept"].admits(person()),
        unit is not None and open_ and ACCESS["faults.form"].admits(person()),
        problems,
        typed or {"until": clock.today().isoformat()},
    )


def _list(problems: tuple[str, ...]) -> IntrusionList:
    asked = {name: request.args.get(name, "")[:64] for name in ("unit", "kind", "subject")}
    kind = asked["kind"] if asked["kind"] in [k.value for k in IntrusionKind] else ""
    sieve = Sieve(asked["unit"], kind, asked["subject"], "all" in request.args)
    who, county, ask = person(), services().county.whole(), services().intrusions
    clerk = who.role is Role.UNIT
    return IntrusionList(
        ask.list(actor(who), county, sieve, MOST),
        {unit.id: named(unit) for unit in county.units},
        sieve,
        () if clerk else ask.false_alarms(),
        ACCESS["intrusions.withdraw"].admits(who),
        clerk,
        MOST,
        problems,
    )
