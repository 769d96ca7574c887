"""Proofs in memory, for tests of pages."""

from dataclasses import dataclass, field

from dashboard.services.isolation import CellView, ConfirmedView, MatrixView, PairView
from dashboard.services.model import JobView
from dashboard.users.model import Person


@dataclass
class FakeIsolation:
    """Matrices and opened cells as given; starting a proof only notes who did."""

    matrices: dict[str, MatrixView] = field(default_factory=dict)
    pairs: dict[tuple[str, str], PairView] = field(default_factory=dict)
    confirmations: dict[str, ConfirmedView] = field(default_factory=dict)
    certificates: dict[str, bytes] = field(default_factory=dict)
    started_by: list[tuple[str, str]] = field(default_factory=list)

    def matrix(self, of: str) -> MatrixView | None:
        """Return the one given."""
        return self.matrices.get(of)

    def pair(self, of: str, source: str, target: str) -> PairView | None:
        """Return the one given, else the bare cell."""
        view = self.matrices.get(of)
        if view is None:
            return None
        row = next(((row, cells) for row, cells in view.rows if row.key == source), None)
        cell: CellView | None = next((c for c in row[1] if c.target.key == target and c.verdict), None) if row else None
        if row is None or cell is None:
            return None
        return self.pairs.get((source, target)) or PairView(row[0], cell, (), 0, ())

    def confirmed(self, of: str) -> ConfirmedView | None:
        """Return the one given."""
        return self.confirmations.get(of)

    def certificate(self, of: str) -> bytes | None:
        """Return the one given."""
        return self.certificates.get(of)

    def start(self, person: Person, of: str) -> int:
        """Note who started."""
        self.started_by.append((person.login, of))
        return len(self.started_by)

    def job(self) -> JobView | None:
        """Return the last as queued."""
        return JobView(len(self.started_by), "queued", ()) if self.started_by else None
