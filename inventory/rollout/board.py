"""The board: units by the phase that they have reached, and how many of each batch have come how far. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from countynet.vocabulary import RolloutPhase
from inventory.model import Batch, County
from inventory.rollout.position import PHASES, Position, positions


@dataclass(frozen=True)
class Progress:
    """How many of some units have a phase behind them."""

    phase: RolloutPhase
    done: int
    total: int

    @property
    def percent(self) -> int:
        """Rounded down, so that 100 means all; 0 of no units."""
        return 100 * self.done // self.total if self.total else 0


@dataclass(frozen=True)
class BatchProgress:
    """How far a batch is; `batch` is None for the units that are in none."""

    batch: Batch | None
    units: int
    late: int
    progress: tuple[Progress, ...]


@dataclass(frozen=True)
class Column:
    """The units that have reached a phase and none after it; `phase` is None for those that have not begun."""

    phase: RolloutPhase | None
    positions: tuple[Position, ...]


@dataclass(frozen=True)
class Board:
    """The roll-out on one day."""

    today: date
    columns: tuple[Column, ...]
    """not begun, then every phase in its order"""
    progress: tuple[Progress, ...]
    batches: tuple[BatchProgress, ...]
    """of the whole county, whatever the board is restricted to"""

    @property
    def positions(self) -> tuple[Position, ...]:
        """Every unit on the board."""
        return tuple(position for column in self.columns for position in column.positions)

    @property
    def late(self) -> tuple[Position, ...]:
        """The units that are late, the latest first."""
        return tuple(sorted((p for p in self.positions if p.late), key=lambda p: -p.late))


def board(county: County, today: date, batch: str | None = None) -> Board:
    """Return the board of a day: all units, or a batch's (an empty text: those in none)."""
    everybody = positions(county, today)
    shown = [p for p in everybody if batch is None or (p.batch.id if p.batch else "") == batch]
    columns = (Column(phase, tuple(p for p in shown if p.phase is phase)) for phase in (None, *PHASES))
    return Board(today, tuple(columns), progress(shown), _batches(county, everybody))


def progress(some: Sequence[Position]) -> tuple[Progress, ...]:
    """Return, for every phase, how many have it behind them: they reached it or a later one."""
    reached = [-1 if p.phase is None else PHASES.index(p.phase) for p in some]
    return tuple(Progress(phase, sum(r >= n for r in reached), len(some)) for n, phase in enumerate(PHASES))


def _batches(county: County, everybody: Sequence[Position]) -> tuple[BatchProgress, ...]:
    found = []
    for batch in (*county.batches, None):
        mine = [p for p in everybody if p.batch is batch]
        if batch is not None or mine:
            found.append(BatchProgress(batch, len(mine), sum(p.late > 0 for p in mine), progress(mine)))
    return tuple(found)
