"""Proves a county with the grid alone: the same judge and the same policy, asked of the grid's sets.

It judges where packets arrive, those that taken devices forge, too. Whether answers come back is asked of BDDs only
(`topology.reach.unanswered`), so a pair that is `blocked` because an answer is lost stays `allowed` here.
"""

from typing import cast

from topology.reach.engine import Engine
from topology.reach.grid.engine import GridEngine
from topology.reach.grid.named import named
from topology.reach.grid.space import Grid
from topology.reach.judge import Prover
from topology.reach.network import Network
from topology.reach.space import Space


class GridProver(Prover):
    """A prover whose engine is the grid's; what fails besides (`without`) it does not prove."""

    def _made(self, found: Network) -> tuple[Space, Engine]:
        grid = Grid(named(found, self._county))
        return cast(Space, grid), cast(Engine, GridEngine(found, grid))
