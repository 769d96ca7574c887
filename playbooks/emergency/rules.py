"""Who may do what in an emergency, and when it may end. Pure.

The center leads: it may start, tick off every step (also on the word of a unit or the auditor, who touch nothing here)
and end. The operator may start, and tick off its own steps. A step that was done stays done.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from countynet.errors import BadInput, Conflict, NotAllowed, Problem
from countynet.i18n import _, translate
from countynet.people import Actor
from countynet.vocabulary import Role
from inventory.model import County
from inventory.nearest import nearest
from playbooks.emergency.model import TARGETS, EmergencyPlan, Step
from playbooks.plan.rules import may_change


class StepState(StrEnum):
    """Where a step of an emergency is."""

    WAITING = "waiting"
    DOING = "doing"
    DONE = "done"
    SKIPPED = "skipped"


STATES: dict[StepState, str] = {
    StepState.WAITING: _("waiting"),
    StepState.DOING: _("under way"),
    StepState.DONE: _("done"),
    StepState.SKIPPED: _("left out"),
}
ENDED = (StepState.DONE, StepState.SKIPPED)


@dataclass(frozen=True)
class Place:
    """A step in an emergency that runs."""

    step: Step
    state: StepState
    due: datetime
    """UTC"""
    login: str = ""
    at: datetime | None = None
    note: str = ""
    plan: int | None = None
    """the plan of changes that its action made"""
    run: int | None = None
    """the last run of its playbook"""

    def late(self, now: datetime) -> bool:
        """Tell whether it is over its time: undone past it, or done after it."""
        return (self.at if self.state in ENDED and self.at else now) > self.due


def due(started: datetime, step: Step) -> datetime:
    """Return until when a step is to be done."""
    return started + timedelta(minutes=step.within)


def falls(step: Step, places: Iterable[Place]) -> bool:
    """Tell whether a step is somebody's by now: all that it comes after have ended."""
    return not waits_for(step, places)


def waits_for(step: Step, places: Iterable[Place]) -> tuple[str, ...]:
    """Return the steps that have to end before a step is anybody's."""
    return tuple(place.step.id for place in places if place.step.id in step.after and place.state not in ENDED)


def isolates(places: Iterable[Place]) -> Place | None:
    """Return the step that took a unit off the net and was not undone since; None when it is on it."""
    found = None
    for place in places:
        if place.state is StepState.DONE and place.step.action == "isolate":
            found = place
        elif place.state is StepState.DONE and place.step.action == "intended":
            found = None
    return found


def may_start(actor: Actor) -> None:
    """Raise NotAllowed for whoever may start no emergency."""
    may_change(actor.name, actor.role)


def targets(plan: EmergencyPlan, given: Mapping[str, str], county: County) -> None:
    """Raise BadInput for targets that are missing, that the plan has no use for, or that the county has not."""
    missing = [
        Problem(_("this plan needs a {what}"), {"what": _what(n)}, where=n) for n in plan.needs if n not in given
    ]
    surplus = [
        Problem(_("this plan has no use for a {what}"), {"what": _what(name)}, where=name, found=value)
        for name, value in given.items()
        if name not in (*plan.needs, *plan.may_name)
    ]
    known = {
        "unit": county.cpe_by_unit,
        "device": county.device_by_name,
        "host": {h.name for h in county.hosts},
        "application": {a.id for a in county.applications},
    }
    unknown = [
        Problem(
            _("there is no {what} {name}"), {"what": _what(kind), "name": name}, where=kind,
            wanted=", ".join(nearest(name, known[kind])),
        )
        for kind, value in given.items()
        for name in ([value] if kind in ("unit", "application") else split(value))
        if kind in (*plan.needs, *plan.may_name) and name not in known[kind]
    ]  # fmt: skip
    if problems := [*missing, *surplus, *unknown]:
        raise BadInput(problems)


def split(text: str) -> list[str]:
    """Return the names in a target: devices and hosts may be several, separated by commas or spaces."""
    return [name for name in re.split(r"[\s,，、;；]+", text) if name]


def _what(name: str) -> str:
    return translate(TARGETS[name])


def move(place: Place, to: StepState, actor: Actor, note: str) -> None:
    """Raise NotAllowed, Conflict or BadInput when a step may not go there."""
    may_change(actor.name, actor.role)
    if actor.role is not Role.CENTER and place.step.who != actor.role.value:
        raise NotAllowed(_("{actor} may not tick off a step of others"), actor=actor.name)
    if place.state in ENDED:
        raise Conflict(_("step {step} has ended already"), step=place.step.id)
    if to is StepState.WAITING:
        raise Conflict(_("a step does not go back to waiting"))
    if to is StepState.SKIPPED and not note.strip():
        raise BadInput([Problem(_("a step is left out with a reason only"), where="note", wanted=_("a reason"))])


def may_close(places: Iterable[Place], review: str, actor: Actor) -> None:
    """Raise NotAllowed for all but the center, Conflict while a step is open that must be, BadInput without review."""
    if actor.role is not Role.CENTER:
        raise NotAllowed(_("{actor} may not end an emergency: it is for the center"), actor=actor.name)
    left = [place.step.id for place in places if place.step.must and place.state not in ENDED]
    if left:
        raise Conflict(_("these steps are open: {steps}"), steps=", ".join(left))
    if not review.strip():
        raise BadInput([Problem(_("an emergency ends with a review"), where="review", wanted=_("what was learnt"))])
