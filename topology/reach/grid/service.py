"""Proves a county with the engine that is asked for: the first, the grid, or both, held against each other."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from countynet import clock
from topology.reach.family import FAMILIES
from topology.reach.findings import Proof
from topology.reach.grid.compare import Comparison, compare, joined
from topology.reach.grid.prover import GridProver
from topology.reach.judge import standing
from topology.reach.network import network
from topology.reach.service import Ground, Progress, check_names


class By(StrEnum):
    """Which engine proves."""

    BDD = "bdd"
    GRID = "grid"
    BOTH = "both"


@dataclass(frozen=True)
class Proven:
    """A proof, and how another engine answered if one was asked."""

    by: By
    proof: Proof
    comparison: Comparison | None = None

    @property
    def good(self) -> bool:
        """Whether every pair is isolated or only as allowed, and no two engines disagree."""
        return self.proof.good and not (self.comparison and self.comparison.disagreements)

    def summary(self) -> dict[str, Any]:
        """Return it as JSON."""
        kept = self.proof.summary() | {"engine": self.by.value}
        return kept | ({"engines": self.comparison.summary()} if self.comparison else {})


def prove_by(ground: Ground, by: By, progress: Progress, down: Collection[str] = ()) -> Proven:
    """Return the proof of a ground by an engine, without what is down. Raises BadInput for unknown names in `down`."""
    check_names(ground.county, down)
    if by is By.GRID:
        prover = GridProver(ground.county, ground.configs, ground.unparsed, clock.today(), down)
        return Proven(by, prover.proof(progress, forged=True))
    proof = ground.prove(progress, down)
    if by is By.BDD:
        return Proven(by, proof)
    left = standing(ground.county, ground.configs, down)
    four, six = (compare(network(*left, family), progress, forged=True) for family in FAMILIES)
    return Proven(by, proof, joined(four, six))
