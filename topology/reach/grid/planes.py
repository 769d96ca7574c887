"""Planes of the grid: which (source, service) cells are in, as packed bits, each different plane held once.

A set has one plane for each destination atom and names it by its number, so most rows of most sets are the same few
planes, and what two of them give is worked out once.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from topology.reach.grid.axis import Mask

NOTHING, EVERYTHING = 0, 1
Rows = NDArray[np.int32]
"""the plane of each destination atom"""
_Bits = NDArray[np.uint8]
_GIVES: dict[str, Callable[[_Bits, _Bits], _Bits]] = {
    "and": lambda a, b: a & b,
    "or": lambda a, b: a | b,
    "less": lambda a, b: a & ~b,
}
_LOW = (1 << 32) - 1


class Planes:
    """The planes of one grid."""

    def __init__(self, sources: int, services: int) -> None:
        self.shape = (sources, services)
        self._bits: list[_Bits] = []
        self._known: dict[bytes, int] = {}
        self._given: dict[tuple[str, int, int], int] = {}
        self._hidden: dict[tuple[int, int], int] = {}
        self.plane(np.zeros(self.shape, dtype=np.bool_))
        self.plane(np.ones(self.shape, dtype=np.bool_))

    def __len__(self) -> int:
        return len(self._bits)

    def plane(self, cells: Mask) -> int:
        """Return the number of a plane by its cells, sources by services."""
        return self._held(np.packbits(cells.reshape(-1)))

    def cells(self, plane: int) -> Mask:
        """Return the cells of a plane, sources by services."""
        flat = np.unpackbits(self._bits[plane], count=self.shape[0] * self.shape[1])
        return flat.astype(np.bool_).reshape(self.shape)

    def _held(self, bits: _Bits) -> int:
        key = bits.tobytes()
        number = self._known.setdefault(key, len(self._bits))
        if number == len(self._bits):
            self._bits.append(np.frombuffer(key, dtype=np.uint8))
        return number

    def two(self, way: str, a: int, b: int) -> int:
        """Return what two planes give: `and`, `or` or `less`."""
        if (way, a, b) not in self._given:
            self._given[way, a, b] = self._held(_GIVES[way](self._bits[a], self._bits[b]))
        return self._given[way, a, b]

    def rows(self, way: str, a: Rows, b: Rows) -> Rows:
        """Return what two sets give, row by row."""
        if not a.any():
            return b if way == "or" else a
        if not b.any():
            return b if way == "and" else a
        pairs, which = np.unique(a.astype(np.int64) << 32 | b, return_inverse=True)
        given = [self.two(way, int(pair) >> 32, int(pair) & _LOW) for pair in pairs]
        return np.array(given, dtype=np.int32)[which]

    def joined(self, rows: Rows) -> int:
        """Return the plane of all cells that are in any row."""
        found = NOTHING
        for plane in np.unique(rows):
            found = self.two("or", found, int(plane))
        return found

    def hidden(self, plane: int, source: int) -> int:
        """Return a plane with every source replaced by one."""
        if (plane, source) not in self._hidden:
            cells = np.zeros(self.shape, dtype=np.bool_)
            cells[source] = self.cells(plane).any(axis=0)
            self._hidden[plane, source] = self.plane(cells)
        return self._hidden[plane, source]
