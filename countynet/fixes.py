"""The seam between a fault and what can be done about it: rooms offer actions under the entry points `countynet.fixes`.

The room of faults knows which action fits; the room of playbooks knows how it is done. They stand on one floor and do
not import each other, so what they say to each other is here. An action is looked at first (`check` touches no device),
then done (`run`), by a person whose rights it asks itself.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Protocol, cast

from countynet.errors import MissingCapability
from countynet.i18n import _
from countynet.people import Actor
from countynet.rooms import registered
from countynet.settings import Settings

GROUP = "countynet.fixes"
_stop: ContextVar[threading.Event | None] = ContextVar("stop", default=None)
Told = Callable[[str, str], None]
"""device (or nothing), and what is said of it"""


@dataclass(frozen=True)
class Preview:
    """What an action would change."""

    lines: tuple[str, ...]
    """what it would do, in the language of the context; empty: nothing is to be changed"""
    plan: int | None = None
    """the plan that it made, or found made before"""
    waits: str = ""
    """why it cannot be done yet (an approval), empty when it can"""

    @property
    def changes(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.lines)


@dataclass(frozen=True)
class Outcome:
    """How an action came out."""

    good: bool
    words: str


class Action(Protocol):
    """Something that can be done about a fault."""

    def check(self, settings: Settings, names: Sequence[str], actor: Actor, plan: int | None) -> Preview:
        """Return what it would change on devices or hosts; touches nothing. `plan`: one made before for this fault.

        Raises NotAllowed, Conflict, BadInput, DeviceError.
        """
        ...

    def run(self, settings: Settings, names: Sequence[str], preview: Preview, actor: Actor, told: Told) -> Outcome:
        """Do it. Raises NotAllowed, Conflict (an approval is missing, what was looked at is stale)."""
        ...


def stopping() -> threading.Event:
    """Return the event that is set when whoever had an action done wants it to stop; an action looks at it."""
    return _stop.get() or threading.Event()


@contextmanager
def stopped_by(event: threading.Event) -> Iterator[None]:
    """Have actions that are done within a block stop when an event is set."""
    before = _stop.set(event)
    try:
        yield
    finally:
        _stop.reset(before)


def action(name: str) -> Action:
    """Return an action by name. Raises MissingCapability when no installed room offers it."""
    entry = next((entry for entry in registered(GROUP) if entry.name == name), None)
    if entry is None:
        raise MissingCapability(_("no room of this installation offers the action {name}"), name=name)
    return cast(Action, entry.load()())
