"""What to change in the county folder when a milestone is done, a session is added or people were counted. Pure.

Refuses, all at once: an unknown unit, phase or session; a day that has not come; a milestone before the phase before
it or after the phase after it was done; people of a session that was not held yet. When the county says the same
already there is no edit.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date

from countynet.errors import BadInput, Problem
from countynet.i18n import _
from countynet.vocabulary import RolloutPhase
from inventory.model import County, Milestone, Training, Unit
from inventory.record.edit import Edit, Plain, Put, Set
from inventory.rollout.position import PHASES

MOST = 999
"""people of one unit in one session; more is a slip of the finger"""


def parse_day(text: str) -> date:
    """Return the day that a text like 2026-11-15 means. Raises BadInput."""
    try:
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text.strip()):
            raise ValueError
        return date.fromisoformat(text.strip())
    except ValueError:
        problem = Problem(_("that is no day"), found=text[:40], wanted=_("year, month and day, e.g. 2026-11-15"))
        raise BadInput([problem]) from None


def milestone_edits(county: County, unit: str, phase: str, done: date | None, today: date) -> tuple[Edit, ...]:
    """Return the edit that says when a unit had done a phase; None: it had not after all. Raises BadInput."""
    found, wanted = county.unit_by_id.get(unit), next((p for p in PHASES if p.value == phase), None)
    problems = [] if found else [Problem(_("no unit has the id {id}"), {"id": unit})]
    if wanted is None:
        problems.append(Problem(_("there is no such phase"), found=phase, wanted=", ".join(PHASES)))
    if done is not None and done > today:
        problems.append(Problem(_("that day has not come yet"), found=str(done)))
    if found is not None and wanted is not None and done is not None:
        problems += _order(found, wanted, done)
    if problems or found is None or wanted is None:
        raise BadInput(problems)
    return _milestone(found, wanted, done)


def _order(unit: Unit, phase: RolloutPhase, done: date) -> Iterator[Problem]:
    at = PHASES.index(phase)
    for other in unit.milestones:
        there = PHASES.index(other.phase)
        if other.done and (there < at and other.done > done):
            message = _("{other} was done on {day} only, and comes before")
            yield Problem(message, {"other": other.phase.value, "day": str(other.done)}, found=str(done))
        if other.done and (there > at and other.done < done):
            message = _("{other} was done on {day} already, and comes after")
            yield Problem(message, {"other": other.phase.value, "day": str(other.done)}, found=str(done))


def _milestone(unit: Unit, phase: RolloutPhase, done: date | None) -> tuple[Edit, ...]:
    known = {m.phase: m for m in unit.milestones}
    before = known.get(phase, Milestone(phase=phase))
    if before.done == done:
        return ()
    known[phase] = before.model_copy(update={"done": done})
    kept = [known[p] for p in PHASES if p in known and (known[p].planned or known[p].done)]
    return (Set("units", unit.id, "milestones", [_plain(m) for m in kept] or None),)


def _plain(milestone: Milestone) -> dict[str, Plain]:
    fields: dict[str, Plain] = {"phase": milestone.phase.value, "planned": milestone.planned, "done": milestone.done}
    return {name: value for name, value in fields.items() if value is not None}


def attendance_edits(county: County, training: str, people: Mapping[str, int | None], today: date) -> tuple[Edit, ...]:
    """Return the edit that says how many people units sent to a session; 0: nobody, None: not counted. BadInput."""
    found = next((t for t in county.trainings if t.id == training), None)
    problems = [] if found else [Problem(_("no training session has the id {id}"), {"id": training})]
    for unit, count in people.items():
        if unit not in county.unit_by_id:
            problems.append(Problem(_("no unit has the id {id}"), {"id": unit}))
        if count is not None and not 0 <= count <= MOST:
            problems.append(Problem(_("that is no number of people"), where=unit, found=str(count), wanted=f"0-{MOST}"))
    if found is not None and found.on > today:
        problems.append(Problem(_("the session is on {day} only"), {"day": str(found.on)}))
    if problems or found is None:
        raise BadInput(problems)
    return _attendance(found, people)


def _attendance(training: Training, people: Mapping[str, int | None]) -> tuple[Edit, ...]:
    before = {a.unit: a.people for a in training.attendance}
    after = {unit: count for unit, count in (before | dict(people)).items() if count is not None}
    if before == after:
        return ()
    rows: list[Plain] = [{"unit": unit, "people": count} for unit, count in after.items()]
    return (Set("trainings", training.id, "attendance", rows or None),)


SESSION = ("batch", "on", "place", "topic", "topic_en")
"""what is said of a new training session"""
LONGEST = 100
"""characters"""


def session_edits(county: County, said: Mapping[str, str]) -> tuple[Edit, ...]:
    """Return the edit that adds a training session, with the next free id. Raises BadInput with all that is wrong.

    `said`: the fields of `SESSION` as they were typed. Its day may have passed: it is recorded, not announced alone.
    """
    fields = {name: " ".join(said.get(name, "").split()) for name in SESSION}
    problems, day = list(_texts(fields)), None
    if fields["batch"] and fields["batch"] not in {batch.id for batch in county.batches}:
        wanted = ", ".join(batch.id for batch in county.batches)
        problems.append(Problem(_("there is no such batch"), where="batch", found=fields["batch"], wanted=wanted))
    try:
        day = parse_day(fields["on"]) if fields["on"] else None
    except BadInput as error:
        problems += error.problems
    same = [t.id for t in county.trainings if (t.batch, t.on, t.topic) == (fields["batch"], day, fields["topic"])]
    problems += [Problem(_("{id} is that session already"), {"id": found}) for found in same]
    if problems or day is None:
        raise BadInput(problems)
    return (Put("trainings", {"id": _free(county), **fields, "on": day}),)


def _texts(fields: Mapping[str, str]) -> Iterator[Problem]:
    for name, text in fields.items():
        if not text:
            yield Problem(_("please fill this in"), where=name)
        if len(text) > LONGEST:
            yield Problem(_("at most {most} characters"), {"most": LONGEST}, where=name, found=str(len(text)))


def _free(county: County) -> str:
    taken = {training.id for training in county.trainings}
    return next(name for n in range(1, len(taken) + 2) if (name := f"training-{n}") not in taken)
