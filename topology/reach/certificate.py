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
from ipaddress import IPv4Address
from typing import Any

from countynet.canonical import canonical
from inventory.deviceconfig import DeviceConfig
from inventory.model import County
from topology.reach import classes
from topology.reach.boxes import Box, Interval, boxed, intervals, joined, products, written
from topology.reach.findings import Finding, Proof, Verdict
from topology.reach.judge import Judge, Prover
from topology.reach.network import DEVICES, Domain, Network
from topology.reach.space import PROTOCOLS, Packet, Set
from topology.reach.stated import Names, Stating

BLOCKED = Verdict.BLOCKED
FORMAT = "countynet-isolation-certificate"
VERSION = 1
COVERS = ("first packets, IPv4",)
"""what the verdicts speak of; a checker refuses words that it does not know"""
PRINCIPLE = "principle"
"""the line of what is allowed besides the policy"""
PACKET = re.compile(r"(?:protocol )?(\w+) ([\d.]+)(?::(\d+))? > ([\d.]+)(?::(\d+))?( ack| echo-request)?")
Line = tuple[str, bool]
"""a line of the policy, and whether its packets have to arrive"""
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
    proof: Proof,
    about: Subject,
) -> dict[str, Any]:
    """Return the certificate of a proof of these configurations, sealed.

    Its verdicts are those on first packets of IPv4; what the proof found besides (answers that do not come back, all of
    IPv6) is `beyond`.
    """
    if any(config.policy_routes for config in configs.values()):
        raise ValueError("policy routes cannot be stated")  # `certified.statable` takes them out before
    judge = Prover(county, configs, unparsed, about.today, about.down).judge()
    found, names = judge.network, Names()
    domains = _ordered(found)
    stating = Stating(found, judge.engine.tables, {d.number: n for n, d in enumerate(domains)}, names)
    policy, rows = [*_policy(judge, names)], judge.rows()
    findings = [finding for row in rows.values() for finding in row.findings]
    body: dict[str, Any] = {
        "format": FORMAT, "version": VERSION, "covers": [*COVERS], "county": county.plan.name,
        "at": about.at.astimezone(UTC).isoformat(timespec="seconds"), "of": about.of, "plan": about.plan,
        "down": sorted(about.down),
        "hashes": dict(about.hashes),
        "devices": {name: stating.device(name) for name in found.configs},
        "not_understood": {name: [*lines] for name, lines in judge.unparsed.items()},
        "domains": [{"places": sorted(d.places), "carriers": sorted(d.carriers)} for d in domains],
        "places": {p: written(intervals(found.addresses.get(p, ()))) for p in (*found.places, DEVICES)},
        "policy": policy,
        "verdicts": {source: {to: one.value for to, one in row.verdicts.items()} for source, row in rows.items()},
        "findings": _findings(findings),
        "beyond": [f.model_dump(mode="json") for f in proof.findings if _is_beyond(f) and f not in findings],
    }  # fmt: skip
    body["classes"] = {
        "source": [written(one) for one in classes.of_addresses(names.sources)],
        "target": [written(one) for one in classes.of_addresses(names.targets)],
        "service": [boxed(one) for one in classes.of_services(names.services)],
    }
    return sealed(json.loads(canonical(body)))


def _is_beyond(finding: Finding) -> bool:
    """Return whether a certificate has a finding for people only: nobody checks it anew."""
    return finding.verdict is BLOCKED or finding.family == "ipv6"


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


def _policy(judge: Judge, names: Names) -> Iterator[dict[str, Any]]:
    """Yield what is allowed, line by line: from places with sources, to places with destinations, by services."""
    rows: dict[tuple[Line, tuple[Box, ...], str, tuple[Interval, ...]], dict[str, tuple[Interval, ...]]]
    rows = defaultdict(dict)
    for line, source, target, packets in _lines(judge):
        for one in products(judge.space, packets):
            names.sources.add(one.sources)
            names.targets.add(one.targets)
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
            "owed": line[1],
            "from": {place: written(found) for place, found in sources_of.items()},
            "to": {place: written(found) for place, found in targets_of},
            "service": boxed(services),
        }


def _lines(judge: Judge) -> Iterator[tuple[Line, str, str, Set]]:
    """Yield what each line allows between two places, what is owed of it apart; then what the principles add."""
    for source in judge.places:
        for target in judge.places:
            allowed = judge.allowed.between(source, target)
            owed, rest = judge.owed_between(source, target, allowed), allowed
            for rule, packets in judge.allowed.rules(source, target):
                yield (rule.id, True), source, target, packets & owed
                yield (rule.id, False), source, target, packets & ~owed
                rest = rest & ~packets
            yield (PRINCIPLE, True), source, target, rest & owed
            yield (PRINCIPLE, False), source, target, rest & ~owed


def _findings(findings: Iterable[Finding]) -> dict[str, dict[str, list[dict[str, Any]]]]:
    """Return the findings that carry a packet or a shared domain, by pair; what is unknown stands with its device."""
    found: dict[str, dict[str, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for one in findings:
        if one.verdict in (Verdict.OPEN, BLOCKED):
            path = [step.model_dump() for step in one.path]
            shown = {"verdict": one.verdict.value, "packet": _packet(one), "path": path, "shared": one.shared}
            found[one.source][one.target].append(shown)
    return found


def _packet(found: Finding) -> dict[str, Any] | None:
    match = PACKET.fullmatch(found.packet)
    if match is None:
        return None
    number = PROTOCOLS.get(match[1])
    return {
        "source": match[2], "target": match[4], "protocol": int(match[1]) if number is None else number,
        "port": int(match[5] or 0), "source_port": int(match[3] or 0), "flag": int(bool(match[6])),
    }  # fmt: skip


def written_packet(packet: Mapping[str, Any]) -> str:
    """Return a packet of a certificate in the words of a proof."""
    return str(
        Packet(
            source=IPv4Address(packet["source"]), target=IPv4Address(packet["target"]), protocol=packet["protocol"],
            port=packet["port"], from_port=packet["source_port"], echo=packet["flag"] == 1, ack=packet["flag"] == 1,
        )
    )  # fmt: skip
