"""The tokens of programs: the center and the administrator make them and take them back. A secret is shown once."""

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from countynet import clock
from countynet.errors import BadInput
from countynet.i18n import describe
from countynet.vocabulary import Role
from dashboard.tokens.model import ISSUES, Made, Scope, Wish
from dashboard.tokens.pages import TokensPage
from dashboard.web import person, services, show

tokens = Blueprint("tokens", __name__)


@tokens.get("/tokens")
def page() -> ResponseReturnValue:
    """List the tokens."""
    return show(_page())


@tokens.post("/tokens")
def add() -> ResponseReturnValue:
    """Make a token and show its secret once."""
    units = services().county.whole().unit_by_id
    try:
        made = services().api.tokens.add(_wish(), units, person().login, person().role)
    except BadInput as error:
        return show(_page(problems=tuple(describe(problem) for problem in error.problems)), 400)
    return show(_page(made))


@tokens.post("/tokens/<name>/revoke")
def revoke(name: str) -> ResponseReturnValue:
    """Take a token back."""
    try:
        services().api.tokens.revoke(name, person().login)
    except BadInput as error:
        return show(_page(problems=tuple(describe(problem) for problem in error.problems)), 404)
    return show(_page())


def _wish() -> Wish:
    form = request.form
    role = form.get("role", "")
    days = form.get("days", "")
    return Wish(
        name=form.get("name", "").strip(),
        role=Role(role) if role in tuple(Role) else Role.ADMIN,
        scopes=frozenset(Scope(one) for one in form.getlist("scope") if one in tuple(Scope)),
        unit=form.get("unit", "") or None,
        organisation=form.get("organisation", "").strip(),
        days=int(days) if days.isascii() and days.isdigit() and len(days) < 6 else 0,
    )


def _page(made: Made | None = None, problems: tuple[str, ...] = ()) -> TokensPage:
    ask = services()
    roles = tuple(role for role in Role if role in ISSUES.get(person().role, frozenset()))
    given = request.form.to_dict() if problems else None
    return TokensPage(ask.api.tokens.list(), roles, tuple(ask.county.whole().units), clock.now(), made, problems, given)
