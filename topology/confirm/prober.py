"""Sends every probe at a pace the lines can carry, and notes where each was seen.

Promises: a probe that policy allows is tried up to `TRIES` times, because a line may lose a packet, which is no fault
of a filter; one that policy forbids is sent once, shuffled among the allowed ones of the same source, so that the share
of allowed probes lost at the first try tells how many of the forbidden ones may have been lost unseen. After the last
packet it listens for late arrivals. A probe counts as arrived wherever it turns up, not only where it was sent to.
"""

import heapq
import random
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from topology.confirm.packets import INDEX_BITS, build, read
from topology.confirm.probe import Probe, Side
from topology.confirm.wire import Wire

TRIES = 4
TOTAL_RATE = 10000.0
"""packets per second from all sources together: what two cores forward in the twin without loss"""
SOURCE_RATE = 250.0
"""packets per second of one source: less than half of 0.5 Mbit/s at 104 bytes in the tunnel"""
CENTER_RATE = 1500.0
"""packets per second of a source that is not behind a unit's line"""
QUIET_SECONDS = 1.0
_LISTEN_EVERY = 16
_CATCH_UP_SECONDS = 0.005
_BEHIND_A_LINE = (Side.UNIT, Side.FORGED)


@dataclass(frozen=True)
class Outcome:
    """What became of the probes, by index: seen as an answer at a source, seen themselves at some other end."""

    answered: bytes
    arrived: bytes
    lost_first: int
    """allowed probes without an answer after their first try"""
    packets: int


class Prober:
    """One run over a fixed list of probes."""

    def __init__(self, wire: Wire, probes: Sequence[Probe], run: int, name: str,
                 progress: Callable[[int, int], None]) -> None:  # fmt: skip
        """`run` (1024..2047) marks this run's packets; `name` is what DNS queries ask for."""
        self._wire, self._probes, self._run, self._name, self._progress = wire, probes, run, name, progress
        self._answered, self._arrived = bytearray(len(probes)), bytearray(len(probes))
        self._packets = 0
        self._gaps = {
            p.source.node: 1 / (SOURCE_RATE if p.source.side in _BEHIND_A_LINE else CENTER_RATE) for p in probes
        }

    def run(self) -> Outcome:
        """Send, listen and try again; return what was seen."""
        lost_first = 0
        pending = list(range(len(self._probes)))
        for attempt in range(TRIES):
            self._send_all(pending)
            self._listen(self._wire.time() + QUIET_SECONDS)
            pending = [i for i in pending if self._probes[i].allowed and not self._answered[i]]
            lost_first = lost_first or (len(pending) if attempt == 0 else 0)
            if not pending:
                break
        return Outcome(bytes(self._answered), bytes(self._arrived), lost_first, self._packets)

    def _send_all(self, wanted: Sequence[int]) -> None:
        for done, (at, index) in enumerate(_pace(self._queues(wanted), self._gaps, self._wire.time), 1):
            if at > self._wire.time() or done % _LISTEN_EVERY == 0:
                self._listen(at)
            self._send(index)
            if done % 1000 == 0 or done == len(wanted):
                self._progress(done, len(wanted))

    def _queues(self, indexes: Sequence[int]) -> dict[str, deque[int]]:
        """Return each source's probes, shuffled the same way every time."""
        lists: dict[str, list[int]] = {}
        for index in indexes:
            lists.setdefault(self._probes[index].source.node, []).append(index)
        for number, queue in enumerate(lists.values()):
            random.Random(number).shuffle(queue)  # noqa: S311 - an order, not a secret
        return {node: deque(queue) for node, queue in lists.items()}

    def _send(self, index: int) -> None:
        probe = self._probes[index]
        source = probe.claimed or probe.source.address
        token = self._run << INDEX_BITS | index
        ask = probe.ask
        self._wire.send(probe, build(ask.kind, source, probe.target.address, ask.port, token, self._name))
        self._packets += 1

    def _listen(self, until: float) -> None:
        """Take in what arrives until a moment; at least once."""
        while True:
            left = until - self._wire.time()
            for node, packet in self._wire.receive(max(0.0, left)):
                self._note(node, packet)
            if self._wire.time() >= until:
                return

    def _note(self, node: str, packet: bytes) -> None:
        sighting = read(packet, self._run)
        if sighting is None:
            return
        index = sighting.token & ((1 << INDEX_BITS) - 1)
        if index >= len(self._probes):
            return
        if sighting.answer:
            self._answered[index] = 1
        elif sighting.refused or node != self._probes[index].source.node:
            self._arrived[index] = 1


def _pace(
    queues: Mapping[str, deque[int]], gaps: Mapping[str, float], time: Callable[[], float]
) -> Iterator[tuple[float, int]]:
    """Yield (moment, index): when to send which; neither a source nor their sum exceeds its rate."""
    next_any = time()
    due = [(next_any, node) for node in queues]
    while due:
        at, node = heapq.heappop(due)
        at = max(at, next_any, time() - _CATCH_UP_SECONDS)
        yield at, queues[node].popleft()
        next_any = at + 1 / TOTAL_RATE
        if queues[node]:
            heapq.heappush(due, (at + gaps[node], node))
