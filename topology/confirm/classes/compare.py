"""What was seen of a probe against what the proof says of it. Pure.

A probe's real way is the devices that it came into, by the hops it had left. It agrees with the proof if one of the
ways that the proof names goes through the same devices to the same end. A way that only ends too early, or an arrival
or answer that is missing, may be a packet that a line lost: it is tried again before it is called a disagreement.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import groupby

from topology.confirm.classes.claims import Probe
from topology.reach.network import DEVICES
from topology.reach.walk import Branch


class Where(StrEnum):
    """What saw a packet."""

    POST = "post"
    """a computer's port"""
    INTO = "into"
    """a device's interface, before its filters"""
    TAKEN = "taken"
    """a device itself, past its input filter"""


@dataclass(frozen=True)
class Sighting:
    """A probe seen somewhere."""

    node: str
    where: Where
    interface: str
    ttl: int


@dataclass
class Seen:
    """What became of one try of a probe."""

    sightings: list[Sighting] = field(default_factory=list)
    answered: bool = False

    @property
    def devices(self) -> tuple[str, ...]:
        """The devices it came into, in order."""
        into = sorted((s for s in self.sightings if s.where is Where.INTO), key=lambda s: -s.ttl)
        return tuple(name for name, _group in groupby(s.node for s in into))

    def arrived(self, places: Mapping[str, str], source: str) -> frozenset[str]:
        """Return the places it arrived at; a post that only passed it on is none, nor is the one that sent it."""
        least = min((s.ttl for s in self.sightings), default=0)
        at = {places[s.node] for s in self.sightings if s.where is Where.POST and s.ttl == least and s.node != source}
        return frozenset(at | {DEVICES for s in self.sightings if s.where is Where.TAKEN})

    def lines(self, node: str) -> Iterator[str]:
        """Yield what was seen, from the node that sent, one line a sighting."""
        yield node
        order = {Where.INTO: 0, Where.TAKEN: 1, Where.POST: 2}
        for one in sorted(self.sightings, key=lambda s: (-s.ttl, order[s.where])):
            if (one.node, one.where) != (node, Where.POST):
                yield f"{one.node} {one.interface}".rstrip() + ("" if one.where is Where.INTO else f" ({one.where})")
        if self.answered:
            yield f"{node} (answer)"


class Outcome(StrEnum):
    """Whether packets agree with the proof."""

    AGREED = "agreed"
    LOST = "lost"
    """it may be that a line lost the packet or the answer"""
    DISAGREED = "disagreed"


def outcome(probe: Probe, seen: Seen, places: Mapping[str, str]) -> Outcome:
    """Compare a try of a probe with what the proof says; `places` has the place of each post by its node."""
    if probe.wide is not None:
        return _on_segment(probe.wide, probe.source, seen, places)
    arrived, way = seen.arrived(places, probe.gate.post.node), seen.devices
    ends = [(_way(probe, branch), frozenset({branch.place} - {""})) for branch in probe.branches]
    if probe.answered is False and seen.answered:
        return Outcome.DISAGREED
    if (way, arrived) in ends:
        return Outcome.LOST if probe.answered and not seen.answered else Outcome.AGREED
    if not arrived and any(way == other[: len(way)] for other, _end in ends):
        return Outcome.LOST
    return Outcome.DISAGREED


def _on_segment(shared: frozenset[str], source: str, seen: Seen, places: Mapping[str, str]) -> Outcome:
    """Compare who saw a frame for everybody with the places that share its segment; its routers have to see it too."""
    saw = {places[s.node] for s in seen.sightings if s.where is Where.POST} - {source}
    if not saw <= shared or any(s.where is Where.TAKEN for s in seen.sightings):
        return Outcome.DISAGREED
    return Outcome.AGREED if saw == shared and seen.devices else Outcome.LOST


def _way(probe: Probe, branch: Branch) -> tuple[str, ...]:
    """Return the devices that a branch comes into; not the one that sends."""
    steps = branch.steps[1:] if probe.source == DEVICES else branch.steps
    return tuple(name for name, _group in groupby(step.device for step in steps))
