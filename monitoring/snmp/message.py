"""SNMPv3 messages (RFC 3412) with user-based security: bytes in, bytes out.

Invariants: a sent message fits `MESSAGE_SIZE`, and agents are told to keep to it, because fragments do not pass the
cores' stateless filters nor some operators' lines. A message that claims encryption is decrypted only after its
authentication code was found right.
"""

from dataclasses import dataclass
from typing import NamedTuple

from monitoring.snmp import usm
from monitoring.snmp.ber import (
    OCTETS,
    SEQUENCE,
    Malformed,
    element,
    encode,
    expect,
    integer,
    read_integer,
    read_octets,
    sequence,
)
from monitoring.snmp.pdu import Pdu, decode, empty_get

MESSAGE_SIZE = 1372
"""with IP and UDP headers 1400, the smallest tunnel's packet size"""
AUTH, PRIV, REPORTABLE = 1, 2, 4
_UINT31 = 0x7FFFFFFF


class Header(NamedTuple):
    """What is known of a message before its security was checked."""

    message_id: int
    flags: int
    engine_id: bytes
    boots: int
    time: int
    user: bytes
    mac_at: int
    mac: bytes
    salt: bytes
    payload_at: int


@dataclass(frozen=True)
class Stamp:
    """The engine, its restarts and its seconds since the last one, as security wants them in every message."""

    engine_id: bytes
    boots: int
    time: int


def discovery(message_id: int, request_id: int) -> bytes:
    """Return the question "who are you" (RFC 3414 section 4), which goes in clear."""
    security = sequence(*(encode(OCTETS, b""), integer(0), integer(0)), *(encode(OCTETS, b""),) * 3)
    scoped = sequence(encode(OCTETS, b""), encode(OCTETS, b""), empty_get(request_id))
    return sequence(integer(3), _global(message_id, REPORTABLE), encode(OCTETS, security), scoped)


def request(message_id: int, stamp: Stamp, user: bytes, keys: usm.Keys, salt: bytes, pdu: bytes) -> bytes:
    """Return a request to an engine, authenticated and encrypted as far as there are keys."""
    body = sequence(encode(OCTETS, stamp.engine_id), encode(OCTETS, b""), pdu)
    flags = REPORTABLE
    if keys.cipher is None:
        salt = b""
    else:
        flags |= PRIV
        body = encode(OCTETS, usm.encrypt(keys, stamp.boots, stamp.time, salt, body))
    if keys.mac_length:
        flags |= AUTH
    blank = bytes(keys.mac_length)
    security = sequence(
        encode(OCTETS, stamp.engine_id),
        integer(stamp.boots),
        integer(stamp.time),
        encode(OCTETS, user),
        encode(OCTETS, blank),
        encode(OCTETS, salt),
    )
    message = sequence(integer(3), _global(message_id, flags), encode(OCTETS, security), body)
    if not blank:
        return message
    at = len(message) - len(body) - 2 - len(salt) - len(blank)
    return message[:at] + usm.mac(keys, message) + message[at + len(blank) :]


def _global(message_id: int, flags: int) -> bytes:
    return sequence(integer(message_id), integer(MESSAGE_SIZE), encode(OCTETS, bytes((flags,))), integer(3))


def header(data: bytes) -> Header:
    """Return a message's header; Malformed unless it is a whole SNMPv3 message with user-based security."""
    start, end = expect(data, 0, SEQUENCE)
    version, at = read_integer(data, start)
    if version != 3 or end != len(data):
        raise Malformed("not one SNMPv3 message")
    start, payload = expect(data, at, SEQUENCE)
    message_id, at = read_integer(data, start)
    _size, at = read_integer(data, at)
    flags, at = read_octets(data, at)
    model, _at = read_integer(data, at)
    if len(flags) != 1 or model != 3:
        raise Malformed("not the user-based security model")
    start, payload = expect(data, payload, OCTETS)
    return _security(data, start, payload, message_id, flags[0])


def _security(data: bytes, at: int, payload: int, message_id: int, flags: int) -> Header:
    at, end = expect(data, at, SEQUENCE)
    engine_id, at = read_octets(data, at)
    boots, at = read_integer(data, at)
    time, at = read_integer(data, at)
    user, at = read_octets(data, at)
    mac_at, _end = expect(data, at, OCTETS)
    mac, at = read_octets(data, at)
    salt, at = read_octets(data, at)
    if at != end or end != payload or not (0 <= boots <= _UINT31 and 0 <= time <= _UINT31):
        raise Malformed("security parameters out of form")
    return Header(message_id, flags, engine_id, boots, time, user, mac_at, mac, salt, payload)


def authentic(data: bytes, head: Header, keys: usm.Keys) -> bool:
    """Tell whether the message carries the right authentication code."""
    if not head.flags & AUTH or len(head.mac) != keys.mac_length:
        return False
    blank = data[: head.mac_at] + bytes(keys.mac_length) + data[head.mac_at + keys.mac_length :]
    return usm.same_mac(usm.mac(keys, blank), head.mac)


def payload(data: bytes, head: Header, keys: usm.Keys | None) -> Pdu:
    """Return a message's PDU, decrypted when it is encrypted; the caller has checked `authentic`."""
    return decode(*opened(data, head, keys))


def opened(data: bytes, head: Header, keys: usm.Keys | None) -> tuple[bytes, int]:
    """Return the octets that hold a message's PDU, and where it begins; decrypted, the caller checked `authentic`."""
    if not head.flags & PRIV:
        return data, _scoped(data, head.payload_at)
    if keys is None or keys.cipher is None or len(head.salt) != 8:
        raise Malformed("encrypted without a key")
    hidden, _end = read_octets(data, head.payload_at)
    clear = usm.decrypt(keys, head.boots, head.time, head.salt, hidden)
    return clear, _scoped(clear, 0)


def _scoped(data: bytes, at: int) -> int:
    at, _end = expect(data, at, SEQUENCE)
    _start, at = expect(data, at, OCTETS)
    _start, at = expect(data, at, OCTETS)
    return at


def number_of(data: bytes) -> int:
    """Return the id by which a message of any version tells which question it answers; Malformed when it has none."""
    start, _end = expect(data, 0, SEQUENCE)
    version, at = read_integer(data, start)
    if version == 3:
        start, _end = expect(data, at, SEQUENCE)
    else:
        _start, at = expect(data, at, OCTETS)
        start, _end = element(data, at)
    return read_integer(data, start)[0]
