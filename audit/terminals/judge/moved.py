"""Known terminals at another port or unit than the inventory says. Pure.

A switch remembers where a computer was: where it was seen last counts. Seen at both places within the same minutes it
is two computers with one address, which is said. Where only the interface that routes a LAN is known, the LAN counts.
"""

from collections.abc import Iterator, Sequence

from audit.terminals.judge.facts import AT_ONCE, Facts
from audit.terminals.judge.unknown import as_evidence, same
from audit.terminals.model import Confidence, Evidence, Kind, Suspicion
from countynet.i18n import _
from countynet.surroundings import Row
from countynet.vocabulary import Severity
from inventory.model import Terminal, Unit

_MOVED = _("{terminal} of {home_unit} is at {device}:{port} instead of {home}")
_TWICE = _("{terminal} of {home_unit} is at {device}:{port} and at {home} at once: two computers with one address")
_PLUG = _("Plug {terminal} back into {home}, or change the inventory if it is meant to stand there.")
_CLONE = _("Look at both computers: one of them has copied the address of {terminal}. Pull that one out.")
_SEEN, _HOME = _("seen in this table"), _("seen where it belongs, too")


def find(facts: Facts) -> Iterator[Suspicion]:
    """Yield every terminal that stands elsewhere."""
    places: dict[str, list[Row]] = {}
    for row in facts.at_edges:
        if row.mac in facts.terminals:
            places.setdefault(row.mac, []).append(row)
    for mac, rows in places.items():
        yield from _judge(facts, *facts.terminals[mac], rows)


def _judge(facts: Facts, unit: Unit, terminal: Terminal, rows: Sequence[Row]) -> Iterator[Suspicion]:
    device, port = facts.home(terminal, unit)
    at_home = [
        row
        for row in rows
        if row.device == device and (same(row.port, port) or not facts.port_known(row.device, row.port))
    ]
    away = [row for row in rows if row not in at_home]
    if not device or not away:
        return
    newest = max(away, key=lambda row: (row.last or facts.now, facts.port_known(row.device, row.port)))
    seen_home = max((row.last or facts.now for row in at_home), default=None)
    seen_away = newest.last or facts.now
    if seen_home is not None and seen_home > seen_away and seen_home - seen_away > AT_ONCE:
        return
    twice = seen_home is not None and abs(seen_away - seen_home) <= AT_ONCE and newest.device != device
    if seen_home is not None and not twice and newest.device == device and seen_home > seen_away:
        return
    yield _suspicion(facts, unit, terminal, newest, f"{device}:{port}", twice, [*away, *at_home])


def _suspicion(
    facts: Facts, unit: Unit, terminal: Terminal, at: Row, home: str, twice: bool, rows: Sequence[Row]
) -> Suspicion:
    mac = terminal.mac or ""
    here = facts.unit_of(at.device, at.address)
    values = {"terminal": terminal.name, "home_unit": unit.id, "device": at.device, "port": at.port, "home": home}
    evidence: list[Evidence] = [
        as_evidence(row, _HOME if f"{row.device}:{row.port}" == home else _SEEN) for row in rows
    ]
    return Suspicion(
        kind=Kind.MOVED,
        device=at.device,
        port=at.port,
        message=_TWICE if twice else _MOVED,
        remedy=_CLONE if twice else _PLUG,
        severity=Severity.MAJOR if twice or here != unit.id else Severity.MINOR,
        confidence=Confidence.LIKELY if twice else Confidence.CERTAIN,
        evidence=tuple(evidence),
        values=values,
        unit=here or unit.id,
        mac=mac,
        address=facts.address_of(at.device, mac),
        terminal=terminal.name,
        vlan=at.vlan,
        contradicts=facts.line_of(unit, terminal),
    )
