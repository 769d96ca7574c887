"""Judges every pair of places of a county, and again, quickly, without what fails. Pure.

The proof of a failure stands in the same space as the proof of the whole: what the policy allows, filters, and ways out
of devices that are as they were are taken from there, a source whose packets met no device that changed keeps its row,
and a pair whose packets arrive as they did keeps its verdict.
"""

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from countynet.i18n import translate
from inventory.deviceconfig import DeviceConfig
from inventory.model import County
from topology.reach.again import Again
from topology.reach.allowed6 import allowed
from topology.reach.arrivals import Arrivals
from topology.reach.engine import Engine
from topology.reach.family import V4, V6, Family
from topology.reach.findings import Finding, Proof, Verdict, merged
from topology.reach.forging import Forging
from topology.reach.hearsay import spread
from topology.reach.network import DEVICES, Network, network
from topology.reach.owing import Owing, of_routers
from topology.reach.resting import resting
from topology.reach.space import Set, Space
from topology.reach.steady import gateways
from topology.reach.unanswered import unanswered
from topology.reach.walk import walk

Progress = Callable[[int, int], None]


@dataclass
class Row:
    """What was found of one source."""

    arrivals: Arrivals
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    """by target"""
    findings: list[Finding] = field(default_factory=list)
    due: dict[str, Set] = field(default_factory=dict)
    """by target: the allowed packets that arrive, so that answers have to come back"""


def standing(
    county: County, configs: Mapping[str, DeviceConfig], down: Collection[str]
) -> tuple[County, dict[str, DeviceConfig]]:
    """Return what is left of a county without devices and cables that failed; a port without its cable is down, too."""
    dead = [cable for cable in county.cables if {cable.id, cable.a.node, cable.b.node} & {*down}]
    left = tuple(cable for cable in county.cables if cable not in dead) if dead else county.cables
    alive = {name: config for name, config in configs.items() if name not in down}
    for end in (end for cable in dead for end in (cable.a, cable.b) if end.node in alive):
        alive[end.node] = _unplugged(alive[end.node], end.port)
    return county.model_copy(update={"cables": left}), alive


def _unplugged(config: DeviceConfig, port: str) -> DeviceConfig:
    items = tuple(i.model_copy(update={"enabled": False}) if i.name == port else i for i in config.interfaces)
    return config.model_copy(update={"interfaces": items})


@dataclass(frozen=True)
class Judged:
    """A county judged wholly, or what is left of it."""

    judge: "Judge"
    rows: Mapping[str, Row]
    later: tuple[Finding, ...]
    """what of allowed flows does not work there and back, then what taken devices get at"""
    forging: Forging


