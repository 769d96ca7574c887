"""Sends the probes of a proof at a pace that every line carries, and notes where each was seen.

Bounded: each probe is one packet, at most `TRIES` times where the first may have been lost; never more than `RATE`
packets a second in all.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from random import Random

from topology.confirm.classes.claims import Probe
from topology.confirm.classes.compare import Outcome, Seen, Sighting, Where, outcome
from topology.confirm.classes.ears import Ears, Heard
from topology.confirm.classes.marked import build, read, token

TRIES = 4
RATE = 400.0
"""packets a second from all posts together"""
QUIET_SECONDS = 1.0
"""how long to listen after the last packet of a round"""


class Run:
    """One run over a fixed list of probes."""

    def __init__(
        self, ears: Ears, probes: Sequence[Probe], places: Mapping[str, str], run: int,
        progress: Callable[[int, int], None],
    ) -> None:  # fmt: skip
        """`places` has the place of each post by its node; `run` (below 4096) marks this run's packets."""
        self._ears, self._probes, self._places = ears, probes, places
        self._run, self._progress = run, progress
        self._seen: dict[tuple[int, int], Seen] = {}
        self.packets = 0

    def outcomes(self) -> list[tuple[Outcome, Seen]]:
        """Send, listen and try again; return what became of each probe, `LOST` only if all tries were."""
        found: list[tuple[Outcome, Seen]] = [(Outcome.LOST, Seen())] * len(self._probes)
        pending = list(range(len(self._probes)))
        for attempt in range(TRIES):
            Random(self._run + attempt).shuffle(pending)  # noqa: S311 - an order, not a secret
            self._send(pending, attempt)
            for index in pending:
                seen = self._seen.get((index, attempt), Seen())
                found[index] = (outcome(self._probes[index], seen, self._places), seen)
            pending = [index for index in pending if found[index][0] is Outcome.LOST]
            if not pending:
                break
        return found

    def _send(self, indexes: Sequence[int], attempt: int) -> None:
        due = time.monotonic()
        for done, index in enumerate(indexes, 1):
            probe = self._probes[index]
            mark = token(self._run, attempt, index)
            packet, wide = build(probe.packet, mark), probe.wide is not None
            self._ears.send(probe.gate.post.node, probe.gate.via, probe.packet.target, packet, wide=wide)
            self.packets += 1
            due = max(due + 1 / RATE, time.monotonic())
            self._listen(due)
            if done % 50 == 0 or done == len(indexes):
                self._progress(done, len(indexes))
        self._listen(time.monotonic() + QUIET_SECONDS)

    def _listen(self, until: float) -> None:
        while True:
            for heard in self._ears.hear(max(0.0, until - time.monotonic())):
                self._note(heard)
            if time.monotonic() >= until:
                return

    def _note(self, heard: Heard) -> None:
        mark = read(heard.packet, self._run)
        if mark is None or mark.probe >= len(self._probes):
            return
        seen = self._seen.setdefault((mark.probe, mark.attempt), Seen())
        if not mark.answer:
            seen.sightings.append(Sighting(heard.node, heard.where, heard.interface, mark.ttl))
        elif heard.where is Where.POST and heard.node == self._probes[mark.probe].gate.post.node:
            seen.answered = True
