"""Training (培训): topic, day, and by name who was there, with a test's result where there was one.

The roll-out's sessions keep numbers of people by unit, for planning (`inventory.rollout.training`); the names, which
the standard wants (GB/T 22239-2019, 8.1.8.3), stand here, where every look at them is an event, not in the
inventory.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated

from pydantic import Field as Bounded

from audit.records.kinds.common import CENTER, REMARK, SEES
from audit.records.model import Field, Kind, Paper, Shape, Sort
from countynet import clock
from countynet.errors import Problem
from countynet.frozen import Frozen
from countynet.i18n import _


class Trainee(Frozen):
    """Somebody who was there."""

    name: Annotated[str, Bounded(min_length=2, max_length=40)]
    unit: str = ""
    result: Annotated[int, Bounded(ge=0, le=100)] | None = None
    """of a test, in percent; None: there was none"""


class Training(Paper):
    """One session."""

    topic: str
    on: date
    place: str
    teacher: str
    hours: int
    people: Annotated[tuple[Trainee, ...], Bounded(min_length=1)]
    session: str = ""
    """id of the session in the roll-out, if it was one"""


def _judge(training: Training, now: datetime) -> Iterator[Problem]:
    if training.on > now.astimezone(clock.CHINA).date():
        yield Problem(_("that day has not come yet"), where="on", found=str(training.on))
    names = [(one.name, one.unit) for one in training.people]
    for name, unit in sorted({each for each in names if names.count(each) > 1}):
        yield Problem(_("{name} is there twice"), {"name": f"{name} {unit}".strip()}, where="people")


SORT = Sort(
    kind=Kind.TRAINING,
    title=_("Trainings"),
    new=_("Record a training"),
    model=Training,
    fields=(
        Field("topic", _("Topic"), needed=True, most=100),
        Field("on", _("Day"), Shape.DAY, needed=True, now=True),
        Field("place", _("Place"), needed=True, most=100),
        Field("teacher", _("Given by"), needed=True, most=60),
        Field("hours", _("Hours"), Shape.NUMBER, needed=True, least=1, most=200),
        Field("people", _("Who was there"), Shape.ROWS, needed=True, parts=("name", "unit", "result"),
              hint=_("name, unit, result in percent if there was a test: Wang Fang, u025, 90")),
        Field("session", _("Session of the roll-out, if it was one"), most=31),
    ),
    writers=CENTER,
    readers=SEES,
    judge=_judge,
    named=lambda training: f"{training.on} {training.topic}",
    state=lambda _training, _now: _("held"),
    open=lambda _training, _now: False,
    steps=(REMARK,),
)  # fmt: skip
