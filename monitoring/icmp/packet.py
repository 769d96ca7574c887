"""ICMP echo packets (RFC 792, checksum RFC 1071): bytes in, bytes out.

`read_reply` raises nothing: what is not an echo reply is None, whatever bytes arrive.
"""

import struct
from typing import NamedTuple

_REQUEST, _REPLY = 8, 0
_FORM = struct.Struct(">BBHHH")


class Reply(NamedTuple):
    """An echo reply."""

    identifier: int
    sequence: int


def checksum(data: bytes) -> int:
    """Return the internet checksum."""
    padded = data + b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f">{len(padded) // 2}H", padded))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return int(total ^ 0xFFFF)


def request(identifier: int, sequence: int, payload: bytes = b"countynet") -> bytes:
    """Return an echo request."""
    blank = _FORM.pack(_REQUEST, 0, 0, identifier, sequence) + payload
    return _FORM.pack(_REQUEST, 0, checksum(blank), identifier, sequence) + payload


def read_reply(packet: bytes) -> Reply | None:
    """Return the echo reply in an IPv4 packet, None when it holds none or is damaged."""
    start = (packet[0] & 0x0F) * 4 if packet else 0
    icmp = packet[start:]
    if start < 20 or len(icmp) < _FORM.size or checksum(icmp) != 0:
        return None
    kind, code, _sum, identifier, sequence = _FORM.unpack_from(icmp)
    return Reply(identifier, sequence) if (kind, code) == (_REPLY, 0) else None
