"""How a run stands, who may do what with it, and which run may begin next. Pure.

A run that only checks and one that changes differ in what they may stand beside: no two runs touch one device or
server at once unless both only look. Nobody agrees to their own run; an agreement that did not come within a day is
over. Whoever has fewest runs under way comes first, then whoever has waited longest; a run that waits for a device
keeps it from those behind, so that it is never passed by for ever.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from countynet.errors import NotAllowed
from countynet.i18n import _
from countynet.people import Actor
from countynet.vocabulary import Role
from playbooks.runner.model import Playbook

AGREED = timedelta(hours=24)
"""how long a run waits for the center, and how long a check counts"""
MOST = 4
"""runs at once; each is processes of its own, and most of its time it waits for servers"""


class RunState(StrEnum):
    """Where a run stands."""

    WAITING = "waiting"
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    REFUSED = "refused"
    EXPIRED = "expired"
    BROKEN = "broken"


STATES: dict[RunState, str] = {
    RunState.WAITING: _("waits for approval"),
    RunState.QUEUED: _("queued"),
    RunState.RUNNING: _("running"),
    RunState.DONE: _("done"),
    RunState.FAILED: _("failed"),
    RunState.CANCELLED: _("cancelled"),
    RunState.REFUSED: _("refused"),
    RunState.EXPIRED: _("expired without approval"),
    RunState.BROKEN: _("broken off"),
}
UNENDED = frozenset({RunState.WAITING, RunState.QUEUED, RunState.RUNNING})
SEERS = frozenset({Role.CENTER, Role.AUDITOR, Role.ADMIN})
"""who sees every run"""


@dataclass(frozen=True)
class Claim:
    """What a run that waits or runs lays hold of."""

    number: int
    actor: str
    targets: frozenset[str]
    looks: bool
    """whether it only looks"""

    def beside(self, other: "Claim") -> bool:
        """Whether both may run at once."""
        return (self.looks and other.looks) or self.targets.isdisjoint(other.targets)


def startable(waiting: Sequence[Claim], running: Sequence[Claim], most: int = MOST) -> tuple[int, ...]:
    """Return the numbers of the runs that may begin now, of those that wait (oldest first), beside those that run."""
    held, chosen = list(running), list[Claim]()
    left = list(waiting)
    while left and len(running) + len(chosen) < most:
        busy = Counter(claim.actor for claim in (*running, *chosen))
        first = min(left, key=lambda claim: (busy[claim.actor], claim.number))
        left.remove(first)
        if all(first.beside(other) for other in held):
            chosen.append(first)
        held.append(first)
    return tuple(claim.number for claim in chosen)


def may_see(playbook: Playbook, actor: Actor) -> bool:
    """Whether somebody is shown a playbook."""
    return actor.role in playbook.may_run or actor.role in SEERS


def may_start(playbook: Playbook, actor: Actor) -> None:
    """Raise NotAllowed for whoever may not start a playbook."""
    if actor.role not in playbook.may_run:
        raise NotAllowed(_("{actor} may not run {playbook}"), actor=actor.name, playbook=playbook.name)


def may_agree(actor: Actor, asked_by: str) -> None:
    """Raise NotAllowed for whoever may not agree to a run, or refuse it."""
    if actor.role is not Role.CENTER:
        raise NotAllowed(_("{actor} may not approve a run: it is for the center"), actor=actor.name)
    if asked_by in (actor.name, f"shell:{actor.name}"):
        raise NotAllowed(_("nobody approves their own run"))


def may_touch(actor: Actor, asked_by: str) -> None:
    """Raise NotAllowed for whoever may not cancel a run: it is for who started it and for the center."""
    if actor.role is not Role.CENTER and actor.name != asked_by:
        raise NotAllowed(_("{actor} may not touch the run of {other}"), actor=actor.name, other=asked_by)
