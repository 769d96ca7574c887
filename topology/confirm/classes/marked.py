"""The bytes of a probe, and what a packet that somebody saw says of a probe. Pure.

Any packet of the proof can be built: TCP with SYN or ACK, UDP, ICMP (an echo request, or a time stamp request as the
one that is none), and any other protocol with a body of ours. A token of 32 bits stands where the network leaves it
alone: in TCP's sequence number, in ICMP's identifier and sequence, else in the payload; its upper 12 bits are the run's
own. The type of service is ours, too (RFC 2474, a code point of local use), so that a busy node's kernel hands over
nothing else. `read` refuses (returns None) whatever is not of this run. Sources: RFC 791, 792, 793, 768.
"""

import struct
from ipaddress import IPv4Address
from typing import NamedTuple

from topology.confirm.classes import marked6
from topology.confirm.packets import MAGIC, checksum
from topology.reach.family import is_six
from topology.reach.space import Packet

SERVICE = 0x0C
"""code point 3 of pool 2"""
TTL = 64
RUN_BITS, TRY_BITS, INDEX_BITS = 12, 4, 16
_ICMP, _TCP, _UDP = 1, 6, 17
_SYN, _RST, _ACK = 0x02, 0x04, 0x10
_ECHO, _ECHO_REPLY, _STAMP, _STAMP_REPLY = 8, 0, 13, 14


class Mark(NamedTuple):
    """A packet of ours: which probe, at which try, how many hops it has left, and whether it is an answer."""

    probe: int
    attempt: int
    ttl: int
    answer: bool


def token(run: int, attempt: int, index: int) -> int:
    """Return the token of a probe (`run` below 4096, `attempt` below 16, `index` below 65536)."""
    return run << TRY_BITS + INDEX_BITS | attempt << INDEX_BITS | index


def build(packet: Packet, mark: int) -> bytes:
    """Return the bytes of a packet, from its IP header on, that carry a token."""
    if is_six(packet.source):
        return marked6.build(packet, mark)
    body = _body(packet, mark)
    size = 20 + len(body)
    head = struct.pack("!BBHHHBBH", 0x45, SERVICE, size, 0, 0x4000, TTL, packet.protocol, 0)
    head += packet.source.packed + packet.target.packed
    return _summed(head, 10, b"") + body


def _body(packet: Packet, mark: int) -> bytes:
    payload = MAGIC + mark.to_bytes(4, "big")
    if packet.protocol == _ICMP:
        kind = _ECHO if packet.echo else _STAMP
        return _summed(struct.pack("!BBHI", kind, 0, 0, mark) + payload + bytes(4), 2, b"")
    pseudo = packet.source.packed + packet.target.packed + struct.pack("!BB", 0, packet.protocol)
    if packet.protocol == _TCP:
        flags = _ACK if packet.ack else _SYN
        segment = struct.pack("!HHIIBBHHH", packet.from_port, packet.port, mark, 0, 5 << 4, flags, 64240, 0, 0)
        return _summed(segment, 16, pseudo + struct.pack("!H", len(segment)))
    if packet.protocol == _UDP:
        datagram = struct.pack("!HHHH", packet.from_port, packet.port, 8 + len(payload), 0) + payload
        return _summed(datagram, 6, pseudo + struct.pack("!H", len(datagram)))
    return payload + bytes(12)


def _summed(body: bytes, at: int, pseudo: bytes) -> bytes:
    return body[:at] + struct.pack("!H", checksum(pseudo + body) or 0xFFFF) + body[at + 2 :]


def read(seen: bytes, run: int) -> Mark | None:
    """Say which probe of this run an IP packet is, or answers; None if it is not ours or is broken."""
    try:
        found = _read(seen)
    except (struct.error, IndexError):
        return None
    if found is None or found[0] >> TRY_BITS + INDEX_BITS != run:
        return None
    mark, answer = found
    hops = seen[7] if seen[0] >> 4 == 6 else seen[8]
    return Mark(mark & (1 << INDEX_BITS) - 1, mark >> INDEX_BITS & (1 << TRY_BITS) - 1, hops, answer)


def _read(seen: bytes) -> tuple[int, bool] | None:
    if seen[0] >> 4 == 6:
        return marked6.read(seen)
    if seen[0] >> 4 != 4:
        return None
    body, protocol = seen[4 * (seen[0] & 0xF) :], seen[9]
    if protocol == _TCP:
        return _read_tcp(body)
    if protocol == _ICMP:
        if body[0] not in (_ECHO, _ECHO_REPLY, _STAMP, _STAMP_REPLY) or body[8:12] != MAGIC:
            return None
        return struct.unpack_from("!I", body, 4)[0], body[0] in (_ECHO_REPLY, _STAMP_REPLY)
    at = 8 if protocol == _UDP else 0
    return (int.from_bytes(body[at + 4 : at + 8], "big"), False) if body[at : at + 4] == MAGIC else None


def _read_tcp(body: bytes) -> tuple[int, bool] | None:
    sequence, acknowledged = struct.unpack_from("!II", body, 4)
    flags = body[13] & (_SYN | _RST | _ACK)
    if flags in (_SYN, _ACK):
        return sequence, False
    return (acknowledged - 1 & 0xFFFFFFFF, True) if flags & _ACK else None


def group_address(target: IPv4Address) -> bytes | None:
    """Return the hardware address of a multicast group of IPv4 (RFC 1112, 6.4), None for another target."""
    if is_six(target):
        return None  # a packet to all nodes is handed to one router
    return b"\x01\x00\x5e" + bytes([target.packed[1] & 0x7F, *target.packed[2:]]) if target.is_multicast else None
