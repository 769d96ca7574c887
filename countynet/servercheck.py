"""The seam between who checks servers and who hardens them: entry point `countynet.servercheck`.

Audit knows what the baseline asks for and reads a server; playbooks change it. They stand on one floor and do not
import each other, so what is wrong with a server comes by here, each time read from the server itself.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import cast

from countynet.errors import MissingCapability
from countynet.i18n import _
from countynet.rooms import registered
from countynet.settings import Settings

GROUP = "countynet.servercheck"


@dataclass(frozen=True)
class Failing:
    """A check that a server fails."""

    check: str
    """its id in the catalogue"""
    title: str
    """what it asks, in the language of the context"""
    says: tuple[str, ...]
    """what was found, likewise"""


@dataclass(frozen=True)
class Looked:
    """What the checks say of a server."""

    passed: int = 0
    failing: tuple[Failing, ...] = ()
    reason: str = ""
    """why it could not be read whole, in the language of the context; empty when it was"""


Checker = Callable[[Settings, Collection[str]], Mapping[str, Looked]]
"""reads servers, named as in the inventory, and says what the checks find now; writes nothing there"""


def checker() -> Checker:
    """Return who checks servers. Raises MissingCapability when no installed room does."""
    entry = next(iter(registered(GROUP)), None)
    if entry is None:
        raise MissingCapability(_("no room of this installation checks servers"))
    return cast(Checker, entry.load())
