"""The contexts of the isolation page."""

from dataclasses import dataclass
from typing import ClassVar

from dashboard.services.isolation import ConfirmedView, MatrixView, PairView
from dashboard.services.model import JobView


@dataclass(frozen=True)
class Matrix:
    """The live part: the proof on its way, the last one, and the cell that is open."""

    template: ClassVar[str] = "isolation/matrix.html"
    of: str
    job: JobView | None
    view: MatrixView | None
    pair: PairView | None
    confirmed: ConfirmedView | None


@dataclass(frozen=True)
class IsolationPage:
    """The isolation."""

    template: ClassVar[str] = "isolation/isolation.html"
    matrix: Matrix
    may_run: bool
