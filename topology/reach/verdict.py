"""The verdict on every pair of places: isolated, only as allowed, open, blocked though allowed, or unknown.

Nothing unknown is ever reported isolated: a pair whose packets meet a device with a line that nobody understood is
`unknown`, and so is one whose devices have no configuration at all. `open` and `blocked` carry a packet and the way it
takes, hop by hop, with the rule that decides at each.
"""

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from enum import StrEnum
from typing import Any

from countynet.frozen import Frozen
from inventory.deviceconfig import DeviceConfig
from inventory.model import County
from topology.reach.allowed import Allowed
from topology.reach.engine import Arrivals, Engine
from topology.reach.network import DEVICES, Network, network
from topology.reach.space import Set, Space
from topology.reach.walk import Step, walk


class Verdict(StrEnum):
    """What the proof says of a pair."""

    ISOLATED = "isolated"
    ALLOWED = "allowed"
    """only as allowed"""
    OPEN = "open"
    BLOCKED = "blocked"
    """though allowed"""
    UNKNOWN = "unknown"


class Finding(Frozen):
    """The verdict on packets from one place to another that needs a person's eye."""

    source: str
    target: str
    verdict: Verdict
    packet: str = ""
    path: tuple[Step, ...] = ()
    shared: bool = False
    """both lie in one broadcast domain: IPv4, IPv6 and everything else passes"""
    lines: tuple[str, ...] = ()
    """what was not understood, as `device: line`"""


class Proof(Frozen):
    """The whole proof."""

    places: tuple[str, ...]
    verdicts: Mapping[str, Verdict]
    """`source > target` -> verdict"""
    findings: tuple[Finding, ...]
    seconds: float

    @property
    def good(self) -> bool:
        """Whether every pair is isolated or only as allowed."""
        return not self.findings

    def count(self, verdict: Verdict) -> int:
        """Return how many pairs have a verdict."""
        return Counter(self.verdicts.values())[verdict]

    def summary(self) -> dict[str, Any]:
        """Return the proof as JSON."""
        violations = [
            {"from": f.source, "to": f.target, "verdict": f.verdict.value, "packet": f.packet,
             "path": [step.model_dump() for step in f.path], "shared": f.shared, "lines": list(f.lines)}
            for f in self.findings
        ]  # fmt: skip
        counts = {verdict.value: self.count(verdict) for verdict in Verdict}
        return {"pairs": len(self.verdicts), **counts, "seconds": round(self.seconds, 3), "violations": violations}


def prove(
    county: County,
    configs: Mapping[str, DeviceConfig],
    unparsed: Mapping[str, Iterable[str]] | None = None,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
    down: Collection[str] = (),
) -> Proof:
    """Return the proof for all pairs of places.

    `unparsed`: by device, the lines that nobody understood. `down`: names of devices and ids of cables that have
    failed; routes are computed without them, and what nothing carries any more is `blocked`.
    """
    begun = time.monotonic()
    alive = {name: config for name, config in configs.items() if name not in down}
    left = [cable for cable in county.cables if not {cable.id, cable.a.node, cable.b.node} & {*down}]
    judge = _Judge(county, network(county.model_copy(update={"cables": tuple(left)}), alive), unparsed or {}, down)
    for done, source in enumerate(judge.places, 1):
        judge.judge(source)
        progress(done, len(judge.places))
    places = (*judge.places, DEVICES)
    return Proof(
        places=places, verdicts=judge.verdicts, findings=tuple(judge.findings), seconds=time.monotonic() - begun
    )


class _Judge:
    def __init__(
        self, county: County, found: Network, unparsed: Mapping[str, Iterable[str]], down: Collection[str]
    ) -> None:
        self.network, self.space = found, Space()
        self.engine = Engine(found, self.space)
        self.answers = Engine(found, self.space, answers=True)
        self.allowed = Allowed(county, found, self.space)
        self.places = tuple(found.places)
        self.unparsed = {name: tuple(lines) for name, lines in unparsed.items() if lines}
        lacking = [
            device.name for device in county.devices if device.name not in found.configs and device.name not in down
        ]
        self.unparsed |= {name: ("no configuration",) for name in lacking}
        self.shared = {frozenset(pair) for pair in found.shared()}
        routers = self.space.union(map(self.engine.own, found.configs))
        self.owed = self.allowed.owed & ~routers & ~self.engine.never
        self.verdicts: dict[str, Verdict] = {}
        self.findings: list[Finding] = []

    def judge(self, source: str) -> None:
        """Judge all pairs from a place."""
        arrivals = self.engine.run(source)
        dark = tuple(f"{d}: {line}" for d in sorted(self._met(arrivals)) for line in self.unparsed[d])
        for target in (*self.places, DEVICES):
            if target != source:
                verdict, findings = self._pair(arrivals, target)
                if dark and verdict is not Verdict.OPEN:
                    verdict = Verdict.UNKNOWN
                    findings = [Finding(source=source, target=target, verdict=verdict, lines=dark)]
                self.verdicts[f"{source} > {target}"] = verdict
                self.findings += findings

    def _met(self, arrivals: Arrivals) -> set[str]:
        """Return the devices with unknown lines that packets of a source meet; one without any port meets all."""
        lost = {name for name in self.unparsed if name not in self.network.configs}
        return ({*arrivals.passed} & self.unparsed.keys()) | lost

    def _pair(self, arrivals: Arrivals, target: str) -> tuple[Verdict, list[Finding]]:
        source, space = arrivals.source, self.space
        arrived = arrivals.at.get(target, space.nothing)
        allowed = self.allowed.between(source, target)
        findings = []
        if frozenset((source, target)) in self.shared:
            findings.append(Finding(source=source, target=target, verdict=Verdict.OPEN, shared=True))
        elif (more := arrived & ~allowed) != space.nothing:
            findings.append(self._finding(source, target, Verdict.OPEN, more))
        if target != DEVICES and (less := allowed & self.owed & ~arrived) != space.nothing:
            findings.append(self._finding(source, target, Verdict.BLOCKED, less))
        if findings:
            return findings[0].verdict, findings
        return (Verdict.ISOLATED if arrived == space.nothing else Verdict.ALLOWED), []

    def _finding(self, source: str, target: str, verdict: Verdict, packets: Set) -> Finding:
        wishes = [self.space.protocol("tcp"), self.allowed.at(source), self.allowed.at(target, "d"), ~self.space.ack]
        packet = self.space.one(packets, wishes)
        path = walk(self.engine, source, target, packet) if packet else ()
        return Finding(source=source, target=target, verdict=verdict, packet=str(packet), path=path)
