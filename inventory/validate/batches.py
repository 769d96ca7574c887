"""Phases, batches and trainings of the roll-out: who belongs to which, and when. Pure."""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from countynet.i18n import _
from countynet.vocabulary import RolloutPhase
from inventory.model import County
from inventory.validate.finding import Finding, wrong
from inventory.validate.rule import advice, error, warning

_ORDER = {phase: number for number, phase in enumerate(RolloutPhase)}


def reversed_dates(county: County) -> Iterator[Finding]:
    """A phase or batch ends after it begins."""
    for section in ("phases", "batches"):
        for i, period in enumerate(getattr(county, section)):
            if period.begins is not None and period.ends is not None and period.ends < period.begins:
                yield wrong((section, i, "ends"), _("{id} ends before it begins"), id=str(period.id))


def phase_order(county: County) -> Iterator[Finding]:
    """A phase begins no earlier than the one before."""
    stages = sorted(enumerate(county.phases), key=lambda pair: _ORDER[pair[1].id])
    for (_i, before), (j, phase) in pairwise(stages):
        if phase.begins < before.begins:
            message = _("the phase {phase} begins before {other}")
            yield wrong(("phases", j, "begins"), message, phase=phase.id.value, other=before.id.value)


def members(county: County) -> Iterator[Finding]:
    """A batch's units exist, and a unit is in one batch."""
    first = dict[str, str]()
    for i, batch in enumerate(county.batches):
        for j, unit in enumerate(batch.units):
            place = ("batches", i, "units", j)
            if unit not in county.unit_by_id:
                yield wrong(place, _("there is no such unit"), found=unit)
            elif unit in first:
                yield wrong(place, _("{unit} is in the batch {other} already"), unit=unit, other=first[unit])
            first.setdefault(unit, batch.id)


def unbatched(county: County) -> Iterator[Finding]:
    """Every unit is in a batch, once there are batches."""
    inside = {unit for batch in county.batches for unit in batch.units}
    for i, unit in enumerate(county.units if county.batches else ()):
        if unit.id not in inside:
            yield wrong(("units", i), _("{unit} is in no batch"), about=[unit.id], unit=unit.id)


def _span(county: County) -> tuple[date, date] | None:
    if not county.phases:
        return None
    return min(phase.begins for phase in county.phases), max(phase.ends for phase in county.phases)


def outside(county: County) -> Iterator[Finding]:
    """Batches and trainings lie within the phases."""
    span = _span(county)
    if span is None:
        return
    message = _("{id}: {day} is outside of the phases, {begins} to {ends}")
    days = [(("batches", i, f), b.id, getattr(b, f)) for i, b in enumerate(county.batches) for f in ("begins", "ends")]
    days += [(("trainings", i, "on"), training.id, training.on) for i, training in enumerate(county.trainings)]
    for place, id, day in days:
        if day is not None and not span[0] <= day <= span[1]:
            yield wrong(place, message, id=id, day=day, begins=span[0], ends=span[1])


def trainings(county: County) -> Iterator[Finding]:
    """A training's batch and the units that came exist."""
    batches = {batch.id for batch in county.batches}
    for i, training in enumerate(county.trainings):
        if training.batch not in batches:
            yield wrong(("trainings", i, "batch"), _("there is no such batch"), found=training.batch)
        for j, present in enumerate(training.attendance):
            if present.unit not in county.unit_by_id:
                place = ("trainings", i, "attendance", j, "unit")
                yield wrong(place, _("there is no such unit"), found=present.unit)


def strangers(county: County) -> Iterator[Finding]:
    """Who came to a training is of its batch, and is counted once."""
    batches = {batch.id: set(batch.units) for batch in county.batches}
    for i, training in enumerate(county.trainings):
        seen = set[str]()
        for j, present in enumerate(training.attendance):
            place = ("trainings", i, "attendance", j, "unit")
            if present.unit in seen:
                yield wrong(place, _("{unit} is counted twice"), unit=present.unit)
            elif present.unit not in batches.get(training.batch, {present.unit}):
                message = _("{unit} came, but is not of the batch {batch}")
                yield wrong(place, message, unit=present.unit, batch=training.batch)
            seen.add(present.unit)


def absent(county: County) -> Iterator[Finding]:
    """Every unit of a batch sent somebody to one of its trainings, once attendance is kept."""
    came = dict[str, set[str]]()
    for training in county.trainings:
        if training.attendance:
            came.setdefault(training.batch, set()).update(p.unit for p in training.attendance if p.people)
    for i, batch in enumerate(county.batches):
        for j, unit in enumerate(batch.units if batch.id in came else ()):
            if unit not in came[batch.id]:
                message = _("{unit} sent nobody to the trainings of the batch {batch}")
                yield wrong(("batches", i, "units", j), message, unit=unit, batch=batch.id)


def training_dates(county: County) -> Iterator[Finding]:
    """A training is no later than the end of its batch: people learn before they begin."""
    ends = {batch.id: batch.ends for batch in county.batches}
    for i, training in enumerate(county.trainings):
        last = ends.get(training.batch)
        if last is not None and training.on > last:
            message = _("the training {id} is after the end of its batch, {day}")
            yield wrong(("trainings", i, "on"), message, id=training.id, day=last)


RULES = (
    error("period-reversed", reversed_dates, _("a last day after the first")),
    error("batch-members", members, _("units that exist, each in one batch")),
    error("training-references", trainings, _("the id of a batch and of units that exist")),
    warning("phase-order", phase_order, _("phases in their order")),
    warning("outside-phases", outside, _("a day within the phases, or longer phases")),
    warning("training-strangers", strangers, _("units of the batch, each once")),
    warning("training-late", training_dates, _("a day before the batch ends")),
    advice("unit-unbatched", unbatched, _("the unit in one of the batches")),
    advice("training-absent", absent, _("another session for them")),
)
