"""The certificate of a proof: everything on which its verdicts stand, so that a stranger can check them. Pure.

It states each device as the proof took it, how they are joined, what the policy allows, the classes of packets and the
verdict on every ordered pair. `docs/certificate.md` is the format, `audit/recheck.py` a program that checks it and
shares no code with this. Of equal input it is equal bytes but for its time. It holds no secret: texts of configurations
are hashed with their secrets struck out, and a statement has nothing in it but what decides of packets.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

from countynet.canonical import canonical
from inventory.deviceconfig import DeviceConfig
from inventory.model import County
from topology.reach import classes
from topology.reach.borne import taken
from topology.reach.boxes import WITH_PORTS, Box, Interval, boxed, joined, products, written
from topology.reach.family import V4
from topology.reach.findings import Finding, Verdict
from topology.reach.judge import Judge, Judged, Prover
from topology.reach.network import DEVICES, Domain, Network
from topology.reach.owing import asked
from topology.reach.space import PROTOCOLS, Set
from topology.reach.stated import EVERYBODY, Names, Stating
from topology.reach.steady import gateways

FORMAT = "countynet-isolation-certificate"
VERSION = 4
COVERS = ("first packets", "answers", "forged sources")
"""what the verdicts speak of; a checker refuses words that it does not know"""
UNCOVERED = ("later fragments", "two nets at once")
"""what no verdict here speaks of, for people"""
LOOKS = "answer"
"""the line of what looks like an answer, so that a taken device may send it whom it carries"""
PRINCIPLE = "principle"
"""the line of what is allowed besides the policy"""
ARRIVAL, ANSWER = "arrival", "answer"
"""what may be owed of packets that are allowed: that they arrive, and if they do, that their answers come back"""
PACKET = re.compile(r"(?:protocol )?(\w+) (\S+) > (\S+)( ack| echo-request| neighbour-discovery)?")
FLAGS = ("", " echo-request", " neighbour-discovery")
Line = tuple[str, tuple[str, ...]]
"""a line of the policy, and what is owed of its packets"""
Targets = tuple[tuple[str, tuple[Interval, ...]], ...]


@dataclass(frozen=True)
class Subject:
    """What a certificate is of."""

    of: str
    """intended, running or plan"""
    at: datetime
    plan: int | None = None
    down: tuple[str, ...] = ()
    today: date | None = None
    """the day of the county's clock"""
    hashes: Mapping[str, str] = field(default_factory=dict)
    """SHA-256 of each device's configuration text with its secrets struck out"""


def certificate(
    county: County,
    configs: Mapping[str, DeviceConfig],
    unparsed: Mapping[str, Iterable[str]],
    about: Subject,
) -> dict[str, Any]:
    """Return the certificate of the proof of these configurations, sealed, of both families.

    It speaks of first packets, of answers, and of what each device that is taken gets at with forged sources.
    """
    if any(config.policy_routes for config in configs.values()):
        raise ValueError("policy routes cannot be stated")  # `certified.statable` takes them out before
    prover = Prover(county, configs, unparsed, about.today)
    provers = {"ipv4": prover, "ipv6": prover.six}
    body: dict[str, Any] = {
        "format": FORMAT, "version": VERSION, "covers": [*COVERS], "county": county.plan.name,
        "at": about.at.astimezone(UTC).isoformat(timespec="seconds"), "of": about.of, "plan": about.plan,
        "down": sorted(about.down),
        "hashes": dict(about.hashes),
        "families": {name: _family(county, one, about.down) for name, one in provers.items() if one},
        "uncovered": [*UNCOVERED],
    }  # fmt: skip
    return sealed(json.loads(canonical(body)))


def _family(county: County, prover: Prover, down: tuple[str, ...]) -> dict[str, Any]:
    """Return what is stated of the packets of one family."""
    done = prover.judged(down)
    whose = done.forging.business.of
    judge, rows, gates = done.judge, done.rows, gateways(county)
    found, names = judge.network, Names(judge.network.family)
    order = _ordered(found)
    stating = Stating(found, judge.engine.tables, judge.engine.routes, order, names)
    verdicts = {source: {to: one.value for to, one in row.verdicts.items()} for source, row in rows.items()}
    for one in done.later:
        verdicts[one.source][one.target] = one.verdict.value
    sure = gates if found.family is V4 else {}
    told: dict[str, Any] = {
        "devices": {name: stating.device(name) for name in found.configs},
        "not_understood": {name: [*lines] for name, lines in judge.unparsed.items()},
        "domains": [stating.domain(one) for one in order],
        "places": {place: names.one(sure[place]) if place in sure else None for place in judge.places},
        "policy": [*_policy(done, names)],
        "taken": {n: {"domains": stating.held(n)} | taken(judge.space, whose(n), names) for n in found.configs},
        "verdicts": verdicts,
        "findings": _findings([*(finding for row in rows.values() for finding in row.findings), *done.later]),
    }
    told["classes"] = {
        "address": [written(one, found.family) for one in classes.of_addresses(names.addresses, found.family)],
        "service": [boxed(one) for one in classes.of_services(names.services)],
    }
    return told


