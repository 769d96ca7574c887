"""The seam between a finding and the plan that mends it: entry point `countynet.planners`.

Audit finds what is wrong and knows the lines that mend it; playbooks makes plans, and knows who may, who approves and
what became of each. They stand on one floor and do not import each other, so what they say to each other is here. A
plan made here has no way around what every plan asks for: another person's approval, the guard, the backup.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, cast

from countynet.errors import MissingCapability
from countynet.i18n import _
from countynet.people import Actor
from countynet.rooms import registered
from countynet.settings import Settings

GROUP = "countynet.planners"


@dataclass(frozen=True)
class Standing:
    """Where a plan stands."""

    plan: int
    state: str
    """open, applying, stopped, done or stale (`playbooks.plan.model.PlanState`)"""
    says: str
    """the state, in the language of the context"""
    alive: bool
    """whether it can still be applied"""
    have: int
    need: int
    """approvals that count now, and how many it needs"""
    done: frozenset[str] = frozenset()
    """devices that have it"""


@dataclass(frozen=True)
class Drawn:
    """What came of lines that a plan shall carry."""

    plan: int | None
    """None: no device could be planned"""
    left: Mapping[str, str]
    """devices that are not in it, and why, in the language of the context"""


@dataclass(frozen=True)
class AtOnce:
    """A plan that is to be applied without an approval."""

    plan: int
    emergency: int
    """the number of the emergency"""
    reason: str
    before: str
    """the commit of the inventory before the change that the plan shall bring: it brings nothing but that"""


class Planner(Protocol):
    """Who makes plans."""

    def allow(self, actor: Actor) -> None:
        """Raise NotAllowed for whoever neither makes nor carries out changes."""
        ...

    def read(self, settings: Settings, devices: Sequence[str], actor: Actor) -> Mapping[str, str]:
        """Read what devices run now and keep it, of all that stand without names; return who did not answer, and why.

        Reasons are in the language of the context. Raises NotAllowed, BadInput.
        """
        ...

    def intended(self, settings: Settings, devices: Sequence[str], actor: Actor) -> Drawn:
        """Make one plan that brings devices to what the inventory says.

        Raises NotAllowed, BadInput, and Conflict when no device differs or none could be read.
        """
        ...

    def lines(self, settings: Settings, wanted: Mapping[str, Sequence[str]], about: str, actor: Actor) -> Drawn:
        """Make one plan of lines that no inventory says, exactly these for each device, with what takes them back.

        Lines are as people enter them, each view's below its head and indented. `about` says what for, in the plan.
        Raises NotAllowed, BadInput.
        """
        ...

    def apply_now(
        self, settings: Settings, order: "AtOnce", actor: Actor, told: Callable[[str, str], None]
    ) -> Standing:
        """Apply a plan at once under the authority of an emergency that runs, and return where it stands then.

        Raises NotAllowed; BadInput for an emergency that there is not; Conflict for one that has ended or is a drill,
        a plan that is somebody else's, that touches a core or a firewall, or that brings more than what was asked for.
        """
        ...

    def emergency(self, settings: Settings, number: int, actor: Actor) -> None:
        """Raise unless this person may act at once under an emergency now: NotAllowed, BadInput, Conflict."""
        ...

    def confirm(self, settings: Settings, plan: int, actor: Actor, note: str) -> None:
        """Say afterwards that a plan was rightly applied at once: the center, never its author.

        Raises NotAllowed, BadInput without a note, Conflict for a plan that was not applied at once, or is confirmed.
        """
        ...

    def standing(self, settings: Settings, plans: Collection[int]) -> Mapping[int, Standing]:
        """Return where plans stand; those that there are not are left out."""
        ...


def planner() -> Planner:
    """Return who makes plans. Raises MissingCapability when no installed room does."""
    entry = next(iter(registered(GROUP)), None)
    if entry is None:
        raise MissingCapability(_("no room of this installation makes plans"))
    return cast(Planner, entry.load()())
