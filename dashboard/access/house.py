"""Pages of the house itself: sign-in, accounts, help, and the API, each operation behind its token."""

from collections.abc import Mapping

from countynet.vocabulary import Role
from dashboard.access.rule import ANYONE, SIGNED_IN, TOKEN, Rule, roles
from dashboard.api.operations import OPERATIONS

HOUSE: Mapping[str, Rule] = {
    "static": ANYONE,
    "auth.sign_in": ANYONE,
    "auth.enter": ANYONE,
    "signon.away": ANYONE,
    "signon.back": ANYONE,
    "auth.language": ANYONE,
    "auth.look": ANYONE,
    "auth.sign_out": SIGNED_IN,
    "auth.account": SIGNED_IN,
    "auth.change_password": SIGNED_IN,
    "help.page": ANYONE,
    "help.health": ANYONE,
    "users.page": roles(Role.CENTER, Role.ADMIN),
    "users.issue": roles(Role.CENTER, Role.ADMIN),
    "tokens.page": roles(Role.CENTER, Role.ADMIN),
    "tokens.add": roles(Role.CENTER, Role.ADMIN),
    "tokens.revoke": roles(Role.CENTER, Role.ADMIN),
    "api.openapi": ANYONE,
    "api.docs": ANYONE,
    "api.unknown": ANYONE,
    **{f"api.{operation.id}": TOKEN for operation in OPERATIONS},
}
