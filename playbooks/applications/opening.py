"""What an application opens at the firewalls: a plan as every other, proven, approved and applied under a guard."""

from countynet.errors import Conflict
from countynet.settings import Settings
from playbooks.plan.make import NOTHING, Wish, make
from playbooks.plan.proving import try_to_prove

ONLY = "role=firewall"


def plan(settings: Settings, author: str) -> int | None:
    """Plan what brings the firewalls to the inventory, and prove it; None when they are there. Raises CountyError."""
    try:
        made = make(settings, Wish(author), [ONLY])
    except Conflict as error:
        if error.message == NOTHING:
            return None
        raise
    try_to_prove(settings, made.number)
    return made.number
