"""The contexts of the roll-out's pages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from countynet.vocabulary import RolloutPhase
from dashboard.rollout.picture import Picture
from inventory.model import Batch, Unit
from inventory.rollout import Board, Gantt, Position, Session


@dataclass(frozen=True)
class BoardPage:
    """Units by phase."""

    template: ClassVar[str] = "rollout/board.html"
    board: Board
    names: Mapping[str, str]
    """short names by unit id"""
    batch: str | None
    """the batch that is shown; empty for the units in none, None for all"""
    late_only: bool
    next: Mapping[RolloutPhase, str]
    """what has to be done for a phase, as message ids"""

    @property
    def after(self) -> Mapping[RolloutPhase | None, RolloutPhase]:
        """The phase after each; the last has none."""
        phases = list(RolloutPhase)
        return dict(zip((None, *phases), phases, strict=False))


@dataclass(frozen=True)
class GanttPage:
    """The Gantt chart."""

    template: ClassVar[str] = "rollout/gantt.html"
    gantt: Gantt
    picture: Picture


@dataclass(frozen=True)
class TrainingPage:
    """Training sessions; `typed` is what was filled in when something is wrong with it."""

    template: ClassVar[str] = "rollout/training.html"
    sessions: tuple[Session, ...]
    names: Mapping[str, str]
    units: tuple[Unit, ...]
    batches: tuple[Batch, ...]
    may_record: bool
    wrong: str = ""
    """the id of the session whose form is wrong; `new`: that of a new one"""
    problem: str = ""
    typed: Mapping[str, str] | None = None

    def said(self, name: str) -> str:
        """Return what was typed of a new session."""
        return (self.typed or {}).get(name, "") if self.wrong == "new" else ""

    def count(self, session: Session, unit: str) -> str:
        """Return what stands in a unit's field: what was typed, else what is recorded."""
        if self.wrong == session.training.id and self.typed is not None:
            return self.typed.get(unit, "")
        return next((str(a.people) for a in session.training.attendance if a.unit == unit), "")


@dataclass(frozen=True)
class UnitPage:
    """How far one unit is."""

    template: ClassVar[str] = "rollout/unit.html"
    position: Position
    batch: Batch | None
    sessions: tuple[Session, ...]
    today: date
    next: Mapping[RolloutPhase, str]
    may_record: bool
    problem: str = ""
    typed: Mapping[str, str] | None = None

    def people(self, session: Session) -> int:
        """Return how many people the unit sent to a session."""
        return sum(present.people for present in session.present if present.unit.id == self.position.unit.id)

    @property
    def chosen(self) -> str:
        """The phase that the form offers: what was typed, else the next one."""
        step = self.position.next
        return (self.typed or {}).get("phase", step.phase.value if step else "")
