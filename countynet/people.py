"""Who acts, as the rules of a workflow see a person; and who a login is, for the command line.

The accounts are the dashboard's; they are read as a table, because rooms do not import upwards. The command line is
used by someone with the county's files in hand: `--as` says in whose name, and the rules hold for that person as they
do in the browser.
"""

from dataclasses import dataclass

from sqlalchemy import Engine, inspect, text
from sqlalchemy.orm import Session

from countynet.db import reading
from countynet.errors import BadInput, Problem
from countynet.i18n import _, translate
from countynet.vocabulary import Role

SCHEDULE = "schedule"
"""who asks for what is due by the calendar and by nobody's order; no account may have this name"""


@dataclass(frozen=True)
class Actor:
    """Who acts: login, role, and the unit of a unit's clerk."""

    name: str
    role: Role
    unit: str | None = None

    @property
    def clerk_of(self) -> str | None:
        """The unit in whose name this person speaks; None for everybody who is no unit's clerk."""
        return self.unit if self.role is Role.UNIT else None


def called(login: str) -> str:
    """Return what people read of whoever acted: a login as it is, the schedule in the language of the context."""
    return translate(_("the calendar")) if login == SCHEDULE else login


def everyone(session: Session, usable: bool = True) -> tuple[Actor, ...]:
    """Return everybody who can sign in (`usable` false: every account), by login; nobody while there is none."""
    if not inspect(session.get_bind()).has_table("users"):
        return ()
    rows = session.execute(text("SELECT login, role, unit, password IS NOT NULL AS usable FROM users ORDER BY login"))
    return tuple(Actor(row.login, Role(row.role), row.unit) for row in rows if row.usable or not usable)


def actor(engine: Engine, login: str) -> Actor:
    """Return who a login is. Raises BadInput when there is no such account."""
    if inspect(engine).has_table("users"):
        with reading(engine) as session:
            row = session.execute(text("SELECT login, role, unit FROM users WHERE login = :login"), {"login": login})
            found = row.one_or_none()
        if found is not None:
            return Actor(found.login, Role(found.role), found.unit)
    raise BadInput([Problem(_("there is no account {login}"), {"login": login}, wanted=_("see: countynet users list"))])
