"""Terminals on two nets at once. Pure.

Sure is a probe: it was sent to the terminal on its own wire with the outside beacon's address as its source, and the
answer arrived at the outside beacon, from an address that is none of the county's exits; or the outside beacon asked
back with the inside beacon's address, and the answer came out of the terminal's inner side. A packet with an address
of another net on the terminal's wire is a hint alone: a portable computer sends some before it has its new address.
"""

from collections.abc import Iterator, Sequence
from ipaddress import IPv4Address, IPv4Network

from audit.terminals.judge.facts import Answer, Facts
from audit.terminals.model import Confidence, Evidence, Kind, Suspicion
from countynet.i18n import _
from countynet.surroundings import Header, Table
from countynet.vocabulary import Severity, ZoneName
from inventory.model import Terminal, Unit

_DUAL = _("{terminal} at {device}:{port} has a way out of its own: its answer arrived outside, from {origin}")
_LEAK = _("{terminal} at {device}:{port} sends with an address of another net: {origin}")
_REMEDY = _(
    "Have {unit} take off the second connection of {terminal} at once (a telephone, a radio card, a second cable) and "
    "look for what came in by it; cut the port off until it is off."
)
_LOOK = _(
    "Ask {unit} which second connection {terminal} has (a telephone, a radio card, virtual machines); take it off."
)
_ARRIVED = _("the answer to the probe of {target} arrived at the beacon {beacon} from {origin}")
_FOREIGN = _("a packet from {origin} on this wire, which is {lan}'s")
_LINK_LOCAL = IPv4Network("169.254.0.0/16")


def find(facts: Facts) -> Iterator[Suspicion]:
    """Yield every terminal that has a way out of its own."""
    exits, sure = _exits(facts), dict[str, list[Answer]]()
    for answer in facts.answers:
        if answer.origin not in exits:
            sure.setdefault(answer.target, []).append(answer)
    leaks = _leaks(facts)
    for address in sorted({*sure, *leaks}):
        yield _suspicion(facts, address, sure.get(address, ()), leaks.get(address, ()))


def _exits(facts: Facts) -> set[str]:
    """Return the addresses by which the county itself goes out: firewalls', published ones, the VPN hub's."""
    found = {str(host.published) for host in facts.county.hosts if host.published}
    found.add(str(facts.county.plan.hub.ip))
    for zone in facts.county.zones:
        if zone.name in (ZoneName.INTERNET, ZoneName.CITY):
            found |= {str(zone.gateway + step) for step in range(3)}
    return found


def _leaks(facts: Facts) -> dict[str, list[Header]]:
    """Return packets on terminals' wires with addresses of other nets, by the terminal's own address."""
    found: dict[str, list[Header]] = {}
    for seen in facts.around.headers:
        held = facts.lans.get(seen.observer)
        if not seen.on_wire or held is None or seen.mac in facts.around.own:
            continue
        source = IPv4Address(seen.source)
        if source in held[0].lan or source in _LINK_LOCAL or source.is_unspecified or source.is_multicast:
            continue
        own = facts.address_of(seen.observer, seen.mac)
        if own and IPv4Address(own) in held[0].lan:
            found.setdefault(own, []).append(seen)
    return found


def _place(facts: Facts, address: str) -> tuple[str, str, str, Unit | None, Terminal | None]:
    """Return device, port, hardware address, unit and terminal of an address."""
    unit, terminal = facts.by_address.get(address, (None, None))
    row = next((r for r in facts.at_edges if r.address == address), None)
    if row is not None:
        unit = unit or facts.county.unit_by_id.get(facts.unit_of(row.device, address))
        return row.device, row.port, row.mac, unit, terminal
    device, port = facts.home(terminal, unit) if unit and terminal else ("", "")
    return device, port, terminal.mac or "" if terminal else "", unit, terminal


def _suspicion(facts: Facts, address: str, sure: Sequence[Answer], leaks: Sequence[Header]) -> Suspicion:
    device, port, mac, unit, terminal = _place(facts, address)
    origin = sure[0].origin if sure else leaks[0].source
    values = {"terminal": terminal.name if terminal else address, "device": device, "port": port, "origin": origin,
              "unit": unit.id if unit else device}  # fmt: skip
    return Suspicion(
        kind=Kind.DUAL_HOMED,
        device=device,
        port=port,
        message=_DUAL if sure else _LEAK,
        remedy=_REMEDY if sure else _LOOK,
        severity=Severity.CRITICAL if sure else Severity.MINOR,
        confidence=Confidence.CERTAIN if sure else Confidence.HINT,
        evidence=(*(_arrived(a, device, port, mac) for a in sure), *(_foreign(facts, h, port) for h in leaks[:5])),
        values=values,
        unit=unit.id if unit else "",
        mac=mac,
        address=address,
        terminal=terminal.name if terminal else "",
        contradicts=facts.line_of(unit, terminal) if unit and terminal else facts.ports_line(device, port),
    )


def _arrived(answer: Answer, device: str, port: str, mac: str) -> Evidence:
    values = {"target": answer.target, "beacon": answer.beacon, "origin": answer.origin}
    line = f"{answer.beacon}: {answer.origin} <- {answer.target}"
    return Evidence(Table.BEACON, device, port, _ARRIVED, values, mac, answer.target, None, line, answer.at, answer.at)


def _foreign(facts: Facts, seen: Header, port: str) -> Evidence:
    values = {"origin": seen.source, "lan": str(facts.lans[seen.observer][0].lan)}
    line = f"{seen.source} > {seen.destination} ttl {seen.ttl} proto {seen.protocol}"
    place, times = (seen.observer, seen.port or port), (seen.at, seen.at)
    return Evidence(Table.PACKETS, *place, _FOREIGN, values, seen.mac, seen.source, None, line, *times)
