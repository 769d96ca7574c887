"""More computers at a port than it is for. Pure.

A port is for one terminal, or for as many as the inventory cables to it; more only where the center allowed it (a
telephone with a computer behind it, a host of virtual machines), and then only those addresses that it named, if it
named any. Counted are addresses that were used within the last minutes: a switch remembers who was there before, and
a computer that changes its address at random leaves one behind each time.
"""

from collections.abc import Iterator, Sequence

from audit.terminals.judge.facts import AT_ONCE, Facts, is_lan_port
from audit.terminals.judge.unknown import as_evidence, same
from audit.terminals.model import Confidence, Kind, Suspicion
from countynet.i18n import _
from countynet.surroundings import Row, Table
from countynet.vocabulary import Severity
from inventory.terminals.mac import is_local

_SEVERAL = _("{count} computers at {device}:{port}, which is for {most}: {macs}")
_REMEDY = _(
    "Look what hangs at {device}:{port}: a switch, a bridge or virtual machines. Pull out what was not applied for; a "
    "telephone or a host of virtual machines is declared: countynet terminals allow."
)
_SEEN = _("one of those at the port")


def find(facts: Facts) -> Iterator[Suspicion]:
    """Yield every port with more computers than it is for."""
    ports: dict[tuple[str, str], list[Row]] = {}
    for row in facts.at_edges:
        fresh = row.last is None or facts.now - row.last <= AT_ONCE
        if fresh and _one_terminal(facts, row):
            ports.setdefault((row.device, row.port), []).append(row)
    for (device, port), rows in ports.items():
        yield from _judge(facts, device, port, rows)


def _one_terminal(facts: Facts, row: Row) -> bool:
    """Whether a row is at a port that terminals have: of an interface that routes several ports nobody knows which."""
    return is_lan_port(facts, row.device, row.port) or (
        row.table is Table.FDB and facts.port_known(row.device, row.port)
    )


def _judge(facts: Facts, device: str, port: str, rows: Sequence[Row]) -> Iterator[Suspicion]:
    allowed = [a for a in facts.allowances if a.device == device and same(a.port, port)]
    macs = sorted({row.mac for row in rows})
    if any((not a.macs or set(macs) <= a.macs) and len(macs) <= a.most for a in allowed):
        return
    cabled = max(1, len(facts.cabled(device, port)))
    if len(macs) <= cabled:
        return
    random = sum(is_local(mac) for mac in macs)
    most = max([cabled, *(a.most for a in allowed)])
    values = {"count": str(len(macs)), "device": device, "port": port, "most": str(most), "macs": ", ".join(macs)}
    yield Suspicion(
        kind=Kind.SEVERAL,
        device=device,
        port=port,
        message=_SEVERAL,
        remedy=_REMEDY,
        severity=Severity.MAJOR,
        confidence=Confidence.LIKELY if len(macs) - random <= 1 and random > 1 else Confidence.CERTAIN,
        evidence=tuple(as_evidence(row, _SEEN) for row in rows),
        values=values,
        unit=facts.unit_of(device, next((row.address for row in rows if row.address), "")),
        vlan=next((row.vlan for row in rows if row.vlan), None),
        contradicts=facts.ports_line(device, port),
    )
