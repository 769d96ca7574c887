"""The county's rules of evaluation as data: the weights of a score, what the operator gives back. Pure, but for `load`.

`<county>/monitoring/evaluation.yml` overrides what is written here. Every mistake is told with its line. A part that
nobody measured leaves its weight to the others, and the report says so.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field

from countynet.errors import BadInput
from countynet.frozen import Frozen
from countynet.i18n import _
from inventory.datafile import DataFile
from monitoring.evaluation.own.points import DEFAULT as OWN
from monitoring.evaluation.own.points import SECTIONS, OwnRules, taken
from monitoring.evaluation.period import Period
from monitoring.evaluation.weights import PartWeight, twice, weights
from monitoring.ledger.stretches import Sums

COUNTY = Path("monitoring") / "evaluation.yml"
"""within the county folder"""


class Weight(PartWeight):
    """How much a part of a score counts: internal (figures), public (the units' ratings), expert."""

    part: str = Field(pattern="^(internal|public|expert)$")


class Deduction(Frozen):
    """What is given back of a line's rent when its availability misses its target by so many points and more."""

    contract: str = ""
    """the number of the contract whose rule it is; empty: of every contract that has none of its own"""
    missed: float = Field(ge=0, le=100)
    """percent points below the line's own target"""
    percent: int = Field(ge=0, le=100)
    """of the month's rent"""


class Expert(Frozen):
    """What the experts gave for a period, of 100."""

    period: str
    score: float = Field(ge=0, le=100)


class Closing(Frozen):
    """After how many days a period that is over settles."""

    days: int = Field(ge=0, le=90)


@dataclass(frozen=True)
class Rules:
    """Everything that the file says."""

    weights: tuple[Weight, ...]
    deductions: tuple[Deduction, ...]
    experts: tuple[Expert, ...] = ()
    own: OwnRules = OWN
    closing: int = 10
    """days after its end until a period settles (monitoring.evaluation.settled)"""

    def weight(self, part: str) -> int:
        """Return a part's weight."""
        return next((w.weight for w in self.weights if w.part == part), 0)

    def expert(self, period: str) -> float | None:
        """Return the experts' score of a period, None when there is none."""
        return next((e.score for e in self.experts if e.period == period), None)

    def rule(self, reached: float, target: float, contract: str = "") -> Deduction | None:
        """Return the rule by which a line's month is deducted under its contract; None when it kept its promise."""
        if reached >= target:
            return None
        own = [d for d in self.deductions if d.contract and d.contract == contract]
        fits = [d for d in own or self.deductions if d.contract in ("", contract) and target - reached >= d.missed]
        return max(fits, key=lambda d: d.percent, default=None)

    def given_back(self, sums: Sums, target: float, contract: str = "") -> int:
        """Return which percent of a month's rent a line's ledger costs the operator; 0 when nothing was counted."""
        reached = sums.line_availability
        found = None if reached is None else self.rule(reached, target, contract)
        return 0 if found is None else found.percent


DEFAULT = Rules(
    (
        Weight(part="internal", weight=60),
        Weight(part="public", weight=25),
        Weight(part="expert", weight=15),
    ),
    (Deduction(missed=0.0, percent=5), Deduction(missed=0.5, percent=10), Deduction(missed=2.0, percent=30)),
)


def load(county: Path, contracts: Collection[str] | None = None) -> Rules:
    """Return a county's rules. Raises BadInput with every problem. `contracts`: the numbers that there are."""
    file = county / COUNTY
    return read(str(COUNTY), file.read_bytes(), contracts) if file.is_file() else DEFAULT


def read(name: str, content: bytes, contracts: Collection[str] | None = None) -> Rules:
    """Return what a file says; a section that it leaves out stays as it is here. Raises BadInput.

    `contracts`: the numbers that a deduction may name; None: they are not known, so not judged.
    """
    file = DataFile(name, content, ("weights", "deductions", "experts", "closing", *SECTIONS))
    weighed, deductions = weights(file, "weights", Weight), file.items("deductions", Deduction)
    experts, own = file.items("experts", Expert), taken(file)
    _judge_deductions(file, deductions, contracts)
    _judge_experts(file, experts)
    closing = file.items("closing", Closing)
    twice(file, "closing", ["closing" for _one in closing])
    file.refuse()
    days = closing[0].days if closing else DEFAULT.closing
    return Rules(weighed or DEFAULT.weights, deductions or DEFAULT.deductions, experts, own, days)


def _judge_deductions(file: DataFile, deductions: Sequence[Deduction], contracts: Collection[str] | None) -> None:
    last: dict[str, Deduction] = {}
    for index, one in enumerate(deductions):
        before = last.get(one.contract)
        if before is not None and not (one.missed > before.missed and one.percent > before.percent):
            file.wrong(("deductions", index), _("each deduction is for more than the one before"))
        if one.contract and contracts is not None and one.contract not in contracts:
            wanted = ", ".join(sorted(contracts))
            file.wrong(("deductions", index), _("there is no such contract"), found=one.contract, wanted=wanted)
        last[one.contract] = one


def _judge_experts(file: DataFile, experts: Sequence[Expert]) -> None:
    twice(file, "experts", [expert.period for expert in experts])
    for index, expert in enumerate(experts):
        try:
            Period.parse(expert.period)
        except BadInput as error:
            for problem in error.problems:
                file.note(("experts", index, "period"), problem)
