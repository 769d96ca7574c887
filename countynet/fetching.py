"""The seam between who wants devices read anew and who can read them: the entry point `countynet.fetching`.

The room of playbooks signs in to devices; audit, which stands beside it, asks for what they run now. Read and kept,
nothing else: a device is not changed by it.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol, cast

from countynet.errors import MissingCapability
from countynet.i18n import _
from countynet.rooms import registered
from countynet.settings import Settings

GROUP = "countynet.fetching"


class Fetch(Protocol):
    """Reads devices and keeps what they run."""

    def __call__(self, settings: Settings, actor: str, names: Sequence[str]) -> Mapping[str, str]:
        """Return per device why it could not be read, translated; empty when it was. Raises BadInput, Conflict."""
        ...


def fetch(settings: Settings, actor: str, names: Sequence[str]) -> Mapping[str, str]:
    """Read devices by name through the room that can. Raises MissingCapability when none is installed."""
    entry = next(iter(registered(GROUP)), None)
    if entry is None:
        raise MissingCapability(_("no room of this installation reads devices"))
    return cast(Fetch, entry.load())(settings, actor, names)
