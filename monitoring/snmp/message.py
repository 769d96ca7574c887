"""SNMPv3 messages (RFC 3412) with user-based security: bytes in, bytes out.

Invariants: a sent message fits `MESSAGE_SIZE`, and agents are told to keep to it, because fragments do not pass the
cores' stateless filters nor some operators' lines. A message that claims encryption is decrypted only after its
authentication code was found right.
"""

import struct
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
    length,
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


class Sealer:
    """Makes messages of one user to one engine; what is the same in all of them, or within a second, is encoded once.

    `reportable` is what asks for a report where something is wrong: requests do, answers may not.
    """

    def __init__(self, engine_id: bytes, user: bytes, keys: usm.Keys, reportable: bool = True) -> None:
        self._keys = keys
        self._engine = encode(OCTETS, engine_id)
        self._scope = self._engine + b"\x04\x00"
        self._user = encode(OCTETS, user) + bytes((OCTETS, keys.mac_length))
        self._blank = bytes(keys.mac_length)
        self._salted = b"\x04\x08" if keys.cipher else b"\x04\x00"
        flags = (REPORTABLE if reportable else 0) | (PRIV if keys.cipher else 0) | (AUTH if keys.mac_length else 0)
        self._size = integer(MESSAGE_SIZE) + encode(OCTETS, bytes((flags,))) + integer(3)
        self._moment, self._security = (-1, -1), b""

    def request(self, message_id: int, boots: int, time: int, salt: bytes, pdu: bytes) -> bytes:
        """Return a request, authenticated and encrypted as far as there are keys."""
        keys, number = self._keys, integer(message_id)
        if self._moment != (boots, time):
            self._moment, self._security = (boots, time), self._secured(boots, time)
        body = encode(SEQUENCE, self._scope + pdu)
        if keys.cipher is not None:
            body = salt + encode(OCTETS, usm.encrypt(keys, boots, time, salt, body))
        begin = b"\x02\x01\x03\x30" + length(len(number) + len(self._size)) + number + self._security
        behind = self._salted + body
        begin = b"\x30" + length(len(begin) + keys.mac_length + len(behind)) + begin
        return begin + usm.mac(keys, begin + self._blank + behind) + behind if keys.mac_length else begin + behind

    def _secured(self, boots: int, time: int) -> bytes:
        """Return what stands between a message's id and its authentication code."""
        inner = self._engine + integer(boots) + integer(time) + self._user
        inside = len(inner) + self._keys.mac_length + (10 if self._keys.cipher else 2)
        framed = b"\x30" + length(inside) + inner
        return self._size + b"\x04" + length(inside + len(framed) - len(inner)) + framed


def request(message_id: int, stamp: Stamp, user: bytes, keys: usm.Keys, salt: bytes, pdu: bytes) -> bytes:
    """Return one request to an engine (`Sealer`)."""
    return Sealer(stamp.engine_id, user, keys).request(message_id, stamp.boots, stamp.time, salt, pdu)


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


class Reader:
    """Reads headers of one agent; one that is like the last is cut out in one call, as `layout` does with variables.

    A message of another form is read by `header`: the two must agree, and a test holds them together.
    """

    def __init__(self) -> None:
        self._size, self._mask, self._rest = 0, 0, 0
        self._cut = struct.Struct("")
        self._like: Header | None = None

    def header(self, data: bytes) -> Header:
        """Return a message's header; Malformed unless it is a whole SNMPv3 message with user-based security."""
        size, like = self._size, self._like
        if like is None or len(data) < size or int.from_bytes(data[:size]) & self._mask != self._rest:
            return self._learned(data, header(data))
        whole, number, boots, time, mac, salt, hidden = self._cut.unpack_from(data)
        restarts, seconds = int.from_bytes(boots, signed=True), int.from_bytes(time, signed=True)
        lengths = len(data) - 4, len(data) - size
        if (int.from_bytes(whole), int.from_bytes(hidden)) != lengths or restarts < 0 or seconds < 0:
            return header(data)
        message_id = int.from_bytes(number, signed=True)
        return Header(
            message_id,
            like.flags,
            like.engine_id,
            restarts,
            seconds,
            like.user,
            like.mac_at,
            mac,
            salt,
            like.payload_at,
        )

    def _learned(self, data: bytes, head: Header) -> Header:
        """Remember the form of a header of a long message, as nearly all are."""
        if data[1] == 0x82 and data[head.payload_at + 1] == 0x82:
            self._size, self._like = head.payload_at + 4, head
            mask, form, at = bytearray(b"\xff") * self._size, [], 0
            for start, end in _spans(data):
                mask[start:end] = bytes(end - start)
                form.append(f"{start - at}x{end - start}s")
                at = end
            self._cut, self._mask = struct.Struct("".join(form)), int.from_bytes(mask)
            self._rest = int.from_bytes(data[: self._size]) & self._mask
        return head


def _spans(data: bytes) -> list[tuple[int, int]]:
    """Return where in a long message's header stands what is not the same in the next: lengths, id, time, code."""
    _start, at = element(data, 4)
    first, at = element(data, at)
    security, _end = element(data, at)
    engine, _end = element(data, security)
    _start, at = element(data, engine)
    boots = element(data, at)
    time = element(data, boots[1])
    _start, at = element(data, time[1])
    mac = element(data, at)
    salt = element(data, mac[1])
    return [(2, 4), element(data, first), boots, time, mac, salt, (salt[1] + 2, salt[1] + 4)]


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
    """Return where the PDU begins behind a context's engine and name; written out where their lengths are usual."""
    if data[at : at + 2] == b"\x30\x82" and data[at + 4 : at + 5] == b"\x04" and at + 6 < len(data):
        name = at + 6 + data[at + 5]
        end = at + 4 + (data[at + 2] << 8 | data[at + 3])
        if data[at + 5] < 0x80 and data[name : name + 2] == b"\x04\x00" and name + 2 <= end <= len(data):
            return name + 2
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
