"""Has a step done: what it would change first, then for real; in a drill never for real, but on a twin.

An action is one of `countynet.fixes`, a playbook one of the catalogue (`runs`): each asks for the rights, approvals and
guards that it asks for anywhere.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Engine

from countynet.errors import BadInput, Conflict, Problem
from countynet.fixes import Outcome, Preview, Told, action
from countynet.i18n import _, translate
from countynet.people import Actor
from countynet.settings import Settings
from inventory.load import load_county
from playbooks.emergency import book, runs
from playbooks.emergency.book import Emergency
from playbooks.emergency.rules import Place, StepState, isolates, move, split

Rehearse = Callable[[int, Told], Outcome]
"""rehearses a plan of changes on a twin"""
Anew = Callable[[Sequence[str], Told], Outcome]
"""builds devices anew on a twin, all without names"""


@dataclass(frozen=True)
class Carried:
    """How far a step came."""

    emergency: Emergency
    preview: Preview
    outcome: Outcome | None = None
    """None: it was only looked at, waits, or there is nothing to change"""


def quiet(_device: str, _words: str) -> None:
    """Tell nobody."""


def look(settings: Settings, engine: Engine, number: int, name: str, actor: Actor, told: Told = quiet) -> Carried:
    """Return what a step's action or playbook would change; touches no device.

    Raises BadInput for a step without an action, Conflict, NotAllowed, and what the action raises.
    """
    found = book.get(engine, number)
    place = _doing(found, name, actor)
    if place.step.playbook:
        seen = runs.look(settings, engine, found, place, actor, told)
        return Carried(book.get(engine, number), seen)
    chosen = action(place.step.action)
    preview = chosen.check(settings, _names(settings, found, place), actor, place.plan)
    if preview.plan is not None and preview.plan != place.plan:
        words = translate(_("plan {plan} was made"), plan=preview.plan)
        found = book.acted(engine, number, name, preview.plan, actor, words)
    return Carried(found, preview)


def carry(settings: Settings, engine: Engine, seen: Carried, name: str, actor: Actor, told: Told) -> Carried:
    """Do what was looked at. Raises Conflict while it waits for an approval, or in a drill; what the action raises."""
    found = seen.emergency
    if found.drill:
        raise Conflict(_("emergency {number} is a drill: nothing is done for real"), number=found.number)
    place = _doing(found, name, actor)
    if seen.preview.waits:
        raise Conflict(_("not yet: {why}"), why=seen.preview.waits)
    if place.step.playbook:
        ended, waits = runs.carry(settings, engine, found, place, actor, told)
        return Carried(book.get(engine, found.number), replace(seen.preview, waits=waits), ended)
    outcome = Outcome(True, translate(_("There is nothing to change.")))
    if seen.preview.changes:
        outcome = action(place.step.action).run(settings, _names(settings, found, place), seen.preview, actor, told)
    return _ended(engine, seen, place, actor, outcome)


def rehearse(
    settings: Settings, engine: Engine, seen: Carried, name: str, actor: Actor, told: Told, try_it: Rehearse, anew: Anew
) -> Carried:
    """Try what was looked at on a twin; no device is touched.

    Devices that run already what the inventory says are built anew there, as after an exchange; those that an
    isolation was rehearsed of came back in that rehearsal. Of servers the check is all.
    """
    place, plan = seen.emergency.place(name), seen.preview.plan
    if place.step.playbook:
        return _ended(engine, seen, place, actor, runs.rehearsed(place))
    if plan is not None and seen.preview.changes:
        outcome = try_it(plan, told)
    elif seen.preview.waits:  # of what has no plan: its check itself failed
        outcome = Outcome(False, seen.preview.waits)
    elif place.step.action == "intended" and isolates(seen.emergency.places) is None:
        outcome = anew(_names(settings, seen.emergency, place), told)
    else:
        outcome = Outcome(True, translate(_("checked, nothing touched")))
    return _ended(engine, seen, place, actor, outcome)


def _ended(engine: Engine, seen: Carried, place: Place, actor: Actor, outcome: Outcome) -> Carried:
    number, name = seen.emergency.number, place.step.id
    found = book.acted(engine, number, name, seen.preview.plan or place.plan, actor, outcome.words)
    if outcome.good:
        found = book.step(engine, number, name, StepState.DONE, actor, outcome.words)
    return Carried(found, seen.preview, outcome)


def _doing(found: Emergency, name: str, actor: Actor) -> Place:
    place = found.place(name)
    if not place.step.acts:
        raise BadInput([Problem(_("step {step} is done by hand: tick it off"), {"step": name})])
    move(place, StepState.DOING, actor, "")
    return place


def _names(settings: Settings, found: Emergency, place: Place) -> list[str]:
    """Return what an action is about: the unit for `isolate`, devices or hosts for the others; none means all."""
    if place.step.action == "servers":
        return split(found.targets.get("host", ""))
    unit = found.targets.get("unit")
    if unit is None or place.step.action == "isolate":
        return [unit] if unit else split(found.targets.get("device", ""))
    return [load_county(settings.county).cpe_by_unit[unit].name]
