"""Who a login is, for the command line: the dashboard's accounts, read as a table because rooms do not import upwards.

The command line is used by someone with the county's files in hand; `--as` says in whose name, and the rules of the
steps hold for that person as they do in the browser.
"""

from sqlalchemy import Engine, inspect, text

from countynet.db import reading
from countynet.errors import BadInput, Problem
from countynet.i18n import _
from countynet.vocabulary import Role
from monitoring.faults.rules import Actor


def actor(engine: Engine, login: str) -> Actor:
    """Return who a login is. Raises BadInput when there is no such account."""
    if inspect(engine).has_table("users"):
        with reading(engine) as session:
            row = session.execute(text("SELECT login, role, unit FROM users WHERE login = :login"), {"login": login})
            found = row.one_or_none()
        if found is not None:
            return Actor(found.login, Role(found.role), found.unit)
    raise BadInput([Problem(_("there is no account {login}"), {"login": login}, wanted=_("see: countynet users list"))])
