"""The decision: from what was known and what answered, to what is known now and which alarms open and close.

Invariants, each with a timeline in the tests:
- Silence is judged by what stands next to it. A silent device beside one that answers is DOWN; one with only silence
  around it is SHADOWED by what is down before it, and opens nothing; while a neighbour is only suspect nothing changes.
- When nobody at all answers, or we cannot even send, we are blind: everything is UNKNOWN, nothing opens or closes but
  the alarm about ourselves.
- What came out of a shadow gets `hold` rounds to answer before its silence counts, so that a repaired hub does not
  raise a storm. An alarm that is open stays open until its own device answers.
- Unknown topology means: assume reachable.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from countynet.vocabulary import LineState
from monitoring.detect.topology import Topology

BLIND = "blind"
"""the trouble that is our own"""


@dataclass(frozen=True)
class Seen:
    """A device's last rounds: how many in a row it missed, or answered."""

    misses: int = 0
    hits: int = 0


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


@dataclass(frozen=True)
class Rules:
    """How many rounds in a row decide."""

    misses: int = 5
    hits: int = 2


@dataclass(frozen=True)
class Decision:
    """The new picture, and what opens and closes on the way to it."""

    picture: Picture
    opened: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()


def decide(
    previous: Picture, seen: Mapping[str, Seen], topology: Topology, rules: Rules, can_send: bool = True
) -> Decision:
    """Return what one more round of answers means. Pure."""
    watched = [seen.get(name, Seen()) for name in topology.watched]
    if not can_send or (watched and all(s.misses >= rules.misses for s in watched)):
        return _blind(previous, topology)
    if watched and all(s.misses for s in watched):
        return Decision(previous)
    return _Round(previous, seen, topology, rules).decision()


def _blind(previous: Picture, topology: Topology) -> Decision:
    nodes = {name: Node(hold=topology.hold(name)) for name in (*topology.watched, *topology.passive)}
    opened = () if BLIND in previous.open else (BLIND,)
    return Decision(Picture(nodes, previous.open | {BLIND}), opened)


class _Round:
    """One decision while we can see."""

    def __init__(self, previous: Picture, seen: Mapping[str, Seen], topology: Topology, rules: Rules) -> None:
        self._previous, self._topology, self._rules = previous, topology, rules
        self._seen = {name: seen.get(name, Seen()) for name in topology.watched}
        self._seen |= {name: self._best(topology.behind[name]) for name in topology.passive}
        self._passing = {
            name: self._best(topology.behind[name]).misses for name in topology.neighbours if name in topology.behind
        }
        self._passing[topology.station] = 0

    def decision(self) -> Decision:
        """Judge every node, then find what shadows whom."""
        nodes = {name: self._judge(name) for name in self._seen}
        down = {name for name, node in nodes.items() if node.state is LineState.DOWN}
        up = {name for name, node in nodes.items() if node.state is LineState.UP}
        for name, node in nodes.items():
            if node.state is LineState.SHADOWED:
                nodes[name] = replace(node, cause=self._cause(name, down))
        was = self._previous.open
        closed = tuple(sorted(name for name in was if name in up or name == BLIND))
        opened = tuple(sorted(down - was))
        return Decision(Picture(nodes, was - set(closed) | down), opened, closed)

    def _best(self, names: frozenset[str]) -> Seen:
        """Return the best that any watched device of a set shows; without any, assume reachable."""
        inside = [self._seen[name] for name in names if name in self._seen]
        return Seen(min((s.misses for s in inside), default=0), max((s.hits for s in inside), default=0))

    def _judge(self, name: str) -> Node:
        node, seen = self._previous.nodes.get(name, Node()), self._seen[name]
        if seen.misses == 0:
            return self._answering(node, seen)
        if seen.misses < self._rules.misses:
            return node
        return self._silent(name, node)

    def _answering(self, node: Node, seen: Seen) -> Node:
        sure = node.state in (LineState.UP, LineState.UNKNOWN) or seen.hits >= self._rules.hits
        return Node(LineState.UP) if sure and seen.hits else node

    def _silent(self, name: str, node: Node) -> Node:
        if name in self._previous.open:
            return Node(LineState.DOWN)
        around = [self._passing.get(neighbour, 0) for neighbour in self._topology.neighbours.get(name, ())]
        if not around or min(around) == 0:
            return replace(node, hold=node.hold - 1) if node.hold else Node(LineState.DOWN)
        if min(around) < self._rules.misses:
            return node
        return Node(LineState.SHADOWED, hold=self._topology.hold(name))

    def _cause(self, name: str, down: set[str]) -> str:
        """Return the nearest node that is down, through silence only."""
        ring, passed = [name], {name}
        while ring:
            for found in sorted(set(ring) & down):
                return found
            steps = {n for node in ring for n in self._topology.neighbours.get(node, ())} - passed
            ring = [n for n in steps if self._passing.get(n, 0)]
            passed |= steps
        return ""
