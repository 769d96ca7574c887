"""The bytes of a probe, and what a packet that somebody saw says about a probe. Pure.

Each probe carries a token of 32 bits where the network leaves it alone: in the payload (ICMP echo, UDP), in the
sequence number (TCP), in the message id (SNMP), in the transmit stamp (NTP), in query id and port (DNS). So a packet is
recognised at either end, after address translation too, and a late packet of an earlier run is not mistaken for one of
this: the upper 11 bits of a token are the run's own. `read` refuses (returns None) whatever is not ours.
"""

import struct
from enum import StrEnum
from ipaddress import IPv4Address
from typing import NamedTuple

MAGIC = b"cNy1"
INDEX_BITS = 20
"""the low bits of a token number the probe; above them stands the run (11 bits, as an SNMP message id has 31)"""
PROBE_PORTS, PROBE_PORT_MASK = 0xE000, 0xF000
"""source ports of UDP probes: sixteen for each run modulo 256, so that no run walks in on a flow that an earlier one
left in a stateful filter"""
_ICMP, _TCP, _UDP = 1, 6, 17
_SYN, _RST, _ACK = 0x02, 0x04, 0x10
_SNMP_HEAD = b"\x02\x01\x03\x30"
_ECHO_REPLY, _UNREACHABLE, _ECHO = 0, 3, 8


class Kind(StrEnum):
    """How a probe asks."""

    ECHO = "echo"
    DATAGRAM = "datagram"
    SYN = "syn"
    DNS = "dns"
    NTP = "ntp"
    SNMP = "snmp"


class Sighting(NamedTuple):
    """A packet of ours: its token, and whether it is the probe itself or an answer to it.

    `refused` is the word of the target's own kernel that nobody listens there: the probe arrived, the service did not
    answer.
    """

    token: int
    answer: bool
    refused: bool = False


def checksum(data: bytes) -> int:
    """Return the Internet checksum (RFC 1071): a sum of 16-bit words with end-around carry is a rest modulo 65535."""
    total = int.from_bytes(data + b"\0" if len(data) % 2 else data, "big")
    return ~((total % 0xFFFF) or (0xFFFF if total else 0)) & 0xFFFF


def build(kind: Kind, source: IPv4Address, target: IPv4Address, port: int, token: int, name: str = "") -> bytes:
    """Return the IPv4 packet of a probe; `name` is what a DNS query asks for."""
    if kind is Kind.ECHO:
        body = _with_sum(struct.pack("!BBHHH", _ECHO, 0, 0, token >> 16, token & 0xFFFF) + _payload(token), 2, b"")
        return _ip(_ICMP, source, target, body)
    if kind is Kind.SYN:
        head = struct.pack("!HHIIBBHHH", 30000 + token % 20000, port, token, 0, 6 << 4, _SYN, 64240, 0, 0)
        body = head + struct.pack("!BBH", 2, 4, 1360)
        return _ip(_TCP, source, target, _with_sum(body, 16, _pseudo(_TCP, source, target, len(body))))
    return _ip(_UDP, source, target, _udp(kind, source, target, port, token, name))


def _udp(kind: Kind, source: IPv4Address, target: IPv4Address, port: int, token: int, name: str) -> bytes:
    own = probe_port(token >> INDEX_BITS) + ((token >> 16) % 16 if kind is Kind.DNS else 0)
    content = {
        Kind.DATAGRAM: lambda: _payload(token),
        Kind.DNS: lambda: dns_query(token & 0xFFFF, name),
        Kind.NTP: lambda: b"\x23" + bytes(39) + _payload(token),
        Kind.SNMP: lambda: snmp_discovery(token),
    }[kind]()
    body = struct.pack("!HHHH", own, port, 8 + len(content), 0) + content
    return _with_sum(body, 6, _pseudo(_UDP, source, target, len(body)))


def probe_port(run: int) -> int:
    """Return the first of a run's source ports."""
    return PROBE_PORTS | (run & 0xFF) << 4


def _payload(token: int) -> bytes:
    return MAGIC + token.to_bytes(4, "big")


def dns_query(id_: int, name: str) -> bytes:
    """Return a query for the A record of a name (RFC 1035)."""
    labels = b"".join(bytes([len(part)]) + part.encode("idna") for part in name.split("."))
    return struct.pack("!HHHHHH", id_, 0x0100, 1, 0, 0, 0) + labels + b"\0" + struct.pack("!HH", 1, 1)


def dns_address(message: bytes) -> IPv4Address | None:
    """Return the first IPv4 address that a DNS answer gives; None if it gives none or is broken."""
    try:
        questions, answers = struct.unpack_from("!HH", message, 4)
        at = 12
        for _question in range(questions):
            at = _after_name(message, at) + 4
        for _answer in range(answers):
            at = _after_name(message, at)
            kind, _class, _life, length = struct.unpack_from("!HHIH", message, at)
            if kind == 1 and length == 4:
                return IPv4Address(message[at + 10 : at + 14])
            at += 10 + length
    except (struct.error, IndexError, ValueError):
        return None
    return None


