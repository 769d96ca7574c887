"""The way of a fault and who may take which step. Pure.

    reported -> dispatched -> started -> repaired -> confirmed
                    ^                        |
                    +------- reopened -------+

The center dispatches, the operator repairs, the unit whose fault it is confirms or reopens. An auditor or
administrator takes no step. A wrong role is NotAllowed; a wrong order is Conflict: the page showed an older state.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from countynet.errors import Conflict, NotAllowed
from countynet.i18n import _, translate
from countynet.people import Actor
from countynet.vocabulary import FaultState, Role
from monitoring.tags import FaultTag


@dataclass(frozen=True)
class Step:
    """One kind of step: from where, to where, by whom, and who has to act next."""

    before: FaultState
    after: FaultState
    role: Role
    assignee: Role


STEPS: Mapping[FaultTag, Step] = {
    FaultTag.DISPATCHED: Step(FaultState.REPORTED, FaultState.DISPATCHED, Role.CENTER, Role.OPERATOR),
    FaultTag.STARTED: Step(FaultState.DISPATCHED, FaultState.STARTED, Role.OPERATOR, Role.OPERATOR),
    FaultTag.REPAIRED: Step(FaultState.STARTED, FaultState.REPAIRED, Role.OPERATOR, Role.UNIT),
    FaultTag.CONFIRMED: Step(FaultState.REPAIRED, FaultState.CONFIRMED, Role.UNIT, Role.CENTER),
    FaultTag.REOPENED: Step(FaultState.REPAIRED, FaultState.DISPATCHED, Role.UNIT, Role.OPERATOR),
}


MARKS: Mapping[FaultTag, tuple[frozenset[FaultState], frozenset[Role]]] = {
    FaultTag.ARRIVED: (frozenset({FaultState.STARTED}), frozenset({Role.OPERATOR})),
    FaultTag.PAUSED: (frozenset({FaultState.STARTED}), frozenset({Role.OPERATOR, Role.CENTER})),
    FaultTag.RESUMED: (frozenset({FaultState.STARTED}), frozenset({Role.OPERATOR, Role.CENTER})),
}
"""what is noted on the way, without a new state: in which states, by whom"""


STATES = {
    FaultState.REPORTED: _("reported"),
    FaultState.DISPATCHED: _("dispatched"),
    FaultState.STARTED: _("under repair"),
    FaultState.REPAIRED: _("repaired"),
    FaultState.CONFIRMED: _("confirmed"),
}
"""what a state is called"""
ROLES = {Role.CENTER: _("the center"), Role.OPERATOR: _("the operator"), Role.UNIT: _("the unit itself")}


def may_report(actor: Actor, unit: str) -> None:
    """Refuse with NotAllowed unless the actor is the unit's own clerk, or the center writing down a telephone call."""
    if not (actor.role is Role.CENTER or (actor.role is Role.UNIT and actor.unit == unit)):
        raise NotAllowed(_("{actor} may not report a fault of {unit}"), actor=actor.name, unit=unit)


def step(tag: FaultTag, actor: Actor, state: FaultState, unit: str) -> Step:
    """Return the step; NotAllowed for the wrong person, Conflict when the fault does not stand where it begins."""
    wanted = STEPS[tag]
    if actor.role is not wanted.role or (wanted.role is Role.UNIT and actor.unit != unit):
        raise NotAllowed(
            _("{actor} may not take this step: it is for {role}"), actor=actor.name, role=wanted.role.value
        )
    if state is not wanted.before:
        raise Conflict(
            _("the fault is {state} now; this step begins at {wanted}"),
            state=translate(STATES[state]),
            wanted=translate(STATES[wanted.before]),
        )
    return wanted


def mark(tag: FaultTag, actor: Actor, state: FaultState, marked: bool) -> None:
    """Refuse with NotAllowed the wrong person, with Conflict the wrong state or what is so already (`marked`)."""
    states, roles = MARKS[tag]
    if actor.role not in roles:
        names = ", ".join(sorted(role.value for role in roles))
        raise NotAllowed(_("{actor} may not take this step: it is for {role}"), actor=actor.name, role=names)
    if state not in states or marked:
        raise Conflict(_("the fault is {state} now, and this step has no place there"), state=translate(STATES[state]))


def may_mark(tag: FaultTag, actor: Actor, state: FaultState, marked: bool) -> bool:
    """Return whether `mark` would take it."""
    states, roles = MARKS[tag]
    return actor.role in roles and state in states and not marked


def possible(actor: Actor, state: FaultState, unit: str) -> tuple[FaultTag, ...]:
    """Return the steps that a person may take now, for the buttons of a page."""
    return tuple(
        tag
        for tag, wanted in STEPS.items()
        if wanted.before is state and actor.role is wanted.role and (wanted.role is not Role.UNIT or actor.unit == unit)
    )
