"""What the watch remembers beside pings, to tell what is wrong with what answers: ports, agents, loss.

It keeps the last reading of every port, how often in a row each agent failed, and what round trip is usual for each
device; `also` adds to a decision what `monitoring.detect.signs` makes of it. Nothing here outlives the process: after a
restart a sign that is open stays open until it is surely good.
"""

from collections import deque
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from statistics import median

from monitoring.cause.gather import Witness
from monitoring.detect import signs
from monitoring.detect.decide import Cut, Decision, Rules, Seen
from monitoring.detect.signs import CABLE, FORGET, QUALITY, Judged, Measured, Port
from monitoring.detect.topology import Topology
from monitoring.poller.poll import Poll
from monitoring.series.rates import COUNTERS
from monitoring.series.seam import Sample

_ROUNDS = 60
_NOW = 20
"""rounds whose median round trip counts as the present one"""
_SLOWLY = 1 / 300
_FIRST = 1
"""of the failures of an agent only the first and the last are kept"""
_STEADY = 30
"""rounds for which a line has to be poor before it is said so"""


@dataclass
class Trips:
    """A device's last round trips in milliseconds, None for a miss, and the usual one while nothing is poor."""

    last: deque[float | None] = field(default_factory=lambda: deque(maxlen=_ROUNDS))
    usual: float | None = None
    missed: int = 0
    """how many of the last rounds"""

    def add(self, trip: float | None) -> None:
        """Note one round."""
        self.missed += (trip is None) - (len(self.last) == _ROUNDS and self.last[0] is None)
        self.last.append(trip)
        if trip is None or len(self.last) < _NOW:
            return
        if self.usual is None:
            self.usual = median(t for t in self.last if t is not None)
        elif trip < 2 * self.usual + 5:
            self.usual += (trip - self.usual) * _SLOWLY

    @property
    def alive(self) -> bool:
        """Whether there was an answer within the last rounds."""
        return any(trip is not None for trip in islice(reversed(self.last), Rules().misses))

    def loss(self) -> float:
        """Return how often an answer was followed by a miss, lately or longer, the highest; see `Seen`."""
        if not self.missed:
            return 0.0
        trips = list(self.last)
        while trips and trips[-1] is None:
            trips.pop()
        return max(signs.onset(trips[-rounds:]) for rounds in (_ROUNDS, _NOW, _NOW // 2))

    def measured(self, silence: int) -> Measured:
        """Return loss and round trip over the rounds remembered; `silence` misses in a row are an outage."""
        loss, rounds = signs.lost(self.last, silence) if self.missed else (0.0, len(self.last))
        newest = self.last[-1] if self.last else None
        if newest is not None and self.usual is not None and newest < 1.2 * self.usual:
            return Measured(loss, newest, self.usual, rounds)
        answered = [t for t in islice(reversed(self.last), _NOW) if t is not None]
        return Measured(loss, median(answered) if answered else None, self.usual, rounds)


class Signs:
    """The memory of one watch."""

    def __init__(self, topology: Topology, ping: float) -> None:
        self._topology, self._rules = topology, Rules()
        self._grace = timedelta(seconds=(self._rules.misses + 1) * ping)
        self._trips = {name: Trips() for name in topology.watched}
        self._failed: dict[str, list[datetime]] = {}
        """when each agent failed since it last answered; empty when it answers"""
        self._broke: dict[str, list[datetime]] = {}
        """when each cable broke within the memory"""
        self._poor: dict[str, int] = {}
        self.ports: dict[tuple[str, str], Port] = {}

    def rounded(self, trips: Mapping[str, float | None]) -> None:
        """Note a round of pings: each device's round trip in milliseconds, None for a miss."""
        for name, trip in trips.items():
            self._trips[name].add(trip)

    def polled(self, done: Poll, at: datetime, answering: Mapping[str, datetime]) -> None:
        """Note a poll: ports, and which agents failed of devices that answered ping all the while."""
        read = {(s.interface.device, s.interface.name): _port(s, at) for s in done.samples}
        self.read(read, {device: bool(answer.error) for device, answer in done.answers.items()}, at, answering)

    def read(
        self,
        ports: Mapping[tuple[str, str], Port],
        failed: Mapping[str, bool],
        at: datetime,
        answering: Mapping[str, datetime],
    ) -> None:
        """Note what was read at a time, and whether each agent that was asked failed."""
        for end, port in ports.items():
            was = self.ports.get(end)
            if was is None:
                self.ports[end] = port
            elif was.at <= port.at:  # a round that began before a look between the rounds may end after it
                self.ports[end] = port._replace(since=was.since if was.up == port.up else port.at)
        for device, bad in failed.items():
            if not bad:
                self._failed[device] = []
            elif device in answering and answering[device] <= at:
                self._failed.setdefault(device, []).append(at)
                del self._failed[device][_FIRST:-1]

    def loss(self, name: str) -> float:
        """Return how often an answer of a device was followed by a miss; see `Seen`."""
        return self._trips[name].loss()

    def cut(self, opened: frozenset[str]) -> Cut:
        """Return which neighbours no whole cable joins, by the signs that are open."""
        return signs.cut(self._topology, opened)

    def also(
        self, made: Decision, answering: Mapping[str, datetime], steady: Mapping[str, datetime], now: datetime
    ) -> Decision:
        """Return a decision with what is wrong with what answers.

        `answering`: since when each device that answers does; `steady`: since when it was never silent, of the same.
        """
        whole = signs.also(
            made,
            signs.cables(self._topology.links, self.ports, steady, now, self._grace, self._restless(now)),
            signs.agents(self._failed, answering, self._topology.station, now),
            self._quality(),
        )
        for name in whole.opened:
            if name.startswith(CABLE):
                self._broke[name] = [*self._broke.get(name, ())[-1:], now]
        return whole

    def _restless(self, now: datetime) -> frozenset[str]:
        """Return the cables that came and went lately."""
        self._broke = {n: [at for at in times if now - at < FORGET] for n, times in self._broke.items()}
        return frozenset(name for name, times in self._broke.items() if len(times) > 1)

    def suspects(self, answering: Mapping[str, datetime], known: AbstractSet[str], now: datetime) -> frozenset[str]:
        """Return whom to ask at once, because a port was just read down; see `signs.suspects`."""
        return signs.suspects(self._topology.links, self.ports, answering, known, now)

    def _silence(self, name: str) -> int:
        trips = self._trips[name]
        return self._rules.needed(Seen(loss=trips.loss())) if trips.missed else self._rules.misses

    def _quality(self) -> Judged:
        """Judge loss and delay; what is bad has to be so for a while, lest many alarms precede that of their cause."""
        measured = {n: trips.measured(self._silence(n)) for n, trips in self._trips.items() if trips.alive}
        found = signs.quality(measured, self._topology)
        quiet = {f"{QUALITY}{n}" for n in self._trips if n not in measured}
        kept = {name: rounds for name, rounds in self._poor.items() if name in quiet}
        self._poor = kept | {name: self._poor.get(name, 0) + 1 for name in found.bad}
        return Judged(frozenset(n for n, rounds in self._poor.items() if rounds >= _STEADY), found.good)

    def witness(self, answering: Mapping[str, datetime], fell: Mapping[str, datetime]) -> Witness:
        """Return what is remembered, for whoever judges causes in another thread."""
        measured = {name: trips.measured(self._silence(name)) for name, trips in self._trips.items()}
        return Witness(dict(self.ports), measured, dict(answering), dict(fell))


def worth_a_look(nodes: Iterable[str], topology: Topology) -> frozenset[str]:
    """Return whom to poll at once when something opened or closed about these: themselves and what stands before them.

    The ports towards what is silent, and the uptime of what is back, tell causes apart.
    """
    found: set[str] = set()
    for node in nodes:
        members = topology.behind.get(node, frozenset()) if node in topology.passive else frozenset((node,))
        found |= members
        found |= {p for member in (*members, node) for p in topology.before(member)}
    return frozenset(found) & frozenset(topology.watched)


def _port(sample: Sample, at: datetime) -> Port:
    rates = [rate or 0.0 for rate in sample.rates or (None,) * len(COUNTERS)]
    return Port(sample.oper, sample.admin, at, None, rates[0], rates[1], rates[4] + rates[5])
