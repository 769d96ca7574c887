"""The decision: from what was known and what answered, to what is known now and which alarms open and close.

Invariants, each with a timeline in the tests:
- Silence is judged by what stands next to it, along every path of the intended topology whose cables are whole. A
  silent device beside one that answers is DOWN; one with only silence around it is SHADOWED by what is down before it,
  and opens nothing; while a neighbour is only suspect nothing changes.
- What nobody can ask (the operator's net, a place) is down when two or more of what hangs on it fell silent together
  and none answers; else it is transparent, and each line is judged by what lies further up.
- When nobody at all answers, or we cannot even send, we are blind: everything is UNKNOWN, nothing opens or closes but
  the alarm about ourselves.
- What came out of a shadow gets `hold` rounds to answer before its silence counts, so that a repaired hub does not
  raise a storm. What is down stays down until it answers itself.
- A line that loses pings is not a line that is down: the more it lost before, the longer the silence that counts.
- What falls again soon after it came back is flapping: its alarm stays open until it was steady for a while.
- Unknown topology means: assume reachable.
"""

import math
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from enum import IntEnum

from countynet.vocabulary import LineState
from monitoring.detect.topology import Topology

BLIND = "blind"
"""the trouble that is our own"""
Cut = frozenset[frozenset[str]]
"""pairs of neighbours that no whole cable joins"""


@dataclass(frozen=True)
class Seen:
    """A device's last rounds: how many in a row it missed, or answered, and how it loses."""

    misses: int = 0
    hits: int = 0
    loss: float = 0.0
    """how often an answer was followed by a miss, 0 to 1, before the present run of misses"""


@dataclass(frozen=True)
class Node:
    """What is known of a device."""

    state: LineState = LineState.UNKNOWN
    cause: str = ""
    """what shadows it"""
    hold: int = 0


@dataclass(frozen=True)
class Picture:
    """What is known of all. `open` are the nodes (and `BLIND`) about which an alarm is open."""

    nodes: Mapping[str, Node] = field(default_factory=dict)
    open: frozenset[str] = frozenset()
    round: int = field(default=0, compare=False)
    falls: Mapping[str, tuple[int, ...]] = field(default_factory=dict, compare=False)
    """in which of the last rounds a node went down"""

    def flapping(self, node: str) -> bool:
        """Tell whether a node went down more than once within the memory."""
        return len(self.falls.get(node, ())) > 1


@dataclass(frozen=True)
class Rules:
    """How many rounds in a row decide."""

    misses: int = 5
    hits: int = 2
    most: int = 20
    """misses that count whatever was lost before"""
    sure: float = 1e-5
    """how likely a run of misses on a lossy line may be chance"""
    memory: int = 300
    """so long a fall is remembered"""
    calm: int = 60
    """answers in a row that end flapping"""

    def needed(self, seen: Seen) -> int:
        """Return how many misses in a row of a device are silence: more, the more it lost before."""
        if not 0.05 <= seen.loss < 1:
            return self.misses
        return min(self.most, max(self.misses, math.ceil(math.log(self.sure) / math.log(seen.loss))))


@dataclass(frozen=True)
class Decision:
    """The new picture, and what opens and closes on the way to it."""

    picture: Picture
    opened: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()


class Passing(IntEnum):
    """Whether something behind a node, or it itself, answers."""

    ANSWERS = 0
    SUSPECT = 1
    SILENT = 2


def decide(
    previous: Picture,
    seen: Mapping[str, Seen],
    topology: Topology,
    rules: Rules,
    can_send: bool = True,
    cut: Cut = frozenset(),
    planned: AbstractSet[str] = frozenset(),
) -> Decision:
    """Return what one more round of answers means; `planned` is what a work window covers now. Pure."""
    watched = [seen.get(name, Seen()) for name in topology.watched]
    previous = replace(previous, round=previous.round + 1)
    if not can_send or (watched and all(s.misses >= rules.misses for s in watched)):
        return _blind(previous, topology)
    if watched and all(s.misses for s in watched):
        return Decision(previous)
    return _Round(previous, seen, topology, rules, cut, planned).decision()


def _blind(previous: Picture, topology: Topology) -> Decision:
    nodes = {name: Node(hold=topology.hold(name)) for name in (*topology.watched, *topology.passive)}
    opened = () if BLIND in previous.open else (BLIND,)
    return Decision(replace(previous, nodes=nodes, open=previous.open | {BLIND}), opened)


