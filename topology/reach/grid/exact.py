"""Says a set of the grid as a set of the first engine's space, exactly: the only place that knows both.

Each atom becomes the packets that it is made of, so two answers are equal if and only if their sets are, whatever
packet they differ by.
"""

import numpy as np

from topology.reach.family import V6
from topology.reach.grid.services import OTHER, PORTS_END, Element
from topology.reach.grid.space import Cells, Grid
from topology.reach.space import PROTOCOLS, Set, Space


class Exact:
    """Sets of a grid as sets of a space."""

    def __init__(self, grid: Grid, space: Space) -> None:
        self._grid, self._space = grid, space
        self._known: dict[tuple[str, int], Set] = {}

    def _held(self, kind: str, number: int) -> Set:
        """Return the packets of a destination, source or service atom, or of a plane; each is made once.

        No `functools.cache`: it would keep this object alive in a circle, and CUDD complains of sets that outlive it.
        """
        if (kind, number) not in self._known:
            make = {"service": self._parts, "plane": self._cells}.get(kind)
            self._known[kind, number] = make(number) if make else self._address(kind, number)
        return self._known[kind, number]

    def of(self, cells: Cells) -> Set:
        """Return a set of the grid as one of the space."""
        found = self._space.nothing
        for plane in np.unique(cells.rows[cells.rows != 0]):
            targets = self._space.union(self._held("d", int(n)) for n in np.flatnonzero(cells.rows == plane))
            found = found | (targets & self._held("plane", int(plane)))
        return found

    def _address(self, side: str, atom: int) -> Set:
        axis = self._grid.target if side == "d" else self._grid.source
        return self._space.runs(side, [(low, high - 1) for low, high in axis.spans(atom)])

    def _cells(self, plane: int) -> Set:
        rows, which = np.unique(self._grid.planes.cells(plane), axis=0, return_inverse=True)
        found = self._space.nothing
        for number, row in enumerate(rows):
            if row.any():
                sources = self._space.union(
                    self._held("s", int(n)) for n in np.flatnonzero(which.reshape(-1) == number)
                )
                found = found | (
                    sources & self._space.union(self._held("service", int(n)) for n in np.flatnonzero(row))
                )
        return found

    def _parts(self, atom: int) -> Set:
        return self._space.union(map(self._element, self._grid.service.parts(atom)))

    def _element(self, element: Element) -> Set:
        space = self._space
        if element.protocol == OTHER:
            return ~space.union(map(space.protocol, PROTOCOLS))
        found = space.runs("p", [(element.protocol, element.protocol)])
        for field, (low, high) in (("q", element.ports), ("r", element.source_ports)):
            found = found & space.runs(field, [(low, high - 1)]) if (low, high) != (0, PORTS_END) else found
        if element.protocol == PROTOCOLS["tcp"]:
            found = found & (space.ack if element.ack else ~space.ack)
        if element.protocol == PROTOCOLS[space.family.echo]:
            found = found & (space.echo if element.echo else ~space.echo)
            if space.family is V6:
                found = found & (space.discovery if element.discovery else ~space.discovery)
        return found
