"""What a rule of access is: doors that are not about a role, and who a role's rule admits."""

from dataclasses import dataclass
from enum import Enum

from countynet.vocabulary import Role
from dashboard.users.model import Person


class Door(Enum):
    """Doors that are not about a role."""

    ANYONE = "anyone"
    SIGNED_IN = "signed in"
    TOKEN = "token"  # noqa: S105 - the name of a door
    """whoever shows a token with the scope (dashboard.api.gate); a session counts for nothing"""


@dataclass(frozen=True)
class Rule:
    """Who may call one endpoint."""

    who: frozenset[Role] | Door

    def admits(self, person: Person | None) -> bool:
        """Tell whether this person, or a stranger (None), may."""
        if self.who in (Door.ANYONE, Door.TOKEN):
            return True
        if person is None:
            return False
        return self.who is Door.SIGNED_IN or (isinstance(self.who, frozenset) and person.role in self.who)


def roles(*who: Role) -> Rule:
    """Return the rule that admits these roles."""
    return Rule(frozenset(who))


ANYONE = Rule(Door.ANYONE)
SIGNED_IN = Rule(Door.SIGNED_IN)
TOKEN = Rule(Door.TOKEN)
WATCHERS = (Role.CENTER, Role.OPERATOR, Role.AUDITOR)
"""those who watch the whole county; the administrator keeps accounts and sees no operations"""
DESK = roles(*WATCHERS)
KEEPERS = (Role.CENTER, Role.OPERATOR)
"""who registers visits and drills"""
