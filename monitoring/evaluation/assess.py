"""From figures to an assessment: each unit's line against its own promise, kinds of lines, the operator. Pure.

A line is judged by its own availability (what shadowed it was not the line), a unit's people by theirs (what shadowed
them was an outage to them); both are told apart. What is paid and deducted is that of the months' charges
(`monitoring.evaluation.charges`).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import mean

from inventory.model import Circuit, County
from inventory.month import Month
from monitoring.cause.verdict import Said
from monitoring.evaluation.figures import FaultFacts, FaultFigures, Shared, added, fault_figures
from monitoring.evaluation.period import Period
from monitoring.evaluation.rules import Rules
from monitoring.ledger.stretches import Sums

Months = Mapping[Month, Mapping[str, Sums]]
"""by month, by unit"""


@dataclass(frozen=True)
class Assessed:
    """A unit with its line."""

    unit: str
    line: str
    access: str
    target: float
    """promised availability, percent"""
    sums: Sums
    faults: FaultFigures
    rent: int
    """fen, of the period"""
    deduction: int
    """fen"""

    @property
    def kept(self) -> bool | None:
        """Whether the line kept its promise; None when nothing was counted."""
        reached = self.sums.line_availability
        return None if reached is None else reached >= self.target


@dataclass(frozen=True)
class Group:
    """Several units together: a kind of line, or all."""

    name: str
    units: int
    kept: int
    counted: int
    """units of which something was counted"""
    sums: Sums
    faults: FaultFigures
    rent: int
    deduction: int


@dataclass(frozen=True)
class Voice:
    """What an expert gives for a period."""

    expert: str
    score: float
    """0 to 100"""
    reason: str


@dataclass(frozen=True)
class Score:
    """The operator's score, of 100, and what it is made of; a part that nobody measured is None."""

    internal: float | None
    public: float | None
    expert: float | None
    whole: float | None
    weights: Mapping[str, int]
    """as they were used: the weight of what is missing went to the others"""
    halves: tuple[float, ...] = ()
    """what the internal part is the mean of: share of lines that kept their promise, of repairs in time, percent"""
    voices: tuple[Voice, ...] = ()
    """the experts whose mean the expert part is; none when the county's file gives it"""


@dataclass(frozen=True)
class Assessment:
    """A period of a county."""

    period: Period
    closed: bool
    """whether the period is over; else the figures are so far"""
    units: tuple[Assessed, ...]
    kinds: tuple[Group, ...]
    whole: Group
    score: Score
    said: Said | None = None
    """what it is judged by, and whether that may still change"""


@dataclass(frozen=True)
class Troubles:
    """The faults of a period and what belongs to them."""

    facts: Sequence[FaultFacts]
    before: Sequence[FaultFacts]
    """earlier ones, for repeats"""
    shared: Sequence[Shared]

    def of(self, hours: dict[str, int]) -> FaultFigures:
        """Return the figures of some units; `hours`: to repair, by unit."""
        mine, earlier = ([f for f in some if f.unit in hours] for some in (self.facts, self.before))
        return fault_figures(mine, hours, earlier, [one for one in self.shared if one.unit in hours])


def assess(
    county: County, period: Period, months: Months, past: Troubles, owed: Mapping[str, tuple[int, int]],
    score_of: Callable[[Group], Score], said: Said | None = None, closed: bool = True,
) -> Assessment:  # fmt: skip
    """Return the assessment of a period.

    `owed`: each unit's rent and deduction, in fen; `score_of`: how the whole is scored; `said`: what it is judged by.
    """
    circuits = {circuit.unit: circuit for circuit in county.circuits}
    units = tuple(
        _assessed(circuits[unit.id], months, past, owed.get(unit.id, (0, 0)))
        for unit in county.units
        if unit.id in circuits
    )
    kinds = tuple(_group(kind, [u for u in units if u.access == kind], past, circuits) for kind in _kinds(units))
    whole = _group("", units, past, circuits)
    return Assessment(period, closed, units, kinds, whole, score_of(whole), said)


def _kinds(units: Iterable[Assessed]) -> list[str]:
    return sorted({unit.access for unit in units})


def _assessed(circuit: Circuit, months: Months, past: Troubles, owed: tuple[int, int]) -> Assessed:
    return Assessed(
        unit=circuit.unit,
        line=circuit.id,
        access=str(circuit.access),
        target=float(circuit.availability),
        sums=added(month.get(circuit.unit, Sums()) for month in months.values()),
        faults=past.of({circuit.unit: circuit.repair_hours}),
        rent=owed[0],
        deduction=owed[1],
    )


def _group(name: str, units: Sequence[Assessed], past: Troubles, circuits: Mapping[str, Circuit]) -> Group:
    return Group(
        name=name,
        units=len(units),
        kept=sum(unit.kept is True for unit in units),
        counted=sum(unit.kept is not None for unit in units),
        sums=added(unit.sums for unit in units),
        faults=past.of({unit.unit: circuits[unit.unit].repair_hours for unit in units}),
        rent=sum(unit.rent for unit in units),
        deduction=sum(unit.deduction for unit in units),
    )


def score(whole: Group, rules: Rules, period: str, voices: Sequence[Voice] = ()) -> Score:
    """Return the operator's score: the parts that are known, weighed.

    Internal: half the share of lines that kept their promise, half the share of repairs within the contract's hours
    (what has none leaves its half to the other). Public: the mean rating, 1 to 5, as 20 to 100. Expert: the mean of
    the named experts; without any, what the county's file gives.
    """
    halves = [100 * whole.kept / whole.counted] if whole.counted else []
    if whole.faults.repair.count:
        halves.append(100 * whole.faults.in_time / whole.faults.repair.count)
    given = round(mean(voice.score for voice in voices), 1) if voices else rules.expert(period)
    parts = {
        "internal": round(mean(halves), 1) if halves else None,
        "public": None if whole.faults.rating is None else round(whole.faults.rating * 20, 1),
        "expert": given,
    }
    used = {name: rules.weight(name) for name, value in parts.items() if value is not None and rules.weight(name)}
    total = sum(used.values())
    worth = sum((parts[name] or 0.0) * weight for name, weight in used.items())
    score = round(worth / total, 1) if total else None
    return Score(**parts, whole=score, weights=used, halves=tuple(halves), voices=tuple(voices))
