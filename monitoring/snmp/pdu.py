"""SNMP protocol data units (RFC 3416): GETBULK out, RESPONSE and REPORT in.

`varbinds` is the hot loop of the whole monitor: one call a datagram, one iteration a value.
"""

from collections.abc import Sequence
from typing import NamedTuple

from monitoring.snmp.ber import (
    INTEGER,
    OCTETS,
    OID,
    SEQUENCE,
    Malformed,
    element,
    encode,
    expect,
    integer,
    length,
    read_integer,
    sequence,
)

GET = 0xA0
RESPONSE = 0xA2
GET_BULK = 0xA5
REPORT = 0xA8

NO_ERROR = 0
TOO_BIG = 1

_OPAQUE = frozenset((OCTETS, OID, 0x40))
"""strings, names, IP addresses"""
_SHORT = 120
_BEGIN = tuple(bytes((SEQUENCE, size + 4, OID, size)) for size in range(_SHORT))
"""what stands before a name of so many octets whose value is asked"""
_EXCEPTIONS = frozenset((0x80, 0x81, 0x82))
"""noSuchObject, noSuchInstance, endOfMibView"""


_USUAL = b"\x02\x01\x00\x02\x01\x00\x30\x82"
"""no error, and variables of 256 octets or more: what nearly every answer has behind its request id"""


class Varbind(NamedTuple):
    """One variable: the content octets of its name and its value; None for an exception or null."""

    name: bytes
    value: int | bytes | None


class Pdu(NamedTuple):
    """A decoded PDU."""

    tag: int
    request_id: int
    error_status: int
    error_index: int
    varbinds: tuple[Varbind, ...]


class Head(NamedTuple):
    """A PDU whose variables have not been read: they stand from `start` to `stop`."""

    tag: int
    request_id: int
    error_status: int
    error_index: int
    start: int
    stop: int


def asked(request_id: int, body: bytes) -> bytes:
    """Return a GETBULK of a `bulk_body`; the request id, of 24 to 31 bits, always takes four octets."""
    return b"\xa5" + length(len(body) + 6) + b"\x02\x04" + request_id.to_bytes(4, "big") + body


def get_bulk(request_id: int, names: Sequence[bytes], non_repeaters: int, max_repetitions: int) -> bytes:
    """Return a GETBULK for the names; the first `non_repeaters` of them are asked once."""
    return encode(GET_BULK, integer(request_id) + bulk_body(tuple(names), non_repeaters, max_repetitions))


def bulk_body(names: Sequence[bytes], non_repeaters: int, max_repetitions: int) -> bytes:
    """Return what follows the request id, which is the same for every device asked the same."""
    nameless = b"".join([_BEGIN[len(n)] + n + b"\x05\x00" if len(n) < _SHORT else _asked_long(n) for n in names])
    return integer(non_repeaters) + integer(max_repetitions) + encode(SEQUENCE, nameless)


def _asked_long(name: bytes) -> bytes:
    return sequence(encode(OID, name), b"\x05\x00")


def empty_get(request_id: int) -> bytes:
    """Return a GET of nothing, which discovery carries (RFC 3414 section 4)."""
    return encode(GET, integer(request_id) + integer(0) + integer(0) + sequence())


def decode(data: bytes, at: int) -> Pdu:
    """Return the PDU at `at`; Malformed when it is none or is cut."""
    tag, request_id, status, index, start, stop = head(data, at)
    return Pdu(tag, request_id, status, index, varbinds(data, start, stop))


def head(data: bytes, at: int) -> Head:
    """Return what stands before the variables of the PDU at `at`; Malformed when it is none or is cut."""
    if data[at : at + 2] == b"\xa2\x82" and data[at + 10 : at + 18] == _USUAL and data[at + 4 : at + 6] == b"\x02\x04":
        end, stop = at + 4 + _two(data, at + 2), at + 20 + _two(data, at + 18)
        if stop <= end <= len(data):
            return Head(RESPONSE, int.from_bytes(data[at + 6 : at + 10], signed=True), 0, 0, at + 20, stop)
    tag = data[at] if at < len(data) else 0
    start, end = element(data, at)
    if tag not in (RESPONSE, REPORT):
        raise Malformed("a PDU with tag {tag} does not come from an agent", tag=tag)
    request_id, at = read_integer(data, start)
    status, at = read_integer(data, at)
    index, at = read_integer(data, at)
    start, stop = expect(data, at, SEQUENCE)
    if stop > end:
        raise Malformed("the variables are longer than their PDU")
    return Head(tag, request_id, status, index, start, stop)


def _two(data: bytes, at: int) -> int:
    return data[at] << 8 | data[at + 1]


def varbinds(data: bytes, at: int, end: int) -> tuple[Varbind, ...]:
    """Return the variables between two positions.

    Written out for speed where all lengths are below 128, which is nearly always; `_variable` does the rest, and is
    what the short way has to agree with.
    """
    found: list[Varbind] = []
    make, varbind, number = tuple.__new__, Varbind, int.from_bytes
    stop = min(end, len(data))
    while at < end:
        try:
            value_at, after = at + 4 + data[at + 3], at + 2 + data[at + 1]
            tag = data[value_at]
            short = data[at + 1] < 0x80 and after <= stop and value_at + 2 + data[value_at + 1] == after
        except IndexError:
            tag, short = 0, False
        if short and data[at] == SEQUENCE and data[at + 2] == OID and data[at + 3] < 0x80 and 0x41 <= tag <= 0x47:
            found.append(make(varbind, (data[at + 4 : value_at], number(data[value_at + 2 : after], "big"))))
        else:
            variable, after = _variable(data, at, end)
            found.append(variable)
        at = after
    return tuple(found)


def _variable(data: bytes, at: int, end: int) -> tuple[Varbind, int]:
    start, after = expect(data, at, SEQUENCE)
    name_start, name_end = expect(data, start, OID)
    value_start, value_end = element(data, name_end)
    if value_end != after or after > end:
        raise Malformed("a variable does not fill its sequence")
    value = _value(data[name_end], data[value_start:value_end])
    return Varbind(data[name_start:name_end], value), after


def _value(tag: int, content: bytes) -> int | bytes | None:
    """Counters, gauges and ticks are unsigned: agents leave out the leading zero, and ff ff ff ff is not -1."""
    if tag in _OPAQUE:
        return content
    if tag == INTEGER:
        return int.from_bytes(content, "big", signed=True)
    if tag in _EXCEPTIONS or tag == 0x05:
        return None
    if 0x41 <= tag <= 0x47:
        return int.from_bytes(content, "big")
    raise Malformed("a value has the unknown type {tag}", tag=tag)


class Place(NamedTuple):
    """Where a variable's value stands, and of which type it is."""

    tag: int
    start: int
    end: int


def places(data: bytes, at: int, end: int) -> list[Place]:
    """Return where each value stands between two positions that `varbinds` has read."""
    found = []
    while at < end:
        start, after = element(data, at)
        _name_start, tag_at = element(data, start)
        found.append(Place(data[tag_at], *element(data, tag_at)))
        at = after
    return found
