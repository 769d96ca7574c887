"""The way of a fault and who may take which step. Pure.

    reported -> dispatched -> started -> repaired -> confirmed
                    ^                        |
                    +------- reopened -------+

The center dispatches, the operator repairs, the unit whose fault it is confirms or reopens. An auditor or
administrator takes no step. A wrong role is NotAllowed; a wrong order is Conflict: the page showed an older state.

The center may say that a fault goes with another one (merged): the other leads, its steps are this one's as well, and
each unit confirms for itself. `replay` gives the state that a fault's events lead to; the row always says the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from countynet.errors import Conflict, NotAllowed
from countynet.i18n import _, translate
from countynet.people import Actor
from countynet.vocabulary import FaultState, Role
from monitoring.faults.past import Happened
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


TURNS: Mapping[FaultState, Role] = {
    FaultState.REPORTED: Role.CENTER,
    FaultState.DISPATCHED: Role.OPERATOR,
    FaultState.STARTED: Role.OPERATOR,
    FaultState.REPAIRED: Role.UNIT,
    FaultState.CONFIRMED: Role.CENTER,
}
"""who has to act next in each state"""
WORKING = frozenset({FaultState.REPORTED, FaultState.DISPATCHED, FaultState.STARTED})
"""in which faults can still be merged, split and fixed"""
LED = frozenset({*MARKS, FaultTag.DISPATCHED, FaultTag.STARTED, FaultTag.REPAIRED})
"""what is done once, on the leading fault, for all that go with it"""


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
            _("{actor} may not take this step: it is for {role}"), actor=actor.name, role=translate(ROLES[wanted.role])
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
        names = ", ".join(translate(ROLES[role]) for role in sorted(roles))
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


def may_correct(actor: Actor) -> None:
    """Refuse with NotAllowed whoever may not correct a pause: the operator's clock is not the operator's to correct."""
    may_tie(actor)


@dataclass(frozen=True)
class Standing:
    """What the rules of merging look at in a fault."""

    number: int
    state: FaultState
    leader: int | None = None
    """the fault that it goes with"""
    members: frozenset[int] = frozenset()
    """the faults that go with it, however indirectly"""


def may_tie(actor: Actor) -> None:
    """Refuse with NotAllowed unless the actor is the center, which alone sees all the faults that it is about."""
    if actor.role is not Role.CENTER:
        raise NotAllowed(
            _("{actor} may not take this step: it is for {role}"), actor=actor.name, role=translate(ROLES[Role.CENTER])
        )


def may_step(led: Standing, tag: FaultTag) -> None:
    """Refuse with Conflict a step of the repair on a fault that goes with another one: it is taken there."""
    if led.leader is not None and tag in LED:
        raise Conflict(
            _("fault {fault} goes with fault {leader}: this step is taken there"),
            fault=led.number,
            leader=led.leader,
        )


def may_merge(one: Standing, leader: Standing) -> None:
    """Refuse with Conflict a merger that makes no sense: with itself, of what is done, or where another one leads."""
    if one.number == leader.number or leader.number in one.members:
        raise Conflict(_("a fault cannot go with itself"))
    for each in (one, leader):
        if each.leader is not None:
            message = _("fault {fault} goes with fault {leader} already: merge with that one")
            raise Conflict(message, fault=each.number, leader=each.leader)
        if each.state not in WORKING:
            raise Conflict(
                _("fault {fault} is {state}: only what is still worked on can be merged or split"),
                fault=each.number,
                state=translate(STATES[each.state]),
            )


def replay(events: Sequence[Happened]) -> FaultState | None:
    """Return the state that a fault's events lead to, None without any."""
    state: FaultState | None = None
    before: FaultState | None = None
    for event in events:
        if event.tag == FaultTag.MERGED:
            before, state = state, FaultState(event.data["became"])
        elif event.tag == FaultTag.PARTED and event.data.get("undo"):
            state = before
        elif event.tag in STEPS:
            state = STEPS[FaultTag(event.tag)].after
        elif state is None:
            state = FaultState.REPORTED
    return state
