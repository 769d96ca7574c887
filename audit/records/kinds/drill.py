"""Drills (演练): power, fire, failover, restore; who took part, how it went, what has to be mended and is mended.

Drills of emergency plans are kept by `countynet emergency drill`, step by step; a record here may name such a drill to
give it photographs and people, and does not tell it again.
"""

from collections.abc import Iterator
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field as Bounded

from audit.records.kinds.common import BOTH, REMARK, SEES, not_yet, ordered, refuse
from audit.records.model import Field, Kind, Paper, Said, Shape, Sort, Step
from countynet import clock
from countynet.errors import Problem
from countynet.frozen import Frozen
from countynet.i18n import _, translate
from countynet.people import Actor


class DrillSort(StrEnum):
    """What is drilled; docs/vocabulary.md has the Chinese."""

    POWER = "power"
    FIRE = "fire"
    FAILOVER = "failover"
    RESTORE = "restore"
    EMERGENCY = "emergency"
    OTHER = "other"


class DrillResult(StrEnum):
    """How a drill went; docs/vocabulary.md has the Chinese."""

    PASSED = "passed"
    PARTLY = "partly"
    FAILED = "failed"


SORTS = {
    DrillSort.POWER: _("power cut"),
    DrillSort.FIRE: _("fire"),
    DrillSort.FAILOVER: _("change to the standby"),
    DrillSort.RESTORE: _("restore of a backup"),
    DrillSort.EMERGENCY: _("emergency plan"),
    DrillSort.OTHER: _("another drill"),
}
RESULTS = {
    DrillResult.PASSED: _("went well"),
    DrillResult.PARTLY: _("went well in parts"),
    DrillResult.FAILED: _("did not go well"),
}


class Task(Frozen):
    """Something that the drill showed to be missing."""

    what: str
    who: str = ""
    due: date | None = None
    done: date | None = None


class Drill(Paper):
    """One drill."""

    sort: DrillSort
    title: str
    place: str
    began: datetime
    ended: datetime
    people: Annotated[tuple[str, ...], Bounded(min_length=1)]
    course: str
    result: DrillResult
    tasks: tuple[Task, ...] = ()
    emergency: int | None = None
    """number of a drill of an emergency plan that this one tells more of"""

    @property
    def missing(self) -> tuple[Task, ...]:
        """What still has to be done."""
        return tuple(task for task in self.tasks if task.done is None)

    def overdue(self, today: date) -> tuple[Task, ...]:
        """What should have been done by now."""
        return tuple(task for task in self.missing if task.due is not None and task.due < today)


def _state(drill: Drill, now: datetime) -> str:
    if drill.overdue(now.astimezone(clock.CHINA).date()):
        return _("follow-up overdue")
    return _("follow-up open") if drill.missing else RESULTS[drill.result]


def _judge(drill: Drill, now: datetime) -> Iterator[Problem]:
    yield from not_yet("began", drill.began, now)
    yield from not_yet("ended", drill.ended, now)
    yield from ordered("ended", drill.began, drill.ended)


def _done(drill: Drill, said: Said, _actor: Actor, now: datetime) -> Drill:
    refuse(_fits(drill, said["task"]))
    today, at = now.astimezone(clock.CHINA).date(), said["task"] - 1
    tasks = [task.model_copy(update={"done": today}) if i == at else task for i, task in enumerate(drill.tasks)]
    return drill.model_copy(update={"tasks": tuple(tasks)})


def _fits(drill: Drill, number: int) -> Iterator[Problem]:
    if number > len(drill.tasks):
        yield Problem(_("there is no such follow-up"), where="task", found=str(number), wanted=f"1-{len(drill.tasks)}")
    elif drill.tasks[number - 1].done is not None:
        yield Problem(_("that is done already"), where="task", found=str(number))


SORT = Sort(
    kind=Kind.DRILL,
    title=_("Drills"),
    new=_("Record a drill"),
    model=Drill,
    fields=(
        Field("sort", _("What was drilled"), Shape.CHOICE, True, tuple((s.value, text) for s, text in SORTS.items())),
        Field("title", _("Title"), needed=True, most=100),
        Field("place", _("Place"), needed=True, most=100),
        Field("began", _("Began at"), Shape.MOMENT, needed=True),
        Field("ended", _("Ended at"), Shape.MOMENT, needed=True, now=True),
        Field("people", _("Who took part"), Shape.LINES, needed=True, most=60),
        Field("course", _("What was done"), Shape.WORDS, needed=True),
        Field("result", _("Result"), Shape.CHOICE, True, tuple((r.value, text) for r, text in RESULTS.items())),
        Field("tasks", _("Follow-ups"), Shape.ROWS, parts=("what", "who", "due", "done"),
              hint=_("what, who, until when, done when: Replace the battery, Wang Fang, 2026-12-31")),
        Field("emergency", _("Number of the emergency plan's drill, if it was one"), Shape.NUMBER, least=1,
              most=999_999),
    ),
    writers=BOTH,
    readers=SEES,
    judge=_judge,
    named=lambda drill: f"{translate(SORTS[drill.sort])}: {drill.title}",
    state=_state,
    open=lambda drill, _now: bool(drill.missing),
    steps=(
        Step("done", _("A follow-up is done"), BOTH, lambda drill: bool(drill.missing), _done,
             (Field("task", _("Number of the follow-up"), Shape.NUMBER, needed=True, least=1, most=400),), note=True,
             photographs=True),
        REMARK,
    ),
)  # fmt: skip
