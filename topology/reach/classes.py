"""Classes of packets: two packets of a class are treated alike by every device and every line of the policy. Pure.

A class is the product of one class of destinations, one of sources and one of services. Addresses are alike, as either,
when they lie in the same of all sets that anything names; services likewise. So the classes part all packets without
rest, and a verdict on one packet of a class is one on all (Yang and Lam, "Real-time verification of network properties
using atomic predicates", 2013, with a set of predicates per field instead of one over the whole header).
"""

from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise, product
from typing import cast

from topology.reach.boxes import FLAG, FLAGS, PORTS, PROTOCOL, WITH_PORTS, Box, Interval, joined, whole
from topology.reach.family import V4, Family


def of_addresses(named: Iterable[tuple[Interval, ...]], family: Family = V4) -> tuple[tuple[Interval, ...], ...]:
    """Return the classes of addresses by the sets that are named, each as intervals; sorted by their first address."""
    sets = sorted(set(named))
    first, last = whole(family)
    edges = sorted({first, last + 1, *(e for s in sets for a, b in s for e in (a, b + 1))})
    place = {edge: n for n, edge in enumerate(edges)}
    marks = [0] * (len(edges) - 1)
    for number, one in enumerate(sets):
        for low, high in one:
            for n in range(place[low], place[high + 1]):
                marks[n] |= 1 << number
    return _alike(zip(marks, ((a, b - 1) for a, b in pairwise(edges)), strict=True))


def _alike(marked: Iterable[tuple[int, Interval]]) -> tuple[tuple[Interval, ...], ...]:
    found: dict[int, list[Interval]] = defaultdict(list)
    for mark, interval in marked:
        found[mark].append(interval)
    return tuple(sorted(joined(one) for one in found.values()))


def of_services(named: Iterable[tuple[Box, ...]]) -> tuple[tuple[Box, ...], ...]:
    """Return the classes of services by the sets that are named, each as boxes that do not meet; sorted."""
    sets = sorted(set(named))
    boxes = [box for one in sets for box in one]
    found: dict[int, list[Box]] = defaultdict(list)
    for cell in _cells(boxes):
        mark = sum(1 << n for n, one in enumerate(sets) if any(_inside(cell, box) for box in one))
        found[mark].append(cell)
    return tuple(sorted(_together(cells) for cells in found.values()))


def _together(cells: Iterable[Box]) -> tuple[Box, ...]:
    """Return cells with those joined that touch: first of flags, then of source ports, then of destination ports."""
    found = sorted(cells)
    for at in (6, 4, 2):
        runs: dict[tuple[int, ...], list[Interval]] = defaultdict(list)
        for box in found:
            runs[(*box[:at], *box[at + 2 :])].append((box[at], box[at + 1]))
        found = sorted(cast(Box, (*rest[:at], *run, *rest[at:])) for rest, held in runs.items() for run in joined(held))
    return tuple(found)


def _cells(boxes: Iterable[Box]) -> Iterable[Box]:
    """Yield the grid of all boxes; of a protocol without ports or flag, these are one run."""
    by = [[(box[n], box[n + 1]) for box in boxes] for n in range(0, 8, 2)]
    protocols = [*by[0], *((n, n) for n in (*WITH_PORTS, *FLAGS))]
    for low, high in _steps(PROTOCOL, protocols):
        ports = [_steps(PORTS, runs) if low in WITH_PORTS else [PORTS] for runs in by[1:3]]
        flags = _steps(FLAG, by[3]) if low in FLAGS else [FLAG]
        yield from ((low, high, *a, *b, *c) for a, b, c in product(*ports, flags))


def _steps(whole: Interval, runs: Iterable[Interval]) -> list[Interval]:
    edges = sorted({whole[0], whole[1] + 1, *(edge for low, high in runs for edge in (low, high + 1))})
    return [(a, b - 1) for a, b in pairwise(edges)]


def _inside(cell: Box, box: Box) -> bool:
    return all(box[n] <= cell[n] and cell[n + 1] <= box[n + 1] for n in range(0, 8, 2))
