"""`countynet users`: who may sign in. A password is printed once, on stdout, and stored as a hash only."""

from typing import TYPE_CHECKING, Annotated

import typer

from countynet.i18n import _
from countynet.vocabulary import Role

if TYPE_CHECKING:
    from dashboard.users.service import Accounts

app = typer.Typer(no_args_is_help=True, help=_("Manage the people who sign in."))
ACTOR = "cli"

Json = Annotated[bool, typer.Option("--json", help=_("Print one JSON document."))]


def _accounts() -> "Accounts":
    from countynet.db import open_database
    from countynet.settings import Settings
    from dashboard.users.service import Accounts

    return Accounts(open_database(Settings.load()))


@app.command("list", help=_("List the accounts."))
def list_accounts(as_json: Json = False) -> None:
    """Print every account; never a password."""
    from countynet.console import print_json, table
    from countynet.i18n import translate
    from dashboard.localtime import machine, stamp
    from dashboard.words import word

    found = _accounts().list()
    if as_json:
        print_json(
            [
                {
                    "login": a.login,
                    "role": a.role.value,
                    "unit": a.unit,
                    "password_set": a.usable,
                    "last_seen": None if a.last_seen is None else machine(a.last_seen),
                }
                for a in found
            ]
        )
        return
    columns = [translate(text) for text in (_("Login"), _("Role"), _("Unit"), _("Password"), _("Last seen"))]
    words = {True: translate(_("set")), False: translate(_("not issued yet"))}
    rows = [
        (a.login, word(a.role), a.unit or "", words[a.usable], stamp(a.last_seen) if a.last_seen else "") for a in found
    ]
    table("", columns, rows)


@app.command("create", help=_("Create an account and print its password."))
def create(
    login: Annotated[str, typer.Argument(help=_("The login name."))],
    role: Annotated[Role, typer.Option(help=_("What the person is."))],
    unit: Annotated[str | None, typer.Option(help=_("The unit of a clerk, e.g. u025."))] = None,
    as_json: Json = False,
) -> None:
    """Create an account with a random password."""
    accounts = _accounts()
    accounts.create(login, role, unit, ACTOR)
    _issue(accounts, login, as_json)


@app.command("password", help=_("Give an account a new random password and print it; its sessions end."))
def password(login: Annotated[str, typer.Argument(help=_("The login name."))], as_json: Json = False) -> None:
    """Issue a new password."""
    _issue(_accounts(), login, as_json)


def _issue(accounts: "Accounts", login: str, as_json: bool) -> None:
    from countynet.console import print_json

    issued = accounts.issue(login, ACTOR)
    if as_json:
        print_json({"login": issued.login, "role": issued.role.value, "password": issued.password})
    else:
        typer.echo(issued.password)
