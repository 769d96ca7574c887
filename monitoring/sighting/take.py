"""From an agent's answer to what a device has around it. Pure.

LLDP numbers a local port as it likes (IEEE 802.1AB: by ifIndex, by bridge port, by nothing): the port is the one that
has the id or description which the device itself gives that number; only then the number is taken for an ifIndex.
Agents give an id as text, as octets, or with padding; an id that says it is a hardware address is one if it has six.
"""

from collections.abc import Iterator, Mapping

from monitoring.capability.asking import IF_OPER
from monitoring.capability.names import IF_DESCR, interfaces, numbers, text
from monitoring.sighting import asking as q
from monitoring.snmp.seam import Answer, Value
from topology.discovery.evidence import (
    CHASSIS_ADDRESS,
    CHASSIS_MAC,
    PORT_MAC,
    Device,
    Heard,
    Port,
    Sighting,
)
from topology.discovery.identity import canonical

LEARNED = 3
"""dot1dTpFdbStatus learned(3); self(4) and mgmt(5) are the device's own"""
INVALID = 2
_MAC = 6


class _Said:
    """An answer's columns by the numbers of their rows, each worked out once."""

    def __init__(self, answer: Answer) -> None:
        self._answer, self._known = answer, dict[str, dict[tuple[int, ...], Value]]()
        self.names = interfaces(answer)

    def column(self, column: str) -> dict[tuple[int, ...], Value]:
        """Return a column."""
        if column not in self._known:
            self._known[column] = {numbers(r): v for r, v in self._answer.columns.get(column, {}).items()}
        return self._known[column]

    def of(self, column: str, index: int) -> Value | None:
        """Return the value of a row with one number."""
        return self.column(column).get((index,))


def device(answer: Answer) -> Device:
    """Return what a device says of itself and its surroundings."""
    said = _Said(answer)
    locals_ = _local_ports(said)
    ids: dict[str, set[str]] = {}
    for number, port in locals_.items():
        ids.setdefault(port, set()).update(_called(said, number))
    for index, port in said.names.items():
        ids.setdefault(port, set()).add(text(said.of(IF_DESCR, index)))
    return Device(
        answer.target.device,
        asked=True,
        lldp=bool(locals_),
        chassis=_chassis(said),
        ports=tuple(_port(said, index, port, ids[port]) for index, port in said.names.items()),
        heard=tuple(_heard(said, locals_)),
        seen=tuple(dict.fromkeys((*_forwarded(said), *_resolved(said)))),
    )


def mac(value: Value | None) -> str:
    """Return six octets as a hardware address, whatever else as none; some agents write it out."""
    if not isinstance(value, bytes):
        return ""
    if len(value) == _MAC:
        return ":".join(f"{octet:02x}" for octet in value)
    digits = "".join(c for c in text(value).lower() if c not in ":-. ")
    if len(digits) == 2 * _MAC and all(c in "0123456789abcdef" for c in digits):
        return ":".join(digits[n : n + 2] for n in range(0, 2 * _MAC, 2))
    return ""


def _port(said: _Said, index: int, name: str, ids: set[str]) -> Port:
    oper = said.of(IF_OPER, index)
    address = mac(said.of(q.IF_MAC, index))
    known = {id_ for id_ in ids if id_ and id_ != name}
    return Port(name, address if address.strip("0:") else "", None if oper is None else oper == 1, frozenset(known))


def _chassis(said: _Said) -> frozenset[str]:
    found = set()
    for column in (q.CHASSIS, q.SYSTEM):
        for value in said.column(column).values():
            found.add(mac(value) or text(value))
    return frozenset(found - {""})


def _local_ports(said: _Said) -> dict[int, str]:
    """Return interfaces by LLDP's local port number."""
    names = said.names
    by_name = {canonical(name): name for name in names.values()}
    by_name |= {
        canonical(text(v)): names[row[0]] for row, v in said.column(IF_DESCR).items() if row and row[0] in names
    }
    by_mac = {mac(v): names[row[0]] for row, v in said.column(q.IF_MAC).items() if row and row[0] in names}
    found: dict[int, str] = {}
    for row in said.column(q.LOCAL_ID):
        number = row[-1] if row else -1
        called = _called(said, number)
        named = next((by_name[canonical(c)] for c in called if canonical(c) in by_name), None)
        port = named or next((by_mac[c] for c in called if c in by_mac), None) or names.get(number)
        if port:
            found[number] = port
    for row in said.column(q.REMOTE_CHASSIS):
        if len(row) == 3 and row[1] not in found and row[1] in names:
            found[row[1]] = names[row[1]]
    return found


