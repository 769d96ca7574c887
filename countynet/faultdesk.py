"""The seam by which other rooms have a fault opened: entry point `countynet.faultdesk`.

The room of faults keeps them; whoever finds something at a unit that people have to mend asks here, by name of a person
whose rights are asked there.
"""

from collections.abc import Callable
from typing import cast

from sqlalchemy import Engine

from countynet.errors import MissingCapability
from countynet.i18n import _
from countynet.people import Actor
from countynet.rooms import registered

GROUP = "countynet.faultdesk"


def file(engine: Engine, unit: str, title: str, words: str, actor: Actor) -> int:
    """Open a fault of a unit, or join the one that is open, and return its number.

    Raises NotAllowed for who may not report for the unit, MissingCapability when no installed room keeps faults.
    """
    entry = next(iter(registered(GROUP)), None)
    if entry is None:
        raise MissingCapability(_("no room of this installation keeps faults"))
    return cast("Callable[[Engine, str, str, str, Actor], int]", entry.load())(engine, unit, title, words, actor)