class Prover:
    """Proves a county, `down` left out; then, from that, what else fails.

    The judge and its rows are of the family that is given; a prover of IPv4 proves IPv6 besides, by one of its own.
    """

    def __init__(
        self,
        county: County,
        configs: Mapping[str, DeviceConfig],
        unparsed: Mapping[str, Iterable[str]],
        today: date | None = None,
        down: Collection[str] = (),
        family: Family = V4,
    ) -> None:
        self._county, self._configs, self._down = county, configs, frozenset(down)
        self._unparsed = spread(configs, unparsed)
        self._space, self._engine = self._made(network(*standing(county, configs, down), family))
        self._allowed = allowed(county, self._engine.network, self._space, today)
        self._today, self._family = today, family
        self._rows: dict[str, Row] = {}
        self._forging: Forging | None = None
        self._returning: Engine | None = None
        self.routers = of_routers(self._engine.network, self._space)
        """by side, the packets of any device's address"""

    @cached_property
    def six(self) -> "Prover | None":
        """What proves IPv6; None where that is what this one does."""
        if self._family is V6:
            return None
        return type(self)(self._county, self._configs, self._unparsed, self._today, self._down, V6)

    def _made(self, found: Network) -> tuple[Space, Engine]:
        """Return a space and the engine in it; a prover by another kind of engine puts it in here."""
        space = Space(found.family)
        return space, Engine(found, space)

    @resting()
    def proof(self, progress: Progress = lambda _done, _total: None, *, forged: bool = False) -> Proof:
        """Return the proof of all pairs, over the packets of both families.

        `forged`: of what devices get at with forged sources as well, each taken wholly.
        """
        begun = time.monotonic()
        judge = Judge(self, self._engine, self._down)
        self._rows, self._forging = judge.rows(progress), None
        forgings = self._forged.findings() if forged else ()
        proof = _proof(self._rows, [*self.lost_on_the_way(judge, self._rows), *forgings], begun, self._family)
        return merged(proof, self.six.proof(forged=forged)) if self.six else proof

    def judged(self, down: Collection[str] = ()) -> Judged:
        """Return everything that is judged, taken devices too, without what is down besides; as the proof says it."""
        if not self._rows:
            self.proof()
        judge = self._without(down) if down else Judge(self, self._engine, self._down)
        rows = judge.rows() if down else self._rows
        forging = self._still_forged(judge, rows) if down else self._forged
        return Judged(judge, rows, (*self.lost_on_the_way(judge, rows), *forging.findings()), forging)

    @property
    def _forged(self) -> Forging:
        """What taken devices get at, of the county that the rows are of."""
        if self._forging is None:
            self._forging = Forging(self._county, self._engine, self._allowed, _arrivals(self._rows))
        return self._forging

    def lost_on_the_way(self, judge: "Judge", rows: Mapping[str, Row]) -> Iterable[Finding]:
        """Return what of allowed flows does not work there and back; another kind of engine looks at first packets."""
        if not isinstance(self._engine, Engine):
            return ()
        routes = judge.engine.routes
        steady = Engine(judge.network, self._space, earlier=judge.engine, routes=routes)
        returning = Engine(judge.network, self._space, answers=True, earlier=self._returning, routes=routes)
        self._returning = self._returning or returning
        return unanswered(judge, rows, steady, returning, gateways(self._county))

    def judge(self) -> "Judge":
        """Return what judges the pairs, for whoever states what the verdicts stand on."""
        return Judge(self, self._engine, self._down)

    @resting()
    def without(
        self, names: Collection[str], progress: Progress = lambda _done, _total: None, *, forged: bool = False
    ) -> Proof:
        """Return the proof without devices and cables that fail as well; `forged` as in `proof`."""
        if not self._rows:
            self.proof()
        begun, judge = time.monotonic(), self._without(names)
        rows = judge.rows(progress)
        forgings = self._still_forged(judge, rows).findings() if forged else ()
        proof = _proof(rows, [*self.lost_on_the_way(judge, rows), *forgings], begun, self._family)
        return merged(proof, self.six.without(names, forged=forged)) if self.six else proof

    def _without(self, names: Collection[str]) -> "Judge":
        down = self._down | {*names}
        left = network(*standing(self._county, self._configs, down), self._family, self._engine.network)
        return Judge(self, Engine(left, self._space, earlier=self._engine), down, self._rows)

    def _still_forged(self, judge: "Judge", rows: Mapping[str, Row]) -> Forging:
        """Return what taken devices get at in a network in which something fails."""
        county, allowed = self._county, self._allowed
        return Forging(county, judge.engine, allowed, _arrivals(rows), self._forged, judge.once_more, fails=True)


def _arrivals(rows: Mapping[str, Row]) -> dict[str, Arrivals]:
    return {place: row.arrivals for place, row in rows.items()}


def _proof(rows: Mapping[str, Row], more: Iterable[Finding], begun: float, family: Family) -> Proof:
    """Return the proof: rows with their verdicts, and findings on pairs that were quiet so far."""
    verdicts = {f"{source} > {target}": v for source, row in rows.items() for target, v in row.verdicts.items()}
    later = tuple(more)
    verdicts |= {f"{finding.source} > {finding.target}": finding.verdict for finding in later}
    return Proof(
        places=tuple(rows),
        verdicts=verdicts,
        families={family.name: dict(Counter(verdicts.values()))},
        findings=(*(finding for row in rows.values() for finding in row.findings), *later),
        seconds=time.monotonic() - begun,
    )