def _after_name(message: bytes, at: int) -> int:
    while message[at]:
        if message[at] >= 0xC0:
            return at + 2
        at += 1 + message[at]
    return at + 1


def snmp_discovery(token: int) -> bytes:
    """Return an SNMPv3 engine discovery (RFC 3414, 4), which an agent answers without knowing who asks."""
    number = b"\x02\x04" + token.to_bytes(4, "big")
    version, zero, empty = b"\x02\x01\x03", b"\x02\x01\x00", b"\x04\x00"
    header = _tlv(0x30, number + b"\x02\x03\x00\xff\xe3" + b"\x04\x01\x04" + b"\x02\x01\x03")
    security = _tlv(0x04, _tlv(0x30, empty + zero + zero + empty * 3))
    scoped = _tlv(0x30, empty * 2 + _tlv(0xA0, number + zero + zero + b"\x30\x00"))
    return _tlv(0x30, version + header + security + scoped)


def _tlv(tag: int, content: bytes) -> bytes:
    return bytes([tag, len(content)]) + content


def _ip(protocol: int, source: IPv4Address, target: IPv4Address, body: bytes) -> bytes:
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(body), 0, 0x4000, 64, protocol, 0) + source.packed + target.packed
    return _with_sum(head, 10, b"") + body


def _pseudo(protocol: int, source: IPv4Address, target: IPv4Address, length: int) -> bytes:
    return source.packed + target.packed + struct.pack("!BBH", 0, protocol, length)


def _with_sum(body: bytes, at: int, pseudo: bytes) -> bytes:
    value = checksum(pseudo + body)
    return body[:at] + struct.pack("!H", value or 0xFFFF) + body[at + 2 :]


def read(packet: bytes, run: int) -> Sighting | None:
    """Say which probe of this run an IPv4 packet is, or answers; None if it is not ours or is broken."""
    try:
        found = _read_ip(packet, run)
    except (struct.error, IndexError):
        return None
    return found if found and found.token >> INDEX_BITS == run else None


def _read_ip(packet: bytes, run: int) -> Sighting | None:
    if packet[0] >> 4 != 4:
        return None
    body = packet[4 * (packet[0] & 0xF) :]
    protocol = packet[9]
    if protocol == _ICMP:
        return _read_icmp(packet, body, run)
    if protocol == _TCP:
        return _read_tcp(body)
    return _read_udp(body, run) if protocol == _UDP else None


def _read_icmp(packet: bytes, body: bytes, run: int) -> Sighting | None:
    if body[0] in (_ECHO, _ECHO_REPLY) and body[8:12] == MAGIC:
        return Sighting(int.from_bytes(body[12:16], "big"), body[0] == _ECHO_REPLY)
    if body[0] == _UNREACHABLE and packet[12:16] == body[24:28]:
        # the target's own kernel says "port unreachable", so the probe did arrive; a router quotes another's address
        quoted = _read_ip(body[8:], run)
        return Sighting(quoted.token, False, True) if quoted else None
    return None


def _read_tcp(body: bytes) -> Sighting | None:
    sequence, acknowledged = struct.unpack_from("!II", body, 4)
    flags = body[13]
    if flags & (_SYN | _ACK) == _SYN:
        return Sighting(sequence, False)
    if flags & _ACK and flags & (_SYN | _RST):
        return Sighting(acknowledged - 1, True)
    return None


def _read_udp(body: bytes, run: int) -> Sighting | None:
    source, target = struct.unpack_from("!HH", body)
    content = body[8:]
    if content[:4] == MAGIC:
        return Sighting(int.from_bytes(content[4:8], "big"), False)
    if 53 in (source, target):
        return _read_dns(source, target, content, run)
    if 123 in (source, target):
        stamp = content[40:48] if target == 123 else content[24:32]
        return Sighting(int.from_bytes(stamp[4:], "big"), source == 123) if stamp[:4] == MAGIC else None
    if 161 in (source, target):
        at = content.find(_SNMP_HEAD, 0, 8) + len(_SNMP_HEAD) + 3
        return Sighting(int.from_bytes(content[at : at + 4], "big"), source == 161)
    return None


def _read_dns(source: int, target: int, content: bytes, run: int) -> Sighting | None:
    """Rebuild the token from query id and port; an answer counts only if it carries a record and no error."""
    ours = (source if target == 53 else target) - probe_port(run)
    if not 0 <= ours < 16:
        return None
    id_, flags, _, answers = struct.unpack_from("!HHHH", content)
    if source == 53 and (flags & 0x800F != 0x8000 or not answers):
        return None
    return Sighting(run << INDEX_BITS | ours << 16 | id_, source == 53)
