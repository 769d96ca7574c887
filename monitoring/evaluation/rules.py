"""The county's rules of evaluation as data: the weights of a score, what the operator gives back. Pure, but for `load`.

`<county>/monitoring/evaluation.yml` overrides what is written here. Every mistake is told with its line. A part that
nobody measured leaves its weight to the others, and the report says so.
"""

from dataclasses import dataclass
from pathlib import Path

from pydantic import Field

from countynet.frozen import Frozen
from countynet.i18n import _
from inventory.datafile import DataFile
from monitoring.ledger.stretches import Sums

COUNTY = Path("monitoring") / "evaluation.yml"
"""within the county folder"""


class Weight(Frozen):
    """How much a part of a score counts: internal (figures), public (the units' ratings), expert."""

    part: str = Field(pattern="^(internal|public|expert)$")
    weight: int = Field(ge=0, le=100)


class Deduction(Frozen):
    """What is given back of a line's rent when its availability misses its target by so many points and more."""

    missed: float = Field(ge=0, le=100)
    """percent points below the line's own target"""
    percent: int = Field(ge=0, le=100)
    """of the month's rent"""


class Expert(Frozen):
    """What the experts gave for a period, of 100."""

    period: str
    score: float = Field(ge=0, le=100)


@dataclass(frozen=True)
class Rules:
    """Everything that the file says."""

    weights: tuple[Weight, ...]
    deductions: tuple[Deduction, ...]
    experts: tuple[Expert, ...] = ()

    def weight(self, part: str) -> int:
        """Return a part's weight."""
        return next((w.weight for w in self.weights if w.part == part), 0)

    def expert(self, period: str) -> float | None:
        """Return the experts' score of a period, None when there is none."""
        return next((e.score for e in self.experts if e.period == period), None)

    def given_back(self, sums: Sums, target: float) -> int:
        """Return which percent of a month's rent a line's ledger costs the operator; 0 when nothing was counted."""
        reached = sums.line_availability
        if reached is None or reached >= target:
            return 0
        missed = target - reached
        return max((d.percent for d in self.deductions if missed >= d.missed), default=0)


DEFAULT = Rules(
    (
        Weight(part="internal", weight=60),
        Weight(part="public", weight=25),
        Weight(part="expert", weight=15),
    ),
    (Deduction(missed=0.0, percent=5), Deduction(missed=0.5, percent=10), Deduction(missed=2.0, percent=30)),
)


def load(county: Path) -> Rules:
    """Return a county's rules. Raises BadInput with every problem."""
    file = county / COUNTY
    return read(str(COUNTY), file.read_bytes()) if file.is_file() else DEFAULT


def read(name: str, content: bytes) -> Rules:
    """Return what a file says; a section that it leaves out stays as it is here. Raises BadInput."""
    file = DataFile(name, content, ("weights", "deductions", "experts"))
    weights, deductions = file.items("weights", Weight), file.items("deductions", Deduction)
    experts = file.items("experts", Expert)
    if not file.problems:
        _judge(file, weights, deductions, experts)
    file.refuse()
    return Rules(weights or DEFAULT.weights, deductions or DEFAULT.deductions, experts)


def _judge(
    file: DataFile, weights: tuple[Weight, ...], deductions: tuple[Deduction, ...], experts: tuple[Expert, ...]
) -> None:
    for index, weight in enumerate(weights):
        if weight.part in [w.part for w in weights[:index]]:
            file.wrong(("weights", index), _("{name} is given twice"), name=weight.part)
    if weights and sum(w.weight for w in weights) != 100:
        file.wrong(("weights",), _("the weights add up to 100"), found=str(sum(w.weight for w in weights)))
    for index, deduction in enumerate(deductions):
        if index and (deduction.missed, deduction.percent) <= (
            deductions[index - 1].missed,
            deductions[index - 1].percent,
        ):
            file.wrong(("deductions", index), _("each deduction is for more than the one before"))
    for index, expert in enumerate(experts):
        if expert.period in [e.period for e in experts[:index]]:
            file.wrong(("experts", index), _("{name} is given twice"), name=expert.period)
