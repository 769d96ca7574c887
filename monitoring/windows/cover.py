"""Whom windows cover, and when. Pure.

A window covers its devices and everything that cannot be reached without them: every path from the station is looked
at, so a device with a redundant path is not covered by a window on one of the two. Windows that overlap count together:
one on each of two switches covers, while both are open, also what hangs on both.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from monitoring.detect.topology import Topology
from monitoring.windows.model import Window


@dataclass(frozen=True)
class Cover:
    """From when to when a window covers a device."""

    window: int
    device: str
    start: datetime
    end: datetime


def covered(topology: Topology, devices: Iterable[str]) -> frozenset[str]:
    """Return the devices and whatever the station cannot reach without them, though it can with them."""
    cut = frozenset(devices)
    return cut | (_reached(topology, frozenset()) - _reached(topology, cut))


def _reached(topology: Topology, without: frozenset[str]) -> frozenset[str]:
    found, ring = {topology.station}, [topology.station]
    while ring:
        steps = {n for node in ring for n in topology.neighbours.get(node, ())} - found - without
        found |= steps
        ring = list(steps)
    return frozenset(found)


def covers(windows: Sequence[Window], topology: Topology, after: datetime) -> tuple[Cover, ...]:
    """Return what windows cover from a time on: pieces of one window and device are joined."""
    standing = [w for w in windows if w.until > max(w.start, after)]
    edges = sorted({max(edge, after) for w in standing for edge in (w.start, w.until)})
    pieces: dict[tuple[int, str], list[Cover]] = {}
    for start, end in pairwise(edges):
        open_ = [w for w in standing if w.start <= start and end <= w.until]
        for window, device in _attributed(open_, topology):
            _append(pieces.setdefault((window, device), []), Cover(window, device, start, end))
    return tuple(piece for key in sorted(pieces) for piece in pieces[key])


def _attributed(windows: Sequence[Window], topology: Topology) -> Iterator[tuple[int, str]]:
    """Yield who covers what while some windows are open: each its own; what only all together cover, the newest."""
    together = covered(topology, (d for w in windows for d in w.devices)) if windows else frozenset()
    left = set(together)
    for window in windows:
        mine = covered(topology, window.devices)
        left -= mine
        yield from ((window.number, device) for device in mine if device != topology.station)
    newest = max((w.number for w in windows), default=0)
    yield from ((newest, device) for device in left if device != topology.station)


def _append(pieces: list[Cover], new: Cover) -> None:
    if pieces and pieces[-1].end == new.start:
        pieces[-1] = replace(pieces[-1], end=new.end)
    else:
        pieces.append(new)
