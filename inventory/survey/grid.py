"""A sheet as its reader finds it, whatever file it came from. Pure.

Only cells that hold something exist, so a sheet costs what is in it and not how far it reaches. Texts are as they were
written: nothing is normalised here, so that a problem can show what the clerk sees.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

Kind = Literal["text", "number", "date", "bool", "error", "formula"]


@dataclass(frozen=True)
class Cell:
    """A cell that holds something; rows and columns count from 1.

    A number's text is its shortest exact notation, a date's is ISO; `formula` is one whose result was not saved.
    """

    row: int
    column: int
    text: str
    kind: Kind = "text"

    @property
    def letter(self) -> str:
        """The column as a spreadsheet names it."""
        return letter(self.column)


@dataclass(frozen=True)
class Merge:
    """A rectangle of cells that shows as one; what it holds stands in its upper left cell."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class Sheet:
    """One sheet: its cells by row and column, and what is merged."""

    name: str
    cells: Mapping[tuple[int, int], Cell]
    merges: tuple[Merge, ...] = ()
    hidden: bool = False

    @cached_property
    def _merged(self) -> Mapping[tuple[int, int], Merge]:
        last, far = max((r for r, _ in self.cells), default=0) + 1, max((c for _, c in self.cells), default=0) + 1
        return {
            (row, column): merge
            for merge in self.merges
            for row in range(merge.top, min(merge.bottom, last) + 1)
            for column in range(merge.left, min(merge.right, far) + 1)
        }

    @cached_property
    def rows(self) -> Mapping[int, tuple[Cell, ...]]:
        """The cells of each row that has any, from left to right."""
        found: dict[int, list[Cell]] = {}
        for key in sorted(self.cells):
            found.setdefault(key[0], []).append(self.cells[key])
        return {row: tuple(cells) for row, cells in found.items()}

    def merge(self, row: int, column: int) -> Merge:
        """Return the rectangle that a cell belongs to; its own where nothing is merged."""
        return self._merged.get((row, column)) or Merge(row, column, row, column)

    def at(self, row: int, column: int) -> Cell | None:
        """Return what shows at a place: a merged rectangle shows its upper left cell everywhere."""
        merge = self.merge(row, column)
        return self.cells.get((merge.top, merge.left))

    def within(self, first: int, last: int) -> Iterator[tuple[int, tuple[Cell, ...]]]:
        """Yield the rows from the first to the last that hold something."""
        for row, cells in self.rows.items():
            if first <= row <= last:
                yield row, cells


@dataclass(frozen=True)
class Book:
    """One file's sheets, in their order; `file` is its name as people know it."""

    file: str
    sheets: tuple[Sheet, ...]
    table: bool = False
    """whether it is a CSV file, which has no sheets of its own"""


def letter(column: int) -> str:
    """Return a column's letters: 1 is A, 27 is AA."""
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text
