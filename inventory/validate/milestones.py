"""How far a unit's roll-out has come: its phases in order, on days that fit each other. Pure."""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from countynet.i18n import _
from countynet.vocabulary import RolloutPhase
from inventory.model import County, Milestone, Unit
from inventory.validate.finding import Finding, over, twice, wrong
from inventory.validate.rule import error, warning, warning_on

_ORDER = {phase: number for number, phase in enumerate(RolloutPhase)}


def _rolled(county: County) -> Iterator[tuple[int, Unit, list[tuple[int, Milestone]]]]:
    """Yield each unit that has milestones with them, by phase."""
    for i, unit in enumerate(county.units):
        if unit.milestones:
            yield i, unit, sorted(enumerate(unit.milestones), key=lambda pair: _ORDER[pair[1].phase])


def repeated(county: County) -> Iterator[Finding]:
    """A unit has a phase once."""
    for i, unit, stones in _rolled(county):
        phases = ((("units", i, "milestones", j, "phase"), stone.phase.value) for j, stone in stones)
        for finding in twice(phases, _("{value} is given twice, first in {other}")):
            yield wrong(
                finding.place, _("{unit} has the phase {phase} twice"), unit=unit.id, phase=_phase(unit, finding)
            )


def _phase(unit: Unit, finding: Finding) -> str:
    return unit.milestones[int(finding.place[3])].phase.value


def order(county: County) -> Iterator[Finding]:
    """A phase is planned and done no earlier than the one before."""
    messages = {
        "planned": _("{unit}: {phase} is planned for {day}, before {other}"),
        "done": _("{unit}: {phase} is done on {day}, before {other}"),
    }
    for i, unit, stones in _rolled(county):
        for field, message in messages.items():
            days = [(j, stone.phase.value, day) for j, stone in stones if (day := getattr(stone, field)) is not None]
            for (_j, other, before), (j, phase, day) in pairwise(days):
                if day < before:
                    place = ("units", i, "milestones", j, field)
                    yield wrong(place, message, unit=unit.id, phase=phase, day=day, other=other)


def skipped(county: County) -> Iterator[Finding]:
    """A phase is done when those before it are."""
    for i, unit, stones in _rolled(county):
        open_phase = ""
        for j, stone in stones:
            if stone.done is not None and open_phase:
                message = _("{unit}: {phase} is done, but {other} is not")
                place = ("units", i, "milestones", j, "done")
                yield wrong(place, message, unit=unit.id, phase=stone.phase.value, other=open_phase)
            open_phase = open_phase or (stone.phase.value if stone.done is None else "")


def future(county: County, today: date) -> Iterator[Finding]:
    """What is done was done on a day that has come."""
    for i, unit, stones in _rolled(county):
        for j, stone in stones:
            if stone.done is not None and over(today, stone.done):
                message = _("{unit}: {phase} is done on a day that has not come yet, {day}")
                place = ("units", i, "milestones", j, "done")
                yield wrong(place, message, unit=unit.id, phase=stone.phase.value, day=stone.done)


def connected(county: County) -> Iterator[Finding]:
    """A unit is connected on the day of its phase `connect`."""
    for i, unit, stones in _rolled(county):
        done = next((s.done for _j, s in stones if s.phase is RolloutPhase.CONNECT), None)
        if done != unit.connected_on and any(s.phase is RolloutPhase.CONNECT for _j, s in stones):
            message = _("{unit} is connected on {day}, and by its milestones on {other}")
            there, other = unit.connected_on or "-", done or "-"
            yield wrong(("units", i, "connected_on"), message, unit=unit.id, day=there, other=other)


def connected_later(county: County, today: date) -> Iterator[Finding]:
    """A unit is connected on a day that has come."""
    for i, unit in enumerate(county.units):
        if unit.connected_on is not None and over(today, unit.connected_on):
            message = _("{unit} is connected on a day that has not come yet, {day}")
            yield wrong(("units", i, "connected_on"), message, unit=unit.id, day=unit.connected_on)


def late(county: County, today: date) -> Iterator[Finding]:
    """A phase that was planned is done."""
    for i, unit, stones in _rolled(county):
        for j, stone in stones:
            if stone.done is None and over(stone.planned, today):
                message = _("{unit}: {phase} was planned for {day} and is not done")
                place = ("units", i, "milestones", j)
                yield wrong(place, message, unit=unit.id, phase=stone.phase.value, day=stone.planned)


RULES = (
    error("milestone-twice", repeated, _("each phase once")),
    warning("milestone-order", order, _("days in the order of the phases")),
    warning("milestone-skipped", skipped, _("the day on which the earlier phase was done")),
    warning_on("milestone-future", future, _("the day on which it was done")),
    warning("connected-otherwise", connected, _("the same day in both")),
    warning_on("connected-later", connected_later, _("the day on which it was connected")),
    warning_on("milestone-late", late, _("a later plan, or the day on which it was done")),
)
