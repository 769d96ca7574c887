"""A unit changes: the center saves or proposes, its clerk and the operator propose what is theirs.

When somebody else changed the same field since the form was made, the form comes back with what this person typed,
beside it what the field says now, and above it who changed it, when and why. What this person did not touch shows the
new value, so that saving again takes nothing back unseen.
"""

from dataclasses import dataclass, replace

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from countynet.errors import BadInput, Conflict, Problem
from countynet.i18n import _, translate, translate_error
from countynet.vocabulary import Role
from dashboard.inventory.blueprint import inventory
from dashboard.inventory.fields import NONE, Errors, Input, sort, typed
from dashboard.inventory.rights import may_read, may_save
from dashboard.inventory.units import spots
from dashboard.inventory.units.pages import EditPage, Group
from dashboard.inventory.units.spots import Spot
from dashboard.language import named
from dashboard.web import person, services, show
from inventory.model import County
from inventory.record.changes import State


@dataclass(frozen=True)
class _Form:
    """A unit's form at one commit."""

    unit: str
    base: str
    state: State
    found: tuple[Spot, ...]
    values: dict[str, str]
    now: dict[str, str] | None = None
    """what touched fields say now, after a conflict"""


@inventory.get("/inventory/units/<unit>/edit")
def edit(unit: str) -> ResponseReturnValue:
    """Show the form of a unit as it is."""
    return show(_page(_fresh(unit)))


@inventory.post("/inventory/units/<unit>/edit")
def save(unit: str) -> ResponseReturnValue:
    """Save what was changed, or propose it."""
    ask, who, reason = services().inventory, person(), typed(request.form, "reason")
    form = _posted(unit)
    try:
        made = spots.edits(form.found, form.values, form.state)
        if not made:
            raise BadInput([Problem(_("nothing is changed yet"))])
        if not reason:
            raise BadInput([Problem(_("say why: a change needs a reason"), where="reason")])
        if request.form.get("act") == "save" and may_save(who):
            done = ask.save(who, made, reason, form.base)
            return redirect(url_for("inventory.object", section="units", key=unit, done=done.commit[:10]), 303)
        number = ask.propose(who, made, reason, form.base)
        return redirect(url_for("inventory.proposal", proposal=number), 303)
    except BadInput as error:
        return show(_page(form, sort(error, [*_inputs(form), Input("reason", "")], _prefixes(form))), 400)
    except Conflict as error:
        return show(_page(_again(form), conflict=translate_error(error)), 409)


def _fresh(unit: str) -> _Form:
    ask = services().inventory
    base = ask.head()
    state = ask.state(base)
    if not may_read(person(), ("units", unit), state.get(("units", unit))):
        abort(403)
    if ("units", unit) not in state:
        abort(404)
    found = spots.spots(state, unit, person())
    return _Form(unit, base, state, found, {s.name: s.value(state) for s in found})


def _posted(unit: str) -> _Form:
    """Return the form as it was sent, at the commit that it was made from."""
    fresh = _fresh(unit)
    base = request.form.get("base", "")[:64]
    state = fresh.state if base == fresh.base else services().inventory.state(base)
    if ("units", unit) not in state:
        return replace(fresh, values=spots.given(fresh.found, request.form, fresh.values))
    found = spots.spots(state, unit, person())
    before = {s.name: s.value(state) for s in found}
    return _Form(unit, base, state, found, spots.given(found, request.form, before))


def _again(form: _Form) -> _Form:
    """Return a form on today's state: touched fields as typed, all others as they are now."""
    fresh = _fresh(form.unit)
    touched = {s.name for s in form.found if form.values[s.name] != s.value(form.state)}
    values = {n: form.values[n] if n in touched else value for n, value in fresh.values.items()}
    then = {s.name: s.value(form.state) for s in form.found}
    theirs = {n for n in touched if n in fresh.values and fresh.values[n] not in (then[n], form.values[n])}
    now = {n: fresh.values[n] for n in theirs}
    return replace(fresh, values=values, now=now)


def _inputs(form: _Form) -> tuple[Input, ...]:
    return spots.inputs(form.found, form.values, services().county.whole(), form.state)


def _prefixes(form: _Form) -> dict[str, str]:
    """Return what places of the county are in the form."""
    county = services().county.whole()
    places = {f"units[{i}].": "unit." for i, u in enumerate(county.units) if u.id == form.unit}
    places |= {f"circuits[{i}].": "line." for i, c in enumerate(county.circuits) if c.unit == form.unit}
    return {**places, f"units/{form.unit}": "unit", "reason": "reason"}


def _page(form: _Form, errors: Errors = NONE, conflict: str = "") -> EditPage:
    county, who, now = services().county.whole(), person(), form.now or {}
    shown = tuple(replace(i, now=now.get(i.name)) for i in errors.at(_inputs(form)))
    group_of = {s.name: s.group for s in form.found}
    groups = tuple(
        Group(translate(title), tuple(i for i in shown if group_of[i.name] == title))
        for title in dict.fromkeys(s.group for s in form.found)
    )
    return EditPage(
        unit=form.unit,
        name=_name(county, form),
        groups=groups,
        base=form.base,
        reason=typed(request.form, "reason"),
        reason_errors=errors.beside.get("reason", ()),
        problems=errors.others,
        conflict=conflict,
        may_save=may_save(who),
        clerk=who.role is Role.UNIT,
    )


def _name(county: County, form: _Form) -> str:
    unit = county.unit_by_id.get(form.unit)
    return named(unit) if unit else form.unit