def sealed(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return a certificate with its seal: the SHA-256 of its canonical text without the seal.

    It tells of damage, not of lies: whoever writes another certificate seals it, too.
    """
    bare = {key: value for key, value in body.items() if key != "seal"}
    return {**bare, "seal": sha256(canonical(bare).encode()).hexdigest()}


def text(document: Mapping[str, Any]) -> bytes:
    """Return the bytes of a certificate's file."""
    return (canonical(document) + "\n").encode()


def _ordered(found: Network) -> list[Domain]:
    """Return the broadcast domains in an order that does not depend on that of cables and devices."""
    found_on = {d.number: sorted((r.device, r.interface.name) for r in d.routed) for d in found.domains}
    return sorted(found.domains, key=lambda d: (sorted(d.places), found_on[d.number], sorted(d.carriers)))


def _policy(done: Judged, names: Names) -> Iterator[dict[str, Any]]:
    """Yield what is allowed, line by line: from places with sources, to places with destinations, by services."""
    rows: dict[tuple[Line, tuple[Box, ...], str, tuple[Interval, ...]], dict[str, tuple[Interval, ...]]]
    rows = defaultdict(dict)
    for line, source, target, packets in (*_lines(done.judge), *_looks(done)):
        for one in products(done.judge.space, packets):
            names.services.add(one.services)
            held = rows[line, one.services, source, one.sources].get(target, ())
            rows[line, one.services, source, one.sources][target] = joined((*held, *one.targets))
    groups: dict[tuple[Line, tuple[Box, ...], Targets], dict[str, tuple[Interval, ...]]] = defaultdict(dict)
    for (line, services, source, sources), targets in rows.items():
        group = groups[line, services, tuple(sorted(targets.items()))]
        group[source] = joined((*group.get(source, ()), *sources))
    for (line, services, targets_of), sources_of in sorted(groups.items(), key=lambda item: repr(item)):
        yield {
            "line": line[0],
            "owed": [*line[1]],
            "from": {place: names.run(found) for place, found in sources_of.items()},
            "to": {place: names.run(found) for place, found in targets_of},
            "service": boxed(services),
        }


def _lines(judge: Judge) -> Iterator[tuple[Line, str, str, Set]]:
    """Yield what each line allows between two places, apart by what is owed of it; then what the principles add."""
    gone = (place for place in judge.before.places if place not in judge.places)
    for source in (*judge.places, *gone):  # who is cut off by a failure may be passed for still
        for target in judge.places:
            allowed = judge.allowed.between(source, target)
            if allowed == judge.space.nothing or source == target != DEVICES:
                continue
            owed = judge.owed_between(source, target, allowed)
            answered = asked(judge.space, judge.owing.answered(source, target))
            rest = allowed
            for rule, packets in judge.allowed.rules(source, target):
                rest = rest & ~packets
                for duties, part in _duties(packets, owed, answered):
                    yield (rule.id, duties), source, target, part
            for duties, part in _duties(rest, owed, answered):
                yield (PRINCIPLE, duties), source, target, part


def _looks(done: Judged) -> Iterator[tuple[Line, str, str, Set]]:
    """Yield what looks like an answer to what the policy lets somebody ask, or is taken for one, of any source."""
    for target in done.judge.places:
        yield (LOOKS, ()), EVERYBODY, target, done.forging.business.looks(target)


def _duties(packets: Set, owed: Set, answered: Set) -> Iterator[tuple[tuple[str, ...], Set]]:
    """Yield the parts of what is allowed, with what is owed of each."""
    for arrives, within in ((True, packets & owed), (False, packets & ~owed)):
        for answers, part in ((True, within & answered), (False, within & ~answered)):
            yield (*([ARRIVAL] if arrives else ()), *([ANSWER] if answers else ())), part


def _findings(findings: Iterable[Finding]) -> dict[str, dict[str, list[dict[str, Any]]]]:
    """Return the findings that carry a packet or a shared domain, by pair; what is unknown stands with its device."""
    found: dict[str, dict[str, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for one in findings:
        if one.verdict in (Verdict.OPEN, Verdict.BLOCKED):
            path = [step.model_dump() for step in one.path]
            shown = {"verdict": one.verdict.value, "packet": _packet(one), "answer": one.answer, "path": path}
            shown |= {"forger": one.forger, "claims": one.claims}
            found[one.source][one.target].append(shown)
    return found


def _packet(found: Finding) -> dict[str, Any] | None:
    match = PACKET.fullmatch(found.packet)
    if match is None:
        return None
    number = PROTOCOLS.get(match[1])
    protocol = int(match[1]) if number is None else number
    (source, come), (target, port) = (_end(one, protocol) for one in (match[2], match[3]))
    return {
        "source": source, "target": target, "protocol": protocol, "port": port, "source_port": come,
        "flag": 1 if match[4] == " ack" else FLAGS.index(match[4] or ""),
    }  # fmt: skip


def _end(words: str, protocol: int) -> tuple[str, int]:
    """Return the address and the port of an end of a packet."""
    if protocol not in WITH_PORTS:
        return words, 0
    address, _colon, port = words.rpartition(":")
    return address.strip("[]"), int(port)
