"""`countynet api`: tokens by which other systems use the API. A token is printed once and stored as a hash only."""

from typing import TYPE_CHECKING, Annotated

import typer

from countynet.canonical import JSON
from countynet.console import run_command
from countynet.i18n import _
from countynet.vocabulary import Role
from dashboard.tokens.model import Scope

if TYPE_CHECKING:
    from dashboard.tokens.model import Token
    from dashboard.tokens.service import Tokens

app = typer.Typer(no_args_is_help=True, help=_("Let other systems in: tokens of the API, and its description."))
token = typer.Typer(no_args_is_help=True, help=_("Make, list and take back tokens."))
app.add_typer(token, name="token")
ACTOR = "cli"

Json = Annotated[bool, typer.Option("--json", help=_("Print one JSON document."))]


def _tokens() -> "Tokens":
    from countynet.db import open_database
    from countynet.settings import Settings
    from dashboard.tokens.service import Tokens

    return Tokens(open_database(Settings.load()))


@app.command("openapi", help=_("Print the API's description (OpenAPI 3.1)."))
@run_command
def openapi() -> None:
    """Print the document that /api/v1/openapi.json gives."""
    from dashboard.api.document import document
    from dashboard.api.operations import OPERATIONS

    typer.echo(document(OPERATIONS))


@token.command("add", help=_("Make a token and print it, the only time that it is seen."))
@run_command
def add(
    name: Annotated[str, typer.Argument(help=_("Its name: what it does is written down under api:NAME."))],
    role: Annotated[Role, typer.Option(help=_("For whom it acts."))],
    scope: Annotated[list[Scope], typer.Option(help=_("What it may do; may be given several times."))],
    unit: Annotated[str | None, typer.Option(help=_("The unit of a unit's token, e.g. u025."))] = None,
    organisation: Annotated[str, typer.Option(help=_("Who holds it, in words."))] = "",
    days: Annotated[int, typer.Option(help=_("How many days it is valid."))] = 90,
    as_json: Json = False,
) -> None:
    """Make a token."""
    from countynet.console import print_json
    from countynet.settings import Settings
    from dashboard.tokens.model import Wish
    from inventory import load_county

    wish = Wish(name, role, frozenset(scope), unit, organisation, days)
    units = [one.id for one in load_county(Settings.load().county).units]
    made = _tokens().add(wish, units, ACTOR, Role.ADMIN)
    if as_json:
        print_json({**_document(made.token), "token": made.secret})
    else:
        typer.echo(made.secret)


@token.command("list", help=_("List the tokens; never a secret."))
@run_command
def list_(as_json: Json = False) -> None:
    """List the tokens."""
    from countynet import clock
    from countynet.console import print_json, table
    from countynet.i18n import translate
    from dashboard.localtime import stamp
    from dashboard.tokens.model import STATES
    from dashboard.words import word

    found = _tokens().list()
    if as_json:
        print_json([_document(one) for one in found])
        return
    columns = (
        _("Name"), _("Organisation"), _("Role"), _("Unit"), _("Scopes"), _("Valid until"), _("Last used"), _("State"),
    )  # fmt: skip
    rows = [
        (
            one.name, one.organisation, word(one.role), one.unit or "", " ".join(sorted(one.scopes)),
            stamp(one.expires), stamp(one.used) if one.used else "", translate(STATES[one.state(clock.now())]),
        )
        for one in found
    ]  # fmt: skip
    table("", [translate(column) for column in columns], rows)


@token.command("revoke", help=_("Take a token back, from this moment."))
@run_command
def revoke(
    name: Annotated[str, typer.Argument(help=_("The token's name."))],
    as_json: Json = False,
) -> None:
    """Take a token back."""
    from countynet.console import print_json
    from countynet.i18n import translate

    gone = _tokens().revoke(name, ACTOR)
    if as_json:
        print_json(_document(gone))
    else:
        typer.echo(translate(_("the token {name} is worthless now"), name=name))


def _document(one: "Token") -> dict[str, JSON]:
    from countynet import clock
    from dashboard.localtime import machine

    return {
        "name": one.name,
        "organisation": one.organisation,
        "role": one.role.value,
        "unit": one.unit,
        "scopes": sorted(one.scopes),
        "created": machine(one.created),
        "author": one.author,
        "expires": machine(one.expires),
        "used": machine(one.used) if one.used else None,
        "revoked": machine(one.revoked) if one.revoked else None,
        "state": one.state(clock.now()),
    }
