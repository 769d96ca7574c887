"""The bytes of a probe of IPv6, and what an IPv6 packet that somebody saw says of a probe. Pure.

As `marked` for IPv4: a token in TCP's sequence number, else in the payload, and a traffic class of ours. An ICMPv6
message is an echo request, a neighbour solicitation (of nobody, so that none answers), or one of a type for private use
(RFC 4443, 2.1). There are no extension headers. Sources: RFC 8200, 4443, 4861.
"""

import struct
from ipaddress import IPv4Address, IPv6Address

from topology.confirm.packets import MAGIC, checksum
from topology.reach.space import PROTOCOLS, Packet

SERVICE = 0x0C
"""the traffic class: code point 3 of pool 2"""
HOPS = 64
HEADER = 40
_TCP, _UDP, _ICMP = PROTOCOLS["tcp"], PROTOCOLS["udp"], PROTOCOLS["icmpv6"]
_SYN, _RST, _ACK = 0x02, 0x04, 0x10
_ECHO, _ECHO_REPLY, _SOLICITATION, _PRIVATE = 128, 129, 135, 200
_SUM_AT = {_TCP: 16, _UDP: 6, _ICMP: 2}
SOLICITED, ADVERTISED = _SOLICITATION, 136


def build(packet: Packet, mark: int) -> bytes:
    """Return the bytes of a packet, from its IPv6 header on, that carry a token."""
    body = _body(packet, mark)
    if (at := _SUM_AT.get(packet.protocol)) is not None:
        body = summed(body, at, packet.source, packet.target, packet.protocol)
    return header(packet.protocol, len(body), HOPS) + packet.source.packed + packet.target.packed + body


def header(protocol: int, length: int, hops: int) -> bytes:
    """Return the first eight bytes of an IPv6 header of our traffic class."""
    return struct.pack("!IHBB", 6 << 28 | SERVICE << 20, length, protocol, hops)


def summed(body: bytes, at: int, source: IPv4Address, target: IPv4Address, protocol: int) -> bytes:
    """Return a body with its checksum put in, over the pseudo header of RFC 8200, 8.1."""
    pseudo = source.packed + target.packed + struct.pack("!II", len(body), protocol)
    return body[:at] + struct.pack("!H", checksum(pseudo + body) or 0xFFFF) + body[at + 2 :]


def _body(packet: Packet, mark: int) -> bytes:
    payload = MAGIC + mark.to_bytes(4, "big")
    if packet.protocol == _TCP:
        flags = _ACK if packet.ack else _SYN
        return struct.pack("!HHIIBBHHH", packet.from_port, packet.port, mark, 0, 5 << 4, flags, 64240, 0, 0)
    if packet.protocol == _UDP:
        return struct.pack("!HHHH", packet.from_port, packet.port, 8 + len(payload), 0) + payload
    if packet.protocol != _ICMP:
        return payload + bytes(12)
    if packet.discovery:  # of the unspecified address, which nobody has, with the token behind
        return struct.pack("!BBHI", _SOLICITATION, 0, 0, 0) + IPv6Address(0).packed + payload
    return struct.pack("!BBHI", _ECHO if packet.echo else _PRIVATE, 0, 0, mark) + payload


def read(seen: bytes) -> tuple[int, bool] | None:
    """Return the token of an IPv6 packet and whether it is an answer; None if it is not ours.

    Raises struct.error or IndexError for one that is cut short.
    """
    body, protocol = seen[HEADER:], seen[6]
    if protocol == _TCP:
        return _read_tcp(body)
    if protocol == _ICMP:
        return _read_icmp(body)
    at = 8 if protocol == _UDP else 0
    return (int.from_bytes(body[at + 4 : at + 8], "big"), False) if body[at : at + 4] == MAGIC else None


def _read_tcp(body: bytes) -> tuple[int, bool] | None:
    sequence, acknowledged = struct.unpack_from("!II", body, 4)
    flags = body[13] & (_SYN | _RST | _ACK)
    if flags in (_SYN, _ACK):
        return sequence, False
    return (acknowledged - 1 & 0xFFFFFFFF, True) if flags & _ACK else None


def _read_icmp(body: bytes) -> tuple[int, bool] | None:
    if body[0] == _SOLICITATION and body[24:28] == MAGIC:
        return int.from_bytes(body[28:32], "big"), False
    if body[0] not in (_ECHO, _ECHO_REPLY, _PRIVATE) or body[8:12] != MAGIC:
        return None
    return struct.unpack_from("!I", body, 4)[0], body[0] == _ECHO_REPLY