def _called(said: _Said, number: int) -> list[str]:
    """Return what a device calls one of its LLDP ports: its id, then its description."""
    kind, value = said.of(q.LOCAL_KIND, number), said.of(q.LOCAL_ID, number)
    id_ = mac(value) if kind == PORT_MAC else text(value)
    return [called for called in (id_, text(said.of(q.LOCAL_DESCRIPTION, number))) if called]


def _heard(said: _Said, locals_: Mapping[int, str]) -> Iterator[Heard]:
    addresses = _addresses(said)
    for row in sorted({*said.column(q.REMOTE_CHASSIS), *said.column(q.REMOTE_NAME)}):
        if len(row) != 3 or row[1] not in locals_:
            continue
        chassis_kind, port_kind = (_kind(said.column(column).get(row)) for column in (q.CHASSIS_KIND, q.PORT_KIND))
        chassis, port = said.column(q.REMOTE_CHASSIS).get(row), said.column(q.REMOTE_PORT).get(row)
        yield Heard(
            locals_[row[1]],
            chassis_kind,
            _id(chassis, chassis_kind == CHASSIS_MAC, chassis_kind == CHASSIS_ADDRESS),
            port_kind,
            _id(port, port_kind == PORT_MAC, False),
            text(said.column(q.REMOTE_DESCRIPTION).get(row)),
            text(said.column(q.REMOTE_NAME).get(row)),
            addresses.get(row[1:], ()),
        )


def _kind(value: Value | None) -> int:
    return value if isinstance(value, int) else 0


def _id(value: Value | None, is_mac: bool, is_address: bool) -> str:
    if is_address and isinstance(value, bytes) and len(value) == 5 and value[0] == 1:
        return ".".join(str(octet) for octet in value[1:])
    return (mac(value) or text(value)) if is_mac or _raw(value) else text(value)


def _raw(value: Value | None) -> bool:
    """Whether an id that is said to be text is six octets that no text is: agents mistake the subtype."""
    return isinstance(value, bytes) and len(value) == _MAC and not value.isascii()


def _addresses(said: _Said) -> dict[tuple[int, ...], tuple[str, ...]]:
    """Return management addresses by (local port, neighbour): time mark, port, neighbour, family, length, address."""
    found: dict[tuple[int, ...], tuple[str, ...]] = {}
    for row in said.column(q.REMOTE_ADDRESS):
        if len(row) == 9 and row[3:5] == (1, 4):
            address = ".".join(map(str, row[5:]))
            found[row[1:3]] = (*found.get(row[1:3], ()), address)
    return found


def _forwarded(said: _Said) -> Iterator[Sighting]:
    ports = {row[0]: index for row, index in said.column(q.BRIDGE_PORT).items() if row and isinstance(index, int)}
    for column, status in ((q.FDB_VLAN, q.FDB_VLAN_STATUS), (q.FDB_BRIDGE, q.FDB_BRIDGE_STATUS)):
        statuses = said.column(status)
        for row, number in said.column(column).items():
            if len(row) < _MAC or not isinstance(number, int) or statuses.get(row, LEARNED) != LEARNED or number == 0:
                continue
            port = said.names.get(ports.get(number, number))
            if port and all(octet < 256 for octet in row[-_MAC:]):
                vlan = row[0] if len(row) == _MAC + 1 else None
                yield Sighting(port, mac(bytes(row[-_MAC:])), "fdb", vlan=vlan)


def _resolved(said: _Said) -> Iterator[Sighting]:
    kinds = said.column(q.ARP_KIND)
    for column, size in ((q.ARP, 5), (q.ARP_PHYSICAL, 7)):
        for row, value in said.column(column).items():
            address = mac(value) if isinstance(value, bytes) and len(value) == _MAC else ""
            port = said.names.get(row[0]) if len(row) == size else None
            if port and address and kinds.get(row) != INVALID and (size == 5 or row[1:3] == (1, 4)):
                yield Sighting(port, address, "arp", address=".".join(map(str, row[-4:])))
