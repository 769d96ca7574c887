"""BER as SNMP uses it (X.690, RFC 3417 section 8): definite lengths, tag numbers below 31.

Promises: decoding never reads past the end of what it was given and raises only `Malformed`, whatever bytes arrive.
It accepts non-minimal lengths and unsigned integers without their leading zero, because real agents send both.
It refuses indefinite lengths and lengths of more than four bytes.
"""

from countynet.errors import CountyError

INTEGER = 0x02
OCTETS = 0x04
NULL = 0x05
OID = 0x06
SEQUENCE = 0x30


class Malformed(CountyError):
    """A datagram is not what the protocol allows; it is dropped and counted, never shown."""


def length(size: int) -> bytes:
    """Return the length octets of a content of `size` bytes (below 64 KiB, the limit of a datagram)."""
    if size < 0x80:
        return bytes((size,))
    if size < 0x100:
        return bytes((0x81, size))
    return bytes((0x82, size >> 8, size & 0xFF))


def encode(tag: int, content: bytes) -> bytes:
    """Return one element."""
    return bytes((tag,)) + length(len(content)) + content


def sequence(*parts: bytes) -> bytes:
    """Return a SEQUENCE of encoded elements."""
    return encode(SEQUENCE, b"".join(parts))


def integer(value: int) -> bytes:
    """Return an INTEGER in its shortest form."""
    size = (value if value >= 0 else ~value).bit_length() // 8 + 1
    return encode(INTEGER, value.to_bytes(size, "big", signed=True))


def oid(text: str) -> bytes:
    """Return the content octets of a dotted object identifier, e.g. "1.3.6.1.2.1"."""
    first, second, *rest = (int(part) for part in text.split("."))
    return b"".join(_base128(number) for number in (first * 40 + second, *rest))


def _base128(number: int) -> bytes:
    octets = [number & 0x7F]
    while number := number >> 7:
        octets.append(number & 0x7F | 0x80)
    return bytes(reversed(octets))


def subidentifiers(content: bytes) -> tuple[int, ...]:
    """Return the numbers of (a part of) an object identifier's content; a cut last number is Malformed."""
    numbers, value, open_ = [], 0, False
    for octet in content:
        value = value << 7 | octet & 0x7F
        open_ = octet >= 0x80
        if not open_:
            numbers.append(value)
            value = 0
    if open_:
        raise Malformed("an object identifier ends within a number")
    return tuple(numbers)


def element(data: bytes, at: int) -> tuple[int, int]:
    """Return (start, end) of the content of the element at `at`."""
    try:
        size = data[at + 1]
        start = at + 2
        if size >= 0x80:
            octets = size & 0x7F
            if not 1 <= octets <= 4:
                raise Malformed("a length has {octets} octets", octets=octets)
            start += octets
            size = int.from_bytes(data[at + 2 : start], "big")
    except IndexError:
        raise Malformed("an element begins after the end") from None
    if at < 0 or start + size > len(data):
        raise Malformed("an element is longer than the datagram")
    return start, start + size


def expect(data: bytes, at: int, tag: int) -> tuple[int, int]:
    """Return (start, end) like `element`; Malformed unless its tag is `tag`."""
    bounds = element(data, at)
    if data[at] != tag:
        raise Malformed("tag {found} where {wanted} belongs", found=data[at], wanted=tag)
    return bounds


def read_integer(data: bytes, at: int) -> tuple[int, int]:
    """Return (value, position after it) of the INTEGER at `at`."""
    start, end = expect(data, at, INTEGER)
    if start == end:
        raise Malformed("an integer has no octets")
    return int.from_bytes(data[start:end], "big", signed=True), end


def read_octets(data: bytes, at: int) -> tuple[bytes, int]:
    """Return (content, position after it) of the OCTET STRING at `at`."""
    start, end = expect(data, at, OCTETS)
    return data[start:end], end
