"""One dimension of the grid: a header field cut into atoms, the classes of values that nothing tells apart.

A field of numbers is cut into half-open intervals at every boundary that is named (as Delta-net does), then intervals
that lie in just the same named sets are joined (as atomic predicates are), by refining one class with each set. A set
that is not a union of atoms is refused: a grid that guesses proves nothing.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from ipaddress import IPv4Network
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Span = tuple[int, int]
"""low, high: low is in it, high is not"""


class NotCut(ValueError):
    """A set was asked for that the grid was not cut for; a fault of `named`, never of a configuration."""


def refined(size: int, sets: Iterable[NDArray[Any]]) -> NDArray[np.intp]:
    """Return the class of each of `size` elements: equal where each set (a mask or indices) has both or neither."""
    classes, most = np.zeros(size, dtype=np.intp), 1
    for inside in sets:
        met, which = np.unique(classes[inside], return_inverse=True)
        classes[inside] = most + which
        most += len(met)
    return np.unique(classes, return_inverse=True)[1]


def classes_in(inside: Mask, classes: NDArray[np.intp]) -> Mask:
    """Return which classes a set of elements is made of. Raises NotCut if it holds a part of one."""
    found = np.zeros(int(classes.max()) + 1, dtype=np.bool_)
    found[classes[inside]] = True
    if (found[classes] & ~inside).any():
        raise NotCut
    return found


class Axis:
    """A field of whole numbers below `end`, which may have any number of bits: numpy counts intervals, not values."""

    def __init__(self, end: int, sets: Iterable[Sequence[Span]]) -> None:
        """`sets`: every set of values that will be asked for, or such that they are unions of these."""
        sets = [*sets]
        self.edges = sorted({0, end, *(edge for spans in sets for span in spans for edge in span)})
        self._place = {edge: number for number, edge in enumerate(self.edges)}
        self.classes = refined(len(self.edges) - 1, (self._inside(spans) for spans in sets))
        self.atoms = int(self.classes.max()) + 1

    def _inside(self, spans: Iterable[Span]) -> Mask:
        """Return the intervals that spans cover. Raises NotCut where a span begins or ends inside of one."""
        found = np.zeros(len(self.edges) - 1, dtype=np.bool_)
        for low, high in spans:
            first, last = self._place.get(low), self._place.get(high)
            if first is None or last is None:
                raise NotCut
            found[first:last] = True
        return found

    def mask(self, spans: Iterable[Span]) -> Mask:
        """Return the atoms that spans are made of. Raises NotCut if they are made of none."""
        return classes_in(self._inside(spans), self.classes)

    def atom(self, value: int) -> int:
        """Return the atom of a value."""
        return int(self.classes[bisect_right(self.edges, value) - 1])

    def spans(self, atom: int) -> tuple[Span, ...]:
        """Return the intervals that an atom is made of."""
        inside = self.classes == atom
        return tuple(span for span, held in zip(pairwise(self.edges), inside, strict=True) if held)


def spans_of(networks: Iterable[IPv4Network]) -> tuple[Span, ...]:
    """Return networks as spans of addresses."""
    return tuple((int(n.network_address), int(n.broadcast_address) + 1) for n in networks)