class Judge:
    """Judges the pairs of one network; `earlier`: rows of the network that its engine comes from."""

    def __init__(
        self, prover: Prover, engine: Engine, down: Collection[str], earlier: Mapping[str, Row] | None = None
    ) -> None:
        self.engine, self.space, self.network = engine, prover._space, engine.network
        self.allowed, self.earlier = prover._allowed, earlier or {}
        found = self.network
        self.places = (*found.places, DEVICES)
        lacking = [d.name for d in prover._county.devices if d.name not in found.configs and d.name not in down]
        self.unparsed = {name: lines for name, lines in prover._unparsed.items() if name not in down}
        self.unparsed |= {name: ("no configuration",) for name in lacking}
        for name, why in engine.doubts.items():
            self.unparsed[name] = (*self.unparsed.get(name, ()), translate(why))
        self.lost = {*lacking}
        self.shared = {frozenset(pair) for pair in found.shared()}
        self.owing = Owing(prover._county, engine, self.allowed, prover.routers)
        self.routers, self.standing, self.owed = self.owing.routers, self.owing.standing, self.owing.packets
        self.owes = found.family is V4
        """whether anything has to arrive"""
        self.before = engine.earlier.network if engine.earlier else found
        self.once_more = Again(engine.earlier, engine) if engine.earlier else None
        self.apart = {frozenset(pair) for pair in self.before.shared()} ^ self.shared

    def rows(self, progress: Progress = lambda _done, _total: None) -> dict[str, Row]:
        """Judge every source."""
        found = {}
        for done, source in enumerate(self.places, 1):
            found[source] = self._row(source)
            progress(done, len(self.places))
        return found

    def _row(self, source: str) -> Row:
        old = self.earlier.get(source)
        if old and self._stands(source, old):
            return old
        row = Row(self._arrivals(source, old))
        dark = tuple(f"{d}: {line}" for d in sorted(self.met(row.arrivals)) for line in self.unparsed[d])
        for target in self.places:
            if target != source or source == DEVICES:
                self._pair(row, target, old, dark)
        return row

    def _arrivals(self, source: str, old: Row | None) -> Arrivals:
        if (
            old is None
            or self.once_more is None
            or self._begins(self.before, source) != self._begins(self.network, source)
        ):
            return self.engine.run(source)
        return self.once_more.run(old.arrivals)

    def _begins(self, network: Network, source: str) -> set[frozenset[object]]:
        return {domain.members for domain in network.entered(source)}

    def _stands(self, source: str, old: Row) -> bool:
        """Return whether no packet of a source meets anything that is not as it was, and every place is still there."""
        begins = [self._begins(network, source) for network in (self.before, self.network)]
        met = (old.arrivals.passed | old.arrivals.carried) & (self.engine.edited | self.unparsed.keys())
        whole = old.verdicts.keys() == {*self.places} - ({source} if source != DEVICES else set())
        return begins[0] == begins[1] and not met and not self.lost and not self.apart and whole

    def met(self, arrivals: Arrivals) -> set[str]:
        """Return the devices with unknown lines that packets of a source meet; one without any port meets all."""
        return ({*arrivals.passed, *arrivals.carried} & self.unparsed.keys()) | self.lost

    def _pair(self, row: Row, target: str, old: Row | None, dark: tuple[str, ...]) -> None:
        source = row.arrivals.source
        arrived = row.arrivals.at.get(target, self.space.nothing)
        if old and not dark and self._as_it_was(old, target, arrived):
            row.verdicts[target], row.due[target] = old.verdicts[target], old.due[target]
            return
        if not self.owes and not dark and arrived == self.space.nothing and not self._lie_together(source, target):
            row.verdicts[target], row.due[target] = Verdict.ISOLATED, arrived
            return
        allowed = self.allowed.between(source, target)
        row.due[target] = arrived & allowed
        findings = list(self._findings(source, target, arrived, allowed))
        verdict = findings[0].verdict if findings else self._quiet(arrived)
        if dark and verdict is not Verdict.OPEN:
            verdict = Verdict.UNKNOWN
            family = self.network.family.name
            findings = [Finding(source=source, target=target, verdict=verdict, lines=dark, family=family)]
        row.verdicts[target] = verdict
        row.findings += findings

    def _lie_together(self, source: str, target: str) -> bool:
        return source != target and frozenset((source, target)) in self.shared

    def _as_it_was(self, old: Row, target: str, arrived: Set) -> bool:
        """Return whether a pair without any finding keeps its verdict, as the very same packets arrive."""
        quiet = old.verdicts.get(target) in (Verdict.ISOLATED, Verdict.ALLOWED)
        same = old.arrivals.at.get(target, self.space.nothing) == arrived
        return quiet and same and frozenset((old.arrivals.source, target)) not in self.apart

    def _quiet(self, arrived: Set) -> Verdict:
        return Verdict.ISOLATED if arrived == self.space.nothing else Verdict.ALLOWED

    def _findings(self, source: str, target: str, arrived: Set, allowed: Set) -> Iterator[Finding]:
        if self._lie_together(source, target):
            yield Finding(source=source, target=target, verdict=Verdict.OPEN, shared=True)
        elif (more := arrived & ~allowed) != self.space.nothing:
            yield from self._open(source, target, more)
        if (less := self.owed_between(source, target, allowed) & ~arrived) != self.space.nothing:
            yield self._finding(source, target, Verdict.BLOCKED, less)

    def _open(self, source: str, target: str, more: Set) -> Iterator[Finding]:
        """Yield what arrives beyond the policy; what an exception allowed that is over, under its name."""
        for rule, packets in self.allowed.expired(source, target):
            if (part := more & packets) != self.space.nothing:
                yield self._finding(source, target, Verdict.OPEN, part, expired=rule.id)
                more = more & ~part
        if more != self.space.nothing:
            yield self._finding(source, target, Verdict.OPEN, more)

    def owed_between(self, source: str, target: str, allowed: Set) -> Set:
        """Return the packets of a pair that have to arrive; of devices, only what the policy says of them."""
        return self.owing.between(source, target, allowed)

    def _finding(self, source: str, target: str, verdict: Verdict, packets: Set, expired: str = "") -> Finding:
        wishes = [self.space.protocol("tcp"), self.allowed.at(source), self.allowed.at(target, "d"), ~self.space.ack]
        packet = self.space.one(packets, wishes)
        path = walk(self.engine, source, target, packet) if packet else ()
        return Finding(
            source=source, target=target, verdict=verdict, packet=str(packet), path=path, expired=expired,
            family=self.network.family.name,
        )  # fmt: skip
