"""The accounts: the administrator and the center issue passwords.

The center issues them to clerks only: it must not be able to make itself administrator, auditor or operator.
"""

from flask import Blueprint, abort
from flask.typing import ResponseReturnValue

from countynet.vocabulary import Role
from dashboard.language import named
from dashboard.records.reading import to_read
from dashboard.users.model import Issued
from dashboard.users.pages import AccountRow, UsersPage
from dashboard.web import person, services, show

users = Blueprint("users", __name__)


@users.get("/accounts")
def page() -> ResponseReturnValue:
    """List the accounts."""
    return show(_page())


@users.post("/accounts/<login>/password")
def issue(login: str) -> ResponseReturnValue:
    """Give an account a new password and show it once."""
    found = next((a for a in services().accounts.list() if a.login == login), None)
    if found is None:
        abort(404)
    if person().role is not Role.ADMIN and found.role is not Role.UNIT:
        abort(403)
    return show(_page(services().accounts.issue(login, person().login)))


def _page(issued: Issued | None = None) -> UsersPage:
    units = services().county.county().unit_by_id
    everybody = services().accounts.list()
    mine = everybody if person().role is Role.ADMIN else [a for a in everybody if a.role is Role.UNIT]
    return UsersPage(
        tuple(AccountRow(a, named(units[a.unit]) if a.unit in units else "") for a in mine), issued, to_read()
    )
