"""Terminals with a private VPN: a tunnel from a unit's LAN towards somewhere that is not the county's. Pure.

A session whose first bytes are a tunnel's protocol is sure, whatever its port; a session at a protocol's usual port
that was answered is likely; an unanswered try is a hint. Sources of ports and protocol numbers: IANA's registries
(500, 4500 IPsec; 1194 OpenVPN; 1701 L2TP; 1723 PPTP; protocols 47 and 50), WireGuard's and SoftEther's documents
(51820; 5555). What stays inside the county (its zones, its hub, its units) is none. A tunnel in TLS at port 443 is not
seen here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address

from audit.terminals.judge.facts import Facts
from audit.terminals.model import Confidence, Evidence, Kind, Suspicion
from countynet.i18n import _
from countynet.surroundings import Flow, Header, Table
from countynet.vocabulary import Severity, ZoneName

PORTS = {
    (17, 51820): "WireGuard", (17, 51821): "WireGuard", (17, 1194): "OpenVPN", (6, 1194): "OpenVPN", (17, 1701): "L2TP",
    (6, 1723): "PPTP", (17, 500): "IPsec", (17, 4500): "IPsec", (6, 5555): "SoftEther", (17, 41641): "Tailscale",
    (17, 9993): "ZeroTier",
}  # fmt: skip
PROTOCOLS = {47: "PPTP/GRE", 50: "IPsec"}
SHAPES = {"wireguard": "WireGuard", "openvpn": "OpenVPN", "l2tp": "L2TP", "pptp": "PPTP", "ipsec": "IPsec"}
_TUNNEL = _("{terminal} has a tunnel of its own ({protocol}) to {peer}")
_SENDS = _("{terminal} sends packets of a tunnel ({protocol}) to {peer}")
_TRY = _("{terminal} tries a tunnel ({protocol}) to {peer}, so far without an answer")
_REMEDY = _(
    "Have {unit} say what the tunnel is for and take its program off {terminal}; close {peer} at the firewall. A "
    "tunnel that work needs belongs into the county's policy."
)
_SESSION = _("a session at the port or protocol of {protocol}")
_SURE = {3: Confidence.CERTAIN, 2: Confidence.LIKELY, 1: Confidence.HINT}
_SHAPE = _("packets that begin like {protocol}")


@dataclass(frozen=True)
class Seen:
    """A tunnel seen once."""

    source: str
    peer: str
    protocol: str
    worth: int
    """3: its first bytes; 2: answered; 1: a try"""
    evidence: Evidence


def find(facts: Facts) -> Iterator[Suspicion]:
    """Yield every terminal with a tunnel towards outside, once."""
    found: dict[str, list[Seen]] = {}
    for seen in (*_sessions(facts), *_packets(facts)):
        found.setdefault(seen.source, []).append(seen)
    for source, all_ in found.items():
        yield _suspicion(facts, source, sorted(all_, key=lambda one: -one.worth))


def _outward(facts: Facts, source: str, destination: str) -> bool:
    """Whether a packet goes from a unit's LAN to somewhere that is not the county's."""
    try:
        here, there = IPv4Address(source), IPv4Address(destination)
    except ValueError:
        return False
    county = facts.county
    inside = [u.lan for u in county.units] + [z.prefix for z in county.zones if z.name is not ZoneName.INTERNET]
    own = {county.plan.hub.ip, *(d.management for d in county.devices)}
    if there.is_multicast or there in own or any(there in net for net in inside):
        return False
    return any(here in unit.lan and here != next(unit.lan.hosts()) for unit in county.units)


def _sessions(facts: Facts) -> Iterator[Seen]:
    for flow in facts.around.flows:
        protocol = PORTS.get((flow.protocol, flow.port)) or PROTOCOLS.get(flow.protocol)
        if protocol and _outward(facts, flow.source, flow.destination):
            yield Seen(flow.source, flow.destination, protocol, 2 if flow.answered else 1, _cited(flow, protocol))


def _cited(flow: Flow, protocol: str) -> Evidence:
    return Evidence(Table.SESSIONS, flow.device, "", _SESSION, {"protocol": protocol}, "", flow.source, None, flow.line)


def _packets(facts: Facts) -> Iterator[Seen]:
    for seen in facts.around.headers:
        protocol = SHAPES.get(seen.shape)
        if protocol and _outward(facts, seen.source, seen.destination):
            yield Seen(seen.source, seen.destination, protocol, 3, _shaped(seen, protocol))


def _shaped(seen: Header, protocol: str) -> Evidence:
    line = f"{seen.source} > {seen.destination}:{seen.to_port} proto {seen.protocol} {seen.shape}"
    values, times = {"protocol": protocol}, (seen.at, seen.at)
    return Evidence(Table.PACKETS, seen.observer, seen.port, _SHAPE, values, seen.mac, seen.source, None, line, *times)


def _suspicion(facts: Facts, source: str, seen: list[Seen]) -> Suspicion:
    unit, terminal = facts.by_address.get(source, (None, None))
    row = next((r for r in facts.at_edges if r.address == source), None)
    name = unit.id if unit else facts.unit_of("", source)
    device, port = facts.home(terminal, unit) if unit and terminal else ("", "")
    if row is not None:
        device, port = row.device, row.port
    elif not device:
        device = next((cpe for cpe, (owner, _device, _lan) in facts.lans.items() if owner.id == name), "")
    best, answered = seen[0], any(one.worth == 2 for one in seen)
    values = {
        "terminal": terminal.name if terminal else source,
        "protocol": best.protocol,
        "peer": best.peer,
        "unit": name,
    }
    return Suspicion(
        kind=Kind.TUNNEL,
        device=device,
        port=port,
        message=_TUNNEL if answered else _SENDS if best.worth > 1 else _TRY,
        remedy=_REMEDY,
        severity=Severity.CRITICAL if answered else Severity.MAJOR if best.worth > 1 else Severity.MINOR,
        confidence=_SURE[best.worth],
        evidence=tuple(one.evidence for one in seen[:20]),
        values=values,
        unit=name,
        mac=row.mac if row else (terminal.mac or "") if terminal else "",
        address=source,
        terminal=terminal.name if terminal else "",
        contradicts=facts.line_of(unit, terminal) if unit and terminal else "",
    )
