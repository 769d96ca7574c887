"""Where one unit stands in the roll-out. Pure.

Rules: a unit's phase is the furthest one with a `done` date on or before today. The next step is the phase after it. A
step is planned for the unit's own planned date, else for the day on which the county's phase ends. A unit is late when
a step still before it was planned for a day before today; the days count from the earliest such plan. An earlier phase
that was passed over without a date is a gap in the record, not lateness.
"""

from dataclasses import dataclass
from datetime import date

from countynet.vocabulary import RolloutPhase
from inventory.model import Batch, County, Unit

PHASES = tuple(RolloutPhase)


@dataclass(frozen=True)
class Step:
    """One phase of one unit."""

    phase: RolloutPhase
    planned: date | None
    done: date | None
    late: int
    """days after its plan: until it was done, else until today; 0 without a plan"""


@dataclass(frozen=True)
class Position:
    """How far one unit has come."""

    unit: Unit
    batch: Batch | None
    steps: tuple[Step, ...]
    """all phases in their order"""

    @property
    def reached(self) -> Step | None:
        """The last step that is done; None for a unit that has not begun."""
        return next((step for step in reversed(self.steps) if step.done), None)

    @property
    def phase(self) -> RolloutPhase | None:
        """The phase that the unit has reached."""
        return self.reached.phase if self.reached else None

    @property
    def ahead(self) -> tuple[Step, ...]:
        """The steps still before it."""
        return self.steps[PHASES.index(self.reached.phase) + 1 :] if self.reached else self.steps

    @property
    def next(self) -> Step | None:
        """The next step; None when the unit is in force."""
        return next(iter(self.ahead), None)

    @property
    def late(self) -> int:
        """Days behind the plan today; 0 when in time."""
        return max((step.late for step in self.ahead), default=0)

    @property
    def gaps(self) -> tuple[RolloutPhase, ...]:
        """Phases that were passed over without a date."""
        return tuple(s.phase for s in self.steps[: len(self.steps) - len(self.ahead)] if s.done is None)


def positions(county: County, today: date) -> tuple[Position, ...]:
    """Return every unit's position, in the inventory's order."""
    ends = {phase.id: phase.ends for phase in county.phases}
    batches = {unit: batch for batch in reversed(county.batches) for unit in batch.units}
    return tuple(_position(unit, batches.get(unit.id), ends, today) for unit in county.units)


def position(county: County, unit: Unit, today: date) -> Position:
    """Return one unit's position."""
    batch = next((batch for batch in county.batches if unit.id in batch.units), None)
    return _position(unit, batch, {phase.id: phase.ends for phase in county.phases}, today)


def _position(unit: Unit, batch: Batch | None, ends: dict[RolloutPhase, date], today: date) -> Position:
    known = {milestone.phase: milestone for milestone in unit.milestones}
    steps = []
    for phase in PHASES:
        milestone = known.get(phase)
        planned = (milestone.planned if milestone else None) or ends.get(phase)
        done = milestone.done if milestone and milestone.done and milestone.done <= today else None
        late = max(0, ((done or today) - planned).days) if planned else 0
        steps.append(Step(phase, planned, done, late))
    return Position(unit, batch, tuple(steps))