class _Round:
    """One decision while we can see."""

    def __init__(
        self,
        previous: Picture,
        seen: Mapping[str, Seen],
        topology: Topology,
        rules: Rules,
        cut: Cut,
        planned: AbstractSet[str],
    ) -> None:
        self._previous, self._topology, self._rules = previous, topology, rules
        self._cut, self._planned = cut, planned
        self._own = {name: seen.get(name, Seen()) for name in topology.watched}
        self._seen = self._own | {name: self._best(name) for name in topology.passive}
        self._passing: dict[str, Passing] = {topology.station: Passing.ANSWERS}

    def decision(self) -> Decision:
        """Judge every node, then find what shadows whom."""
        nodes = {name: self._judge(name) for name in self._seen}
        down = {name for name, node in nodes.items() if node.state is LineState.DOWN}
        up = {name for name, node in nodes.items() if node.state is LineState.UP}
        for name, node in nodes.items():
            if node.state is LineState.SHADOWED:
                nodes[name] = replace(node, cause=self._cause(name, down))
        was, falls = self._previous.open, self._falls(down)
        closed = tuple(sorted(name for name in was if name == BLIND or (name in up and self._over(name, falls))))
        opened = tuple(sorted(down - was))
        picture = replace(self._previous, nodes=nodes, open=was - set(closed) | down, falls=falls)
        return Decision(picture, opened, closed)

    def _falls(self, down: set[str]) -> dict[str, tuple[int, ...]]:
        """Return the falls that are remembered, with those of this round."""
        now, nodes = self._previous.round, self._previous.nodes
        found = {
            name: tuple(at for at in falls if now - at < self._rules.memory or name in self._previous.open)
            for name, falls in self._previous.falls.items()
        }
        for name in down:
            if nodes.get(name, Node()).state is LineState.UP:
                found[name] = (*found.get(name, ()), now)
        return {name: falls for name, falls in found.items() if falls}

    def _over(self, name: str, falls: Mapping[str, tuple[int, ...]]) -> bool:
        """Tell whether a node that answers has answered long enough for its alarm to close."""
        return len(falls.get(name, ())) < 2 or self._seen[name].hits >= self._rules.calm

    def _best(self, node: str) -> Seen:
        """Return the best that any watched device behind a node shows; without any, assume reachable."""
        inside = [self._own[name] for name in self._topology.behind[node] if name in self._own]
        return Seen(min((s.misses for s in inside), default=0), max((s.hits for s in inside), default=0))

    def _of(self, name: str) -> Passing:
        """Return whether one device answers."""
        seen = self._own[name]
        if not seen.misses:
            return Passing.ANSWERS
        return Passing.SUSPECT if seen.misses < self._rules.needed(seen) else Passing.SILENT

    def _passes(self, node: str) -> Passing:
        """Return whether a node passes traffic, by the best of what stands behind it."""
        if node not in self._passing:
            inside = [self._of(name) for name in self._topology.behind.get(node, ()) if name in self._own]
            best = min(inside, default=Passing.ANSWERS)
            if best and node in self._topology.passive and not self._together(node):
                best = min((self._passes(parent) for parent in self._topology.parents(node)), default=best)
            self._passing[node] = best
        return self._passing[node]

    def _together(self, node: str) -> bool:
        """Tell whether two or more of a silent node's devices fell together, none by plan."""
        fell = [
            self._own[name].misses
            for name in self._topology.behind[node]
            if name in self._own and name not in self._planned and not self._known_down(name)
        ]
        last = min(fell, default=0)
        return sum(1 for misses in fell if misses <= last + 2 * self._rules.misses) >= 2

    def _known_down(self, name: str) -> bool:
        state = self._previous.nodes.get(name, Node()).state
        return state is LineState.DOWN or (state is LineState.UNKNOWN and name in self._previous.open)

    def _judge(self, name: str) -> Node:
        node, seen = self._previous.nodes.get(name, Node()), self._seen[name]
        if seen.misses == 0:
            return self._answering(node, seen)
        if name in self._topology.passive:
            return self._place(name, node)
        return self._silent(name, node) if self._of(name) is Passing.SILENT else node

    def _answering(self, node: Node, seen: Seen) -> Node:
        sure = node.state in (LineState.UP, LineState.UNKNOWN) or seen.hits >= self._rules.hits
        return Node(LineState.UP) if sure and seen.hits else node

    def _place(self, name: str, node: Node) -> Node:
        """Judge what nobody can ask, and of which nothing answers."""
        if self._known_down(name):
            return Node(LineState.DOWN)
        return self._silent(name, node) if self._passes(name) is Passing.SILENT else node

    def _silent(self, name: str, node: Node) -> Node:
        if self._known_down(name):
            return Node(LineState.DOWN)
        around = [self._passes(n) for n in self._near(name)]
        if not around or min(around) is Passing.ANSWERS:
            return replace(node, hold=node.hold - 1) if node.hold else Node(LineState.DOWN)
        if min(around) is Passing.SUSPECT:
            return node
        if node.state in (LineState.SHADOWED, LineState.UNKNOWN) and self._waits(name):
            return replace(node, hold=max(node.hold - 1, 0))
        return Node(LineState.SHADOWED, hold=self._topology.hold(name))

    def _waits(self, name: str) -> bool:
        """Tell whether only a place stands between a node and what answers, and whether that place failed is open.

        What a broken cable leads to does not count: else a node behind it had waited for nothing when its other way is
        back, and would be told the moment that it has to answer.
        """
        return any(
            self._waits(parent) and not self._known_down(parent)
            if parent in self._topology.passive
            else self._passes(parent) is Passing.ANSWERS
            for parent in self._topology.parents(name) & self._near(name)
        )

    def _near(self, name: str) -> frozenset[str]:
        """Return the neighbours that a whole cable joins; all of them when every cable is broken."""
        mine = self._topology.neighbours.get(name, frozenset())
        return frozenset(n for n in mine if frozenset((n, name)) not in self._cut) or mine

    def _cause(self, name: str, down: set[str]) -> str:
        """Return the nearest node that is down, through silence only."""
        ring, passed = [name], {name}
        while ring:
            for found in sorted(set(ring) & down):
                return found
            steps = {n for node in ring for n in self._near(node) - self._topology.behind[node]} - passed
            ring = [n for n in steps if self._passes(n) is not Passing.ANSWERS]
            passed |= steps
        return ""
