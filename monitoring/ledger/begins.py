"""When a change began that the detection only now declares. Pure.

ITU-T G.826 (annex on unavailability) counts unavailable time from the onset of what later proved to be an outage, and
available time from the onset of what later proved to be its end. So do we: the first of the pings that were missed
begins an outage, the first that was answered ends it; declaring takes rounds, the ledger does not wait for it.

Where silence changes its meaning (a shadow went and the device is still silent; we were blind and it is silent now) it
began when the shadow or the blindness ended: with the first answer of somebody else. A state that rests on a memory
of the poller before (nothing asked yet) is not taken: `settled` says so.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from countynet.vocabulary import LineState
from monitoring.detect.decide import Node, Rules
from monitoring.detect.topology import Topology


@dataclass(frozen=True)
class Mark:
    """A device's present run of misses or of answers: how long, and when the first of it was asked."""

    misses: int
    hits: int
    since: datetime | None


@dataclass(frozen=True)
class Marks:
    """All devices' runs. `at`: when the last round was asked; `unbroken`: since when rounds came without a gap."""

    at: datetime
    unbroken: datetime
    of: Mapping[str, Mark] = field(default_factory=dict)


@dataclass(frozen=True)
class Was:
    """The stretch that is open."""

    state: str
    start: datetime
    cause: str = ""


def settled(node: Node, mark: Mark | None, rules: Rules) -> bool:
    """Tell whether this process itself saw what a node's state says, and not the one before it."""
    if node.state is LineState.UNKNOWN:
        return True
    if mark is None:
        return False
    return mark.hits > 0 if node.state is LineState.UP else mark.misses >= rules.misses


def begins(name: str, was: Was, node: Node, marks: Marks, topology: Topology) -> datetime:
    """Return when the change to a (settled) node's state began: not before the open stretch, not after now."""
    found = _raw(name, was, node, marks, topology)
    return min(max(found, was.start, marks.unbroken), marks.at)


def _raw(name: str, was: Was, node: Node, marks: Marks, topology: Topology) -> datetime:
    own = marks.of.get(name)
    own_since = own.since if own and own.since else marks.at
    if node.state is LineState.UP:
        return own_since
    if was.state == LineState.UP:
        return own_since if own and own.misses else marks.at
    if node.state is LineState.UNKNOWN:
        return max((m.since for m in marks.of.values() if m.misses and m.since), default=marks.at)
    if was.state == LineState.UNKNOWN:
        return first_answer(marks, marks.of, max(was.start, marks.unbroken))
    if node.state is LineState.DOWN:
        return first_answer(marks, _beside(name, was.cause, topology), was.start)
    return marks.at


def first_answer(marks: Marks, names: Iterable[str], after: datetime) -> datetime:
    """Return when the first of some devices began to answer after a time and still does; now when none did."""
    found = [mark for name in names if (mark := marks.of.get(name)) and mark.hits and mark.since]
    return min((m.since for m in found if m.since and m.since >= after), default=marks.at)


def _beside(name: str, cause: str, topology: Topology) -> frozenset[str]:
    """Return whose answer shows that a shadow is gone: what cast it, and whatever else stands behind that."""
    return topology.behind.get(cause) or topology.neighbours.get(name, frozenset())
