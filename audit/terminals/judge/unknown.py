"""Hardware addresses of no inventory, and another computer at a terminal's address. Pure.

Who is unknown decides `topology.discovery.strangers`, as for cabling. An address that software made up (IEEE 802: the
second bit of the first octet) may be a known computer that changes it, which telephones and Windows do on radio: that
is said, and it is less sure. One finding per address and device: its port where a forwarding table shows one.
"""

from collections.abc import Iterator

from audit.terminals.judge.facts import Facts, cited
from audit.terminals.model import Confidence, Evidence, Kind, Suspicion
from countynet.i18n import _
from countynet.surroundings import Row
from countynet.vocabulary import Severity
from inventory.terminals.mac import is_local
from topology.discovery.identity import canonical
from topology.discovery.strangers import Stranger, StrangerKind, strangers

_UNKNOWN = _("{mac} at {device}:{port} is in no inventory")
_MADE_UP = _(
    "{mac} at {device}:{port} is in no inventory; software made this address up, so it may be a known computer"
)
_IMPOSTOR = _("{mac} at {device}:{port} answers at {address}, which is {terminal}'s")
_ASK = _(
    "Ask {unit} whose computer it is: pull it out, or apply for it (Terminals). To cut it off at once: move the port "
    "to the quarantine VLAN or shut it."
)
_RANDOM = _(
    "Ask {unit} whether a computer there changes its address at random and have that switched off for this network; "
    "else pull it out, or apply for it (Terminals)."
)
_SEEN = _("seen in this table")


def find(facts: Facts) -> Iterator[Suspicion]:
    """Yield who is unknown, once for each address and device."""
    found: dict[tuple[str, str], Stranger] = {}
    for one in strangers(facts.county, facts.told):
        hidden = one.mac in facts.around.own or facts.leads_on(one.device, one.port)
        if not hidden and not _belongs(facts, one):
            before = found.get((one.device, one.mac))
            if before is None or (_is_port(facts, one) and not _is_port(facts, before)):
                found[one.device, one.mac] = one
    yield from (_suspicion(facts, one) for one in found.values())


def _belongs(facts: Facts, one: Stranger) -> bool:
    """Whether it is what the inventory has at the port: somebody whose hardware address is not written down."""
    held = facts.cabled(one.device, one.port)
    if one.kind is StrangerKind.IMPOSTOR or not held or any(facts.mac_of(node) for node in held):
        return False
    there = {row.mac for row in facts.at_edges if row.device == one.device and same(row.port, one.port)}
    return len(there) <= len(held) and one.address in ("", *(facts.ip_of(node) for node in held))


def _is_port(facts: Facts, one: Stranger) -> bool:
    return facts.port_known(one.device, one.port)


def _suspicion(facts: Facts, one: Stranger) -> Suspicion:
    unit = facts.unit_of(one.device, one.address)
    address = one.address or facts.address_of(one.device, one.mac)
    impostor, random = one.kind is StrangerKind.IMPOSTOR, is_local(one.mac)
    line, terminal = facts.ports_line(one.device, one.port), one.instead_of
    if terminal:
        line = facts.line_of(*facts.by_address[one.address])
    values = {"mac": one.mac, "device": one.device, "port": one.port, "address": address,
              "terminal": terminal, "unit": unit or one.device}  # fmt: skip
    rows = [row for row in facts.rows_of(one.device, one.mac)]
    return Suspicion(
        kind=Kind.UNKNOWN,
        device=one.device,
        port=one.port,
        message=_IMPOSTOR if impostor else _MADE_UP if random else _UNKNOWN,
        remedy=_RANDOM if random and not impostor else _ASK,
        severity=Severity.MAJOR,
        confidence=Confidence.LIKELY if random and not impostor else Confidence.CERTAIN,
        evidence=tuple(as_evidence(row, _SEEN) for row in rows),
        values=values,
        unit=unit,
        mac=one.mac,
        address=address,
        terminal=terminal,
        vlan=next((row.vlan for row in rows if row.vlan), None),
        contradicts=line,
    )


def as_evidence(row: Row, message: str, **values: str) -> Evidence:
    """Return a row as evidence."""
    return Evidence(
        row.table,
        row.device,
        row.port,
        message,
        values,
        row.mac,
        row.address,
        row.vlan,
        cited(row),
        row.first,
        row.last,
    )


def same(a: str, b: str) -> bool:
    """Whether two names are one port."""
    return canonical(a) == canonical(b)
