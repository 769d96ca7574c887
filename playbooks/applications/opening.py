"""What an application opens at the firewalls: a plan as every other, proven, approved and applied under a guard.

What is open follows the inventory, not the servers: an application that is taken off its servers is still described, so
that it can be deployed again. `close` takes its deployment out of the inventory, and only then there is a plan that
closes what it opened.
"""

from countynet.errors import Conflict
from countynet.i18n import _, translate
from countynet.settings import Settings
from inventory.record.edit import Author, Set
from inventory.record.repository import Repository
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


def may_close(settings: Settings, name: str) -> None:
    """Refuse what would leave a county that is wrong: another application reaches this one. Raises BadInput."""
    Repository(settings).preview([_gone(name)])


def close(settings: Settings, name: str, author: str) -> int | None:
    """Take an application's deployment out of the inventory and plan what the firewalls close. Raises CountyError."""
    reason = translate(_("the application {name} was taken off its servers"), name=name)
    Repository(settings).commit([_gone(name)], Author(author), reason)
    return plan(settings, author)


def _gone(name: str) -> Set:
    return Set("applications", name, "deployment", None)
