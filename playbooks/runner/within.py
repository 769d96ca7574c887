"""Which devices and servers a role may run a playbook on: the selection that its description gives. Pure."""

from collections.abc import Collection

from countynet.errors import NotAllowed
from countynet.i18n import _
from countynet.people import Actor
from inventory.model import County
from inventory.select import select_members
from inventory.selection_words import in_words
from playbooks.runner.model import Playbook


def allowed(county: County, playbook: Playbook, actor: Actor) -> frozenset[str] | None:
    """Return the names that an actor may run a playbook on, None for all."""
    limit = playbook.within.get(actor.role)
    return None if limit is None else frozenset(member.name for member in select_members(county, [limit]))


def refuse_beyond(county: County, playbook: Playbook, actor: Actor, names: Collection[str]) -> None:
    """Raise NotAllowed for names that are not the actor's to run a playbook on."""
    able = allowed(county, playbook, actor)
    if able is not None and (beyond := [name for name in names if name not in able]):
        message = _("{actor} may run {playbook} only on {limit}, not on {names}")
        limit, told = in_words(playbook.within[actor.role]), ", ".join(beyond[:5])
        raise NotAllowed(message, actor=actor.name, playbook=playbook.name, limit=limit, names=told)
