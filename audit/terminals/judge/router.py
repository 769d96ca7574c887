"""Routers for homes, by signs that each alone may deceive; together they do not. Pure.

Signs, and what else they may be: packets that have passed a router before the terminal's own wire (TTL one below what
systems begin with: 64, 128, 255; also virtual machines behind their host's translation); several systems behind one
address (the order of options in TCP SYNs and the TTL they begin with; also a virtual machine); several TCP clocks
towards one peer (RFC 7323; systems that draw an offset for each connection show each clock once, which does not
count); the maker of the address; what it calls itself by DHCP or LLDP. Sources: p0f 3 (README, `p0f.fp`), RFC 1700.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address

from audit.terminals.judge.facts import Facts
from audit.terminals.judge.unknown import as_evidence
from audit.terminals.model import Confidence, Evidence, Kind, Suspicion
from countynet.i18n import _
from countynet.surroundings import Header, Row, Table
from countynet.vocabulary import Severity

BEGINS = (64, 128, 255)
"""values of the TTL that systems begin with"""
MOST_SYNS = 400
"""of one computer to one peer that are looked at for clocks"""
HOPS = 3
"""at most so many routers below one port"""
_NAMES = re.compile(
    r"(?i)\b(tl-\w+|wr\d{3,}\w*|miwifi\w*|xiaoqiang|openwrt|lede|tenda\w*|mercury\w*|phicomm\w*|hiwifi|ac\d{4}r?"
    r"|dir-\d+|asuswrt|dd-wrt|tplink\w*|router|routeros|mikrotik|rt-\w+|wlan-ap|wlan)\b"
)
_ROUTER = _("{mac} at {device}:{port} looks like a home router; signs: {count}")
_REMEDY = _(
    "Look for a small router or a shared connection at {device}:{port} and pull it out; whoever sits behind it applies "
    "for a terminal of their own."
)
_TTL = _("its packets have passed {hops} router(s) before this wire (TTL {ttl})")
_SYSTEMS = _("{count} kinds of systems behind one address")
_CLOCKS = _("{count} TCP clocks behind one address")
_MAKER = _("an address of {maker}, which makes home routers (list of {date})")
_CALLED = _("it calls itself {name}")


@dataclass(frozen=True)
class Sign:
    """A sign of a router: what it shows, and how much it is worth."""

    worth: int
    evidence: Evidence


def find(facts: Facts) -> Iterator[Suspicion]:
    """Yield what looks like a home router: one strong sign or two weak ones; one weak one is a hint."""
    for device, port, mac in dict.fromkeys((*_at_ports(facts), *_on_wires(facts))):
        signs = list(_signs(facts, device, port, mac))
        if signs and (max(s.worth for s in signs) > 1 or mac not in facts.terminals):
            yield _suspicion(facts, device, port, mac, signs)


def _at_ports(facts: Facts) -> Iterator[tuple[str, str, str]]:
    for row in facts.at_edges:
        yield row.device, row.port, row.mac


def _on_wires(facts: Facts) -> Iterator[tuple[str, str, str]]:
    known = {(row.device, row.mac) for row in facts.at_edges}
    for (observer, mac), seen in facts.on_wire.items():
        if (observer, mac) not in known and mac not in facts.around.own:
            yield observer, seen[0].port, mac


def _signs(facts: Facts, device: str, port: str, mac: str) -> Iterator[Sign]:
    wire = facts.on_wire.get((device, mac), [])
    addresses = {h.source for h in wire} | {r.address for r in facts.rows_of(device, mac) if r.address}
    afar = [seen for address in sorted(addresses) for seen in facts.afar.get(address, ())]
    yield from _passed(device, port, wire)
    for seen in (wire, afar):
        yield from _systems(port, [h for h in seen if h.options])
        yield from _clocks(port, [h for h in seen if h.clock is not None])
    yield from _made_by(facts, device, port, mac)
    yield from _called(facts, device, mac)


def hops(ttl: int) -> int:
    """Return how many routers a packet has passed, by the next value above that systems begin with."""
    return next(begin for begin in (*BEGINS, 256) if begin >= ttl) - ttl


def _passed(device: str, port: str, wire: Sequence[Header]) -> Iterator[Sign]:
    far = [h for h in wire if 1 <= hops(h.ttl) <= HOPS and not IPv4Address(h.destination).is_multicast]
    if far:
        seen = far[0]
        yield Sign(3, _packet(seen, port, _TTL, hops=str(hops(seen.ttl)), ttl=str(seen.ttl)))


def _systems(port: str, syns: Sequence[Header]) -> Iterator[Sign]:
    """Yield the sign of several systems: SYNs whose options stand in another order, or that began with another TTL."""
    by_source: dict[str, dict[tuple[str, int], Header]] = {}
    for seen in syns:
        order = seen.options.partition(":")[0]
        by_source.setdefault(seen.source, {})[order, seen.ttl + hops(seen.ttl)] = seen
    for kinds in by_source.values():
        if len(kinds) > 1:
            yield Sign(2, _packet(next(iter(kinds.values())), port, _SYSTEMS, count=str(len(kinds))))


def _clocks(port: str, syns: Sequence[Header]) -> Iterator[Sign]:
    """Yield the sign of several clocks: each line of them seen at least twice towards the same peer."""
    peers: dict[tuple[str, str], list[Header]] = {}
    for seen in syns:
        peers.setdefault((seen.source, seen.destination), []).append(seen)
    for seen_ in peers.values():
        lines = _lines(seen_)
        if len(lines) > 1:
            yield Sign(2, _packet(seen_[0], port, _CLOCKS, count=str(len(lines))))


def _lines(seen: Sequence[Header]) -> list[list[Header]]:
    """Return packets by the clocks that they were stamped by: 10 to 1000 ticks a second, none backwards."""
    lines: list[list[Header]] = []
    for one in sorted(seen, key=lambda h: h.at)[:MOST_SYNS]:
        for line in lines:
            ticks, seconds = ((one.clock or 0) - (line[-1].clock or 0)) % 2**32, (one.at - line[-1].at).total_seconds()
            if ticks <= 1000 * seconds * 1.2 + 50 and ticks >= 10 * seconds * 0.8 - 1:
                line.append(one)
                break
        else:
            lines.append([one])
    return [line for line in lines if len(line) > 1]


def _made_by(facts: Facts, device: str, port: str, mac: str) -> Iterator[Sign]:
    maker = facts.makers.get(mac[:8])
    row = next((r for r in facts.rows_of(device, mac)), None)
    if maker and row:
        yield Sign(1, as_evidence(row, _MAKER, maker=maker, date=facts.makers.get("date", "")))


def _called(facts: Facts, device: str, mac: str) -> Iterator[Sign]:
    for row in facts.rows_of(device, mac):
        if row.table in (Table.DHCP, Table.LLDP):
            said = _says(row)
            if said:
                yield Sign(1, as_evidence(row, _CALLED, name=said))


def _says(row: Row) -> str:
    match = _NAMES.search(f"{row.name} {row.says}")
    return f"{row.name} {row.says}".strip() if match else ""


def _packet(seen: Header, port: str, message: str, **values: str) -> Evidence:
    line = f"{seen.source} > {seen.destination} ttl {seen.ttl} proto {seen.protocol} {seen.options}".strip()
    return Evidence(Table.PACKETS, seen.observer, seen.port or port, message, values, seen.mac, seen.source, None, line,
                    seen.at, seen.at)  # fmt: skip


def _suspicion(facts: Facts, device: str, port: str, mac: str, signs: Sequence[Sign]) -> Suspicion:
    worth = sum({s.evidence.message: s.worth for s in signs}.values())
    confidence = Confidence.CERTAIN if worth >= 4 else Confidence.LIKELY if worth >= 2 else Confidence.HINT
    address = facts.address_of(device, mac) or next((s.evidence.address for s in signs if s.evidence.address), "")
    held = facts.terminals.get(mac)
    return Suspicion(
        kind=Kind.ROUTER,
        device=device,
        port=port,
        message=_ROUTER,
        remedy=_REMEDY,
        severity=Severity.MINOR if confidence is Confidence.HINT else Severity.MAJOR,
        confidence=confidence,
        evidence=tuple(sign.evidence for sign in signs),
        values={"mac": mac, "device": device, "port": port, "count": str(len({s.evidence.message for s in signs}))},
        unit=facts.unit_of(device, address),
        mac=mac,
        address=address,
        terminal=held[1].name if held else "",
        contradicts=facts.line_of(*held) if held else facts.ports_line(device, port),
    )
