"""The example county on a clock of its own: what is broken decides who answers, by the inventory's cables alone.

Who is silent is found on the plain graph of the inventory, not on the detection's topology, so that the two can differ.
"""

import random
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import networkx as nx

import inventory
from countynet.vocabulary import LineState
from inventory import load_county
from inventory.model import County
from inventory.subset import only_units
from monitoring.detect.decide import Decision, Picture, Rules, Seen, decide
from monitoring.detect.mute import mute
from monitoring.detect.signs import Port
from monitoring.detect.topology import Topology, topology
from monitoring.poller.signs import Signs
from monitoring.windows.cover import covered
from topology.graph import graph

EXAMPLE = Path(inventory.__file__).parent / "example"
SECOND = timedelta(seconds=1)
POLL = 15


SOME = (*range(1, 4), *range(15, 30), *range(98, 102), 119, 120)
"""units: three buildings on fiber, a building with three ADSL lines, towns"""


@cache
def example(units: tuple[int, ...]) -> tuple[County, Topology, "nx.Graph[str]"]:
    """Return the county of some units, its topology for detection, and its plain graph of what has a management."""
    county = only_units(load_county(EXAMPLE), (f"u{n:03d}" for n in units))
    whole = graph(county)
    nodes = {d.name for d in county.devices} | {county.station.name, "operator"}
    return county, topology(county), nx.Graph(whole.subgraph(nodes))


class Now:
    """What is broken at a moment, read from words: `dead X`, `cut LINE`, `mute X` (its management only), `agent X`,
    `loss X SHARE`, `slow X MILLISECONDS`, `blind`, `window X`."""

    def __init__(self, words: Iterable[str]) -> None:
        self.said: dict[str, dict[str, float]] = {}
        for word in words:
            kind, _space, rest = word.partition(" ")
            name, _space, number = rest.partition(" ")
            self.said.setdefault(kind, {})[name] = float(number or 0)

    def of(self, kind: str) -> dict[str, float]:
        """Return what is said of a kind."""
        return self.said.get(kind, {})


class CountyTime:
    """Rounds of a second over the example county."""

    def __init__(self, units: tuple[int, ...] = SOME) -> None:
        self.county, self.topology, self._plain = example(units)
        self.now = datetime(2026, 11, 26, 6, 0, tzinfo=UTC)
        self.picture, self.log = Picture(), list[str]()
        self._signs, self._chance = Signs(self.topology, 1.0), random.Random(6)
        self._seen = {name: Seen() for name in self.topology.watched}
        self._since, self._steady = dict[str, datetime](), dict[str, datetime]()
        self._round = 0
        self.everyone_silent = frozenset[str]()

    def rounds(self, count: int, *words: str) -> "CountyTime":
        """Let rounds pass while this is broken."""
        now = Now(words)
        reached, ports = self._reached(now), self._ports(now)
        self.everyone_silent = frozenset(self.topology.watched) - reached
        for _count in range(count):
            self._one(now, reached, ports)
            self._round += 1
            self.now += SECOND
        return self

    def _one(self, now: Now, reached: frozenset[str], ports: dict[tuple[str, str], Port]) -> None:
        trips = {name: self._trip(name, now, reached) for name in self.topology.watched}
        self._signs.rounded(trips)
        for name, trip in trips.items():
            was = self._seen[name]
            if trip is None:
                self._since.pop(name, None)
            else:
                self._since.setdefault(name, self.now)
                if name not in self._steady or was.misses >= Rules().misses:
                    self._steady[name] = self.now
            misses, hits = (was.misses + 1, 0) if trip is None else (0, was.hits + 1)
            self._seen[name] = Seen(misses, hits, self._signs.loss(name))
        if self._round % POLL == 0:
            self._poll(now, ports)
        self._take(self._decided(now))

    def _decided(self, now: Now) -> Decision:
        planned = covered(self.topology, now.of("window")) if now.of("window") else frozenset()
        cut = self._signs.cut(self.picture.open)
        made = decide(self.picture, self._seen, self.topology, Rules(), not now.of("blind"), cut=cut, planned=planned)
        steady = {name: since for name, since in self._steady.items() if name in self._since}
        return mute(self._signs.also(made, self._since, steady, self.now), planned, self.topology)

    def _take(self, made: Decision) -> None:
        self.picture = made.picture
        self.log += [f"-{name}" for name in made.closed] + [f"+{name}" for name in made.opened]

    def _trip(self, name: str, now: Now, reached: frozenset[str]) -> float | None:
        if name not in reached or self._chance.random() < self._worst("loss", name, now):
            return None
        return 2.0 + self._chance.random() + self._worst("slow", name, now)

    def _worst(self, kind: str, name: str, now: Now) -> float:
        """Return what holds for a device or for what it stands behind."""
        return max((v for n, v in now.of(kind).items() if name in self.topology.behind[n]), default=0.0)

    def _reached(self, now: Now) -> frozenset[str]:
        if now.of("blind"):
            return frozenset()
        left = nx.Graph(self._plain)
        left.remove_nodes_from(now.of("dead"))
        for a, b in list(left.edges):
            ids = [link[0] for link in left[a][b]["links"]]
            if self._circuit(a, b) in now.of("cut") or all(name in now.of("cut") for name in ids):
                left.remove_edge(a, b)
        station = self.topology.station
        found = nx.node_connected_component(left, station) if station in left else set()
        return frozenset(found) & frozenset(self.topology.watched) - frozenset(now.of("mute"))

    def _circuit(self, a: str, b: str) -> str:
        """Return the line whose cable joins a router to a switch."""
        watched = self.topology.watched
        return next((watched[n].circuit for n in (a, b) if n in watched and watched[n].circuit), "")

    def _ports(self, now: Now) -> dict[tuple[str, str], Port]:
        found = {}
        for link in self.topology.links.values():
            a, b = link.a[0], link.b[0]
            broken = {a, b} & set(now.of("dead")) or link.cable in now.of("cut") or self._circuit(a, b) in now.of("cut")
            for end in (link.a, link.b):
                found[end] = Port(2 if broken else 1, 1, self.now)
        return found

    def _poll(self, now: Now, ports: dict[tuple[str, str], Port]) -> None:
        failed = {n: n not in self._since or bool(now.of("agent").keys() & {n, "*"}) for n in self.topology.watched}
        read = {end: p._replace(at=self.now) for end, p in ports.items() if not failed[end[0]]}
        self._signs.read(read, failed, self.now, self._since)

    def states(self, state: LineState) -> frozenset[str]:
        """Return the devices in a state."""
        return frozenset(
            n for n, node in self.picture.nodes.items() if node.state is state and n in self.topology.watched
        )

    def causes(self) -> frozenset[str]:
        """Return what shadows somebody."""
        nodes = self.picture.nodes
        return frozenset(nodes[name].cause for name in self.states(LineState.SHADOWED))
