"""Probes of the beacons and their answers, as bytes. Pure.

An echo carries a token: whom it was sent to, when, a number drawn by chance, and an HMAC (RFC 2104, SHA-256, cut to 128
bits) over these with the beacons' key; whoever sees it learns nothing and can make none. Systems that answer no echo
answer a TCP SYN by RST or SYN-ACK (RFC 9293): its sequence number is an HMAC of target and scan, cut to 32 bits, and
comes back plus one. Refused is every answer whose token is not ours or older than `LATE`.
"""

import hashlib
import hmac
import os
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address

from topology.confirm.packets import checksum

PORT = 8719
"""the TCP port that SYNs claim to come from"""
ASKED = 445
"""the TCP port that SYNs go to: open or shut, a system answers"""
LATE = 600
"""seconds after which a token is not believed any more"""
OUTWARD, INWARD = 0, 1
"""towards the outside beacon; towards the inside one"""
MAGIC = b"cNb1"
_HEAD = struct.Struct("!4sB4sQ8s")
_MAC = 16
_ICMP, _TCP = 1, 6


@dataclass(frozen=True)
class Token:
    """What an echo's answer says."""

    way: int
    target: str
    """the terminal's inside address that the first probe went to"""
    at: int
    """milliseconds of the epoch"""


def token(key: bytes, way: int, target: str, at: float) -> bytes:
    """Return a fresh token."""
    head = _HEAD.pack(MAGIC, way, IPv4Address(target).packed, int(at * 1000), os.urandom(8))
    return head + _signed(key, head)


def read(key: bytes, payload: bytes, now: float) -> Token | None:
    """Return what a token says, None for one that is not ours or too old."""
    head, signed = payload[: _HEAD.size], payload[_HEAD.size : _HEAD.size + _MAC]
    if len(signed) < _MAC or not hmac.compare_digest(signed, _signed(key, head)):
        return None
    magic, way, target, at, _nonce = _HEAD.unpack(head)
    return Token(way, str(IPv4Address(target)), at) if magic == MAGIC and abs(now - at / 1000) <= LATE else None


def cookie(key: bytes, target: str, run: bytes) -> int:
    """Return the sequence number of a SYN: 32 bits of an HMAC over the target and what the scan drew by chance."""
    said = b"syn" + IPv4Address(target).packed + run
    return int.from_bytes(hmac.new(key, said, hashlib.sha256).digest()[:4], "big")


def cookies(key: bytes, targets: Iterable[str], run: bytes) -> Mapping[int, str]:
    """Return whom a cookie of a scan was for."""
    return {cookie(key, target, run): target for target in targets}


def echo(key: bytes, way: int, source: str, target: str, about: str, at: float) -> bytes:
    """Return an IPv4 packet with an echo request to `target`; its token is about a terminal's inside address."""
    body = struct.pack("!BBHHH", 8, 0, 0, int(at) & 0xFFFF, 1) + token(key, way, about, at)
    return _ip(_ICMP, source, target, _summed(body, 2))


def syn(key: bytes, source: str, target: str, run: bytes) -> bytes:
    """Return an IPv4 packet with a TCP SYN whose sequence number is the target's cookie."""
    body = struct.pack("!HHIIBBHHH", PORT, ASKED, cookie(key, target, run), 0, 0x50, 0x02, 8192, 0, 0)
    pseudo = IPv4Address(source).packed + IPv4Address(target).packed + struct.pack("!BBH", 0, _TCP, len(body))
    return _ip(_TCP, source, target, _summed(body, 16, pseudo))


def frame(sender: str, receiver: str, packet: bytes) -> bytes:
    """Return an IPv4 packet as an Ethernet frame between two hardware addresses."""
    return bytes.fromhex((receiver + sender).replace(":", "")) + b"\x08\x00" + packet


def syn_answer(packet: bytes) -> int | None:
    """Return the sequence number that a TCP packet to our port answers, None for any other packet."""
    size = (packet[0] & 15) * 4 if packet else 0
    if len(packet) < size + 20 or size < 20 or packet[9] != _TCP:
        return None
    _port, to, _seq, ack, _offset, flags = struct.unpack_from("!HHIIBB", packet, size)
    is_answer = bool(flags & 0x10) and bool(flags & 0x06)
    return (ack - 1) % 2**32 if to == PORT and is_answer else None


def echo_answer(packet: bytes) -> bytes:
    """Return the payload of an echo reply, empty for any other packet."""
    size = (packet[0] & 15) * 4 if packet else 0
    is_reply = size >= 20 and len(packet) >= size + 8 and packet[9] == _ICMP and packet[size] == 0
    return packet[size + 8 :] if is_reply else b""


def _signed(key: bytes, head: bytes) -> bytes:
    return hmac.new(key, head, hashlib.sha256).digest()[:_MAC]


def _ip(protocol: int, source: str, target: str, body: bytes) -> bytes:
    ends = IPv4Address(source).packed + IPv4Address(target).packed
    return _summed(struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(body), 0, 0, 64, protocol, 0) + ends, 10) + body


def _summed(body: bytes, at: int, pseudo: bytes = b"") -> bytes:
    """Return bytes with their Internet checksum (RFC 1071) at a place that is zero."""
    return body[:at] + struct.pack("!H", checksum(pseudo + body)) + body[at + 2 :]
