"""The seam between the isolation page and `topology.reach`: the last proof as a matrix, a pair of its rows, a new run.

Texts are in the reader's language. A page view runs no proof; it reads what the last one left.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from dashboard.services.model import JobView
from dashboard.users.model import Person

KINDS = ("running", "intended")
"""what a proof may be of"""


@dataclass(frozen=True)
class RowView:
    """Places of which the proof says the same."""

    key: str
    title: str
    members: tuple[str, ...]
    """their names, where there are several"""


@dataclass(frozen=True)
class CellView:
    """What the proof says from a row to a row."""

    target: RowView
    verdict: str
    """isolated, allowed, open, blocked, unknown; empty where there is no pair"""
    says: str
    tone: str
    """the shape and colour that tell it"""
    count: int
    """pairs with this verdict, the worst of the cell"""
    of: int
    """pairs of the cell"""


@dataclass(frozen=True)
class MatrixView:
    """The last proof."""

    at: datetime
    of: str
    counts: tuple[CellView, ...]
    """of all pairs, by verdict"""
    rows: tuple[tuple[RowView, tuple[CellView, ...]], ...]
    certified: bool = False
    """whether it has a certificate"""


@dataclass(frozen=True)
class FindingView:
    """A packet that should not pass, or one that should, and the way it takes."""

    title: str
    tone: str
    packet: str
    way: tuple[str, ...]
    lines: tuple[str, ...]
    """what was not understood"""


@dataclass(frozen=True)
class PairView:
    """A cell, opened."""

    source: RowView
    cell: CellView
    findings: tuple[FindingView, ...]
    more: int
    """findings that are not shown"""
    rules: tuple[tuple[str, str], ...]
    """the policy's rules that allow something, and why; of the first places of both rows"""


@dataclass(frozen=True)
class ConfirmedView:
    """What live packets said of a proof."""

    at: datetime
    classes: int
    probes: int
    agreed: int
    disagreed: int
    tone: str
    packets: tuple[str, ...]
    """the first that did not go as the proof says, with where they were sent from"""


class Isolation(Protocol):
    """The proofs."""

    def matrix(self, of: str) -> MatrixView | None:
        """Return the last proof of what devices run or shall run, None if there was none."""
        ...

    def pair(self, of: str, source: str, target: str) -> PairView | None:
        """Return a cell by the keys of its rows, None when the last proof has no such rows or pairs."""
        ...

    def confirmed(self, of: str) -> ConfirmedView | None:
        """Return what packets said when they were last held against a proof of this kind, None if they were not."""
        ...

    def certificate(self, of: str) -> bytes | None:
        """Return the certificate of the last proof, None where it has none."""
        ...

    def start(self, person: Person, of: str) -> int:
        """Queue a proof and return the job's number (of the one on its way, if there is one)."""
        ...

    def job(self) -> JobView | None:
        """Return the last job that ran a proof."""
        ...
