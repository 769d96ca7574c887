"""Holds both engines' answers side by side: for every pair of places, whether just the same packets arrive.

A disagreement is a fault of one of them, so neither may be believed: it carries a packet that one lets arrive and the
other does not, and what the interpreter of single packets says of it.
"""

import time
from collections.abc import Callable, Iterator
from typing import Any

from countynet.frozen import Frozen
from inventory.model import County
from topology.reach.arrivals import Arrivals
from topology.reach.engine import Engine
from topology.reach.grid.engine import GridEngine
from topology.reach.grid.exact import Exact
from topology.reach.grid.named import named
from topology.reach.grid.space import Grid
from topology.reach.network import DEVICES, FORGED, Network
from topology.reach.space import Space
from topology.reach.walk import Step, reaches, walk


class Disagreement(Frozen):
    """A packet of which the engines say different things."""

    source: str
    target: str
    device: str = ""
    """where the target is the devices: which of them takes it"""
    packet: str
    bdd: bool
    """whether the first engine lets it arrive"""
    grid: bool
    walk: bool
    """whether the interpreter of single packets lets it arrive, sent just so: one that was translated need not"""
    path: tuple[Step, ...] = ()
    """by the interpreter; where it does not arrive, the longest way"""


class Comparison(Frozen):
    """Both engines' answers to every pair."""

    pairs: int
    disagreements: tuple[Disagreement, ...]
    atoms: tuple[int, int, int]
    """destinations, sources, services of the grid"""
    atoms6: tuple[int, int, int] = (0, 0, 0)
    """of the grid of IPv6, where both families were compared"""
    seconds: float

    @property
    def agreed(self) -> int:
        """How many pairs have one answer."""
        return self.pairs - len({(d.source, d.target) for d in self.disagreements})

    def summary(self) -> dict[str, Any]:
        """Return the comparison as JSON."""
        kept = self.model_dump(mode="json", include={"pairs", "atoms", "atoms6", "disagreements"})
        return kept | {"agreed": self.agreed, "seconds": round(self.seconds, 3)}


def joined(four: Comparison, six: Comparison) -> Comparison:
    """Return the answers about packets of both families, of the same pairs."""
    return four.model_copy(
        update={
            "disagreements": (*four.disagreements, *six.disagreements),
            "atoms6": six.atoms,
            "seconds": four.seconds + six.seconds,
        }
    )


class Both:
    """The two engines over one network."""

    def __init__(self, network: Network, *, answers: bool = False, county: County | None = None) -> None:
        """`county`: cut the grid for its policy, too, so that the policy can be asked of the grid's sets."""
        self.network, self.space, self.grid = network, Space(network.family), Grid(named(network, county))
        self.first = Engine(network, self.space, answers=answers)
        self.second = GridEngine(network, self.grid, answers=answers)
        self.exact = Exact(self.grid, self.space)

    def differences(self, source: str) -> Iterator[Disagreement]:
        """Yield what the engines disagree about of a source's packets, two packets a pair at most."""
        one, other = self.first.run(source), self.second.run(source)
        for target in {**one.at, **other.at}:
            if target != DEVICES:
                yield from self._differ(one, other, target)
        for device in {**one.devices, **other.devices}:
            yield from self._differ(one, other, DEVICES, device)

    def _differ(self, one: Arrivals, other: Arrivals, target: str, device: str = "") -> Iterator[Disagreement]:
        mine = (one.devices if device else one.at).get(device or target, self.space.nothing)
        theirs = (other.devices if device else other.at).get(device or target, self.grid.nothing)
        said = self.exact.of(theirs)
        for packets, bdd in ((mine & ~said, True), (said & ~mine, False)):
            if packet := self.space.one(packets):
                path = walk(self.first, one.source, target, packet)
                arrives = reaches(self.first, one.source, target, packet)
                yield Disagreement(
                    source=one.source, target=target, device=device, packet=str(packet), bdd=bdd, grid=not bdd,
                    walk=arrives, path=path,
                )  # fmt: skip


def compare(
    network: Network,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
    *,
    answers: bool = False,
    forged: bool = False,
) -> Comparison:
    """Return both engines' answers of every pair of places; with `forged`, of each device that is taken as well."""
    begun, both = time.monotonic(), Both(network, answers=answers)
    found, places = list[Disagreement](), (*network.places, DEVICES)
    taken = tuple(FORGED + device for device in network.configs) if forged else ()
    for done, source in enumerate((*places, *taken), 1):
        found += both.differences(source)
        progress(done, len(places) + len(taken))
    grid = both.grid
    return Comparison(
        pairs=len(places) * len(network.places) + 1 + len(taken) * len(places),
        disagreements=tuple(found),
        atoms=(grid.target.atoms, grid.source.atoms, grid.service.atoms),
        seconds=time.monotonic() - begun,
    )
