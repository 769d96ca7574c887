"""Drills: every action that a plan has, tried on a throw-away twin; the county's own devices are only read.

An isolation is applied there, packets show that the unit is off and that the others are as before, then it is taken
back and packets show that the unit is there again (`playbooks.rehearsal`).
"""

import threading
from collections.abc import Sequence

from sqlalchemy import Engine

from countynet.errors import CountyError
from countynet.fixes import Outcome, Told
from countynet.i18n import _, translate_error
from countynet.people import Actor
from countynet.settings import Settings
from playbooks.emergency import book, carry
from playbooks.emergency.book import Emergency
from playbooks.emergency.carry import Anew, Carried, Rehearse
from playbooks.emergency.rules import ENDED
from playbooks.plan.book import Book
from playbooks.plan.model import PlanState
from playbooks.rehearsal.run import rebuild, rehearse


def on_twin(settings: Settings, actor: Actor, cancelled: threading.Event | None = None) -> Rehearse:
    """Return what rehearses a plan of changes in somebody's name; `cancelled` stops it."""

    def try_it(plan: int, told: Told) -> Outcome:
        try:
            found = rehearse(settings, plan, told, actor=actor.name, cancelled=cancelled)
        finally:
            _never_applied(settings, plan, actor)
        return Outcome(found.good, found.words)

    return try_it


def anew(settings: Settings, cancelled: threading.Event | None = None) -> Anew:
    """Return what builds devices anew on a twin and tests isolation; `cancelled` stops it."""

    def build(names: Sequence[str], told: Told) -> Outcome:
        found = rebuild(settings, names, told, cancelled=cancelled)
        return Outcome(found.good, found.words)

    return build


def _never_applied(settings: Settings, plan: int, actor: Actor) -> None:
    """Make a drill's plan one that nobody can approve and apply by mistake."""
    book = Book.open(settings)
    entry = book.get(plan)
    if entry.state is PlanState.OPEN:
        book.stale(plan, dict.fromkeys(entry.devices, _("it was made for a drill")), actor.name)


def one(
    settings: Settings, engine: Engine, number: int, step: str, actor: Actor, told: Told,
    cancelled: threading.Event | None = None,
) -> Carried:  # fmt: skip
    """Try one step of a drill. Raises as `carry.look`, MissingCapability where no twin can be built, CountyError."""
    seen = carry.look(settings, engine, number, step, actor, told)
    try_it, built = on_twin(settings, actor, cancelled), anew(settings, cancelled)
    return carry.rehearse(settings, engine, seen, step, actor, told, try_it, built)


def every(
    settings: Settings, engine: Engine, found: Emergency, actor: Actor, told: Told,
    cancelled: threading.Event | None = None,
) -> tuple[Emergency, bool]:  # fmt: skip
    """Try every action of a drill that is still open, then end it; return how it stands, and whether all went well.

    The first that fails, or cannot be tried, does not keep the others from being tried: its words are in the log.
    """
    said, good = list[str](), True
    for place in found.places:
        if place.step.acts and place.state not in ENDED:
            told("", f"{place.step.id}: {place.step.said}")
            outcome = _tried(settings, engine, found.number, place.step.id, actor, told, cancelled)
            told("", outcome.words)
            said.append(f"{place.step.id}: {outcome.words}")
            good = good and outcome.good
    return book.end_drill(engine, found.number, actor, "\n".join(said)), good


def _tried(
    settings: Settings, engine: Engine, number: int, step: str, actor: Actor, told: Told,
    cancelled: threading.Event | None,
) -> Outcome:  # fmt: skip
    try:
        done = one(settings, engine, number, step, actor, told, cancelled)
    except CountyError as error:
        words = translate_error(error)
        book.acted(engine, number, step, book.get(engine, number).place(step).plan, actor, words)
        return Outcome(False, words)
    return done.outcome or Outcome(False, "")
