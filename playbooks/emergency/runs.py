"""Steps that a playbook of the catalogue does: as runs, with the runner's rights, approval, locks and freezes.

An emergency has no way around any of them: whoever does the step asks for the run, and may only what they may anywhere.
A look comes first where the playbook can look; a drill stops there. What a run says is shown as it goes on; that it was
asked for and how it ended stand in the emergency's log, the end also when nobody waits for it: the worker's clockwork
looks (`settle`). A run that failed, waits for an approval or for its plan is taken up again by doing the step again.
"""

from datetime import datetime

from sqlalchemy import Engine

from countynet import clock
from countynet.db import reading, together
from countynet.errors import BadInput, CountyError, Problem
from countynet.fixes import Outcome, Preview, Told
from countynet.i18n import _, translate
from countynet.people import Actor
from countynet.settings import Settings
from playbooks.day2.carry import taken_up, waiting
from playbooks.emergency import book, store
from playbooks.emergency.book import Emergency
from playbooks.emergency.model import PLACE
from playbooks.emergency.rules import Place
from playbooks.plan.book import Book
from playbooks.present import present_county
from playbooks.runner import book as runner
from playbooks.runner import frozen, reserved, show
from playbooks.runner.follow import follow
from playbooks.runner.run import Run
from playbooks.runner.states import AGREED, STATES, RunState

AGAIN = (RunState.FAILED, RunState.CANCELLED, RunState.BROKEN)
LINES = 200
"""of a look that are shown"""


def look(settings: Settings, engine: Engine, found: Emergency, place: Place, actor: Actor, told: Told) -> Preview:
    """Return what a step's playbook would change, by a run that looks. Raises BadInput, NotAllowed, CountyError."""
    name, values = place.step.playbook or "", given(found, place)
    county, last = present_county(settings), _last(engine, place)
    if last is not None and not last.looks and not found.drill:
        if not last.over:
            return Preview((_said(last),), last.plan, _said(last))
        if last.state in AGAIN:
            return Preview((_said(last),), last.plan, _waits(settings, last))
    playbook, answers, _touched = runner.judged(settings, county, name, values, actor)
    if not playbook.checks:
        words = _("run of {playbook} with {values}; it cannot look before")
        shown = ", ".join(f"{key}={value}" for key, value in answers.values.items() if value)
        return Preview((translate(words, playbook=playbook.name, values=shown),))
    if last is None or not _counts(last, actor):
        with together(engine) as session:
            last = runner.ask(settings, engine, county, name, values, actor)
            book.ran(session, found.number, place.step.id, last.number, True, actor, _asked(last))
        last = _through(settings, engine, last, actor, told)
    if last.state is not RunState.DONE:
        raise CountyError(_("it did not go well: {words}"), words=_said(last))
    lines = [show.line(line) for line in runner.lines(engine, last.number, limit=LINES)]
    return Preview((_said(last), *lines), last.plan)


def carry(
    settings: Settings, engine: Engine, found: Emergency, place: Place, actor: Actor, told: Told
) -> tuple[Outcome | None, str]:
    """Have the runner carry out what was looked at; return how it ended, else why it waits.

    Raises what asking for a run raises. What waited for an approval begins by itself, its end is noted by the worker.
    """
    last = _last(engine, place)
    with together(engine) as session:
        run = _begun(settings, engine, found, place, last, actor)
        book.ran(session, found.number, place.step.id, run.number, False, actor, _asked(run))
    run = _through(settings, engine, run, actor, told)
    return (Outcome(run.state is RunState.DONE, _said(run)), "") if run.over else (None, _said(run))


def rehearsed(place: Place) -> Outcome:
    """Return what a drill says of a step whose playbook was looked at: that is all that a drill does of it."""
    if place.run is None:
        words = _("its values, rights and targets are right; it cannot look, so nothing was begun")
        return Outcome(True, translate(words))
    return Outcome(True, translate(_("looked at by run {run}, nothing touched"), run=place.run))


def settle(engine: Engine, _now: datetime) -> None:
    """Note the ends of runs in their emergencies' logs; done steps are done."""
    with reading(engine) as session:
        waiting_ = [row.run for row in store.unnoted(session)]
    for number in waiting_:
        _note(engine, runner.get(engine, number))


def given(found: Emergency, place: Place) -> dict[str, str]:
    """Return the values of a step's playbook. Raises BadInput when it is about what nobody has named."""
    if missing := sorted(place.step.about - found.targets.keys()):
        message = _("the emergency was started without a {what}: do this step by hand")
        raise BadInput([Problem(message, {"what": name}, where=place.step.id) for name in missing])
    targets = found.targets
    return {n: PLACE.sub(lambda m: str(targets[m.group(1)]), value) for n, value in place.step.given.items()}


def _begun(settings: Settings, engine: Engine, found: Emergency, place: Place, last: Run | None, actor: Actor) -> Run:
    if last is None or (not last.looks and last.state not in AGAIN):
        name = place.step.playbook or ""
        return runner.ask(settings, engine, present_county(settings), name, given(found, place), actor)
    reserved.may_follow(settings, last, actor)
    frozen.may_follow(settings, engine, last)
    follows = runner.carry_out if last.looks else runner.again
    return follows(engine, last.number, actor)


def _through(settings: Settings, engine: Engine, run: Run, actor: Actor, told: Told) -> Run:
    """Follow a run until it ends or waits for an approval, and note its end."""
    ended = follow(settings, engine, run.number, actor, lambda line: told("", show.line(line)))
    if ended.over:
        _note(engine, ended)
    return ended


def _note(engine: Engine, run: Run) -> None:
    if run.over:
        book.run_ended(engine, run.number, run.plan, run.state is RunState.DONE, run.asker, _said(run))


def _last(engine: Engine, place: Place) -> Run | None:
    return None if place.run is None else runner.get(engine, place.run)


def _counts(run: Run, actor: Actor) -> bool:
    """Whether a look is one that a change can follow now."""
    fresh = run.ended is not None and clock.now() - run.ended <= AGREED
    return run.looks and run.state is RunState.DONE and fresh and run.asker.name == actor.name


def _waits(settings: Settings, run: Run) -> str:
    """Return why a run's plan cannot be applied yet, empty when it can or is to be made anew."""
    entry = taken_up(Book.open(settings), run.plan)
    return waiting(entry) if entry else ""


def _asked(run: Run) -> str:
    words = _("run {run} ({kind}) of {playbook} was asked for")
    return translate(words, run=run.number, kind=show.what(run), playbook=run.playbook.name)


def _said(run: Run) -> str:
    words = _("run {run} ({kind}): {state}")
    said = translate(words, run=run.number, kind=show.what(run), state=translate(STATES[run.state]))
    return f"{said}: {run.words}" if run.words else said
