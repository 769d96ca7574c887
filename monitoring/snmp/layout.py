"""What an answer looked like the last time, so that the next one is read in a few calls of C instead of a loop.

From poll to poll an agent answers the same request with the same names in the same places; only the values differ, and
their lengths seldom. A `Layout` keeps every octet that is not a value and where the values stand. An answer that agrees
in all of those octets has the same names, types and lengths, so its values are cut out with one `struct` call. One that
disagrees in a single octet is no match, and `pdu.varbinds` reads it the long way: the two must agree, and a test holds
them together. Measured, 1,000 values cost 0.2 ms this way and 1.3 ms the long way.
"""

import struct
from collections.abc import Sequence

from monitoring.snmp.ber import INTEGER, OCTETS, OID
from monitoring.snmp.pdu import places

_AS_THEY_ARE = frozenset((OCTETS, OID, 0x40))


class Layout:
    """The form of one answer's variables."""

    __slots__ = ("_cut", "_mask", "_rest", "_signed", "_size", "_texts")

    def __init__(self, data: bytes, start: int, stop: int, wanted: Sequence[int]) -> None:
        """Learn from an answer that `varbinds` has read; `wanted` are the variables whose values count, ascending."""
        found = places(data, start, stop)
        mask = bytearray(b"\xff") * (stop - start)
        for place in found:
            mask[place.start - start : place.end - start] = bytes(place.end - place.start)
        self._size = stop - start
        self._mask = int.from_bytes(mask)
        self._rest = int.from_bytes(data[start:stop]) & self._mask
        kept = [found[number] for number in wanted]
        self._cut = struct.Struct(_format(start, [(place.start, place.end) for place in kept]))
        self._texts = tuple(n for n, place in enumerate(kept) if place.tag in _AS_THEY_ARE)
        self._signed = tuple(
            (n, 1 << 8 * (place.end - place.start)) for n, place in enumerate(kept) if place.tag == INTEGER
        )

    def read(self, data: bytes, start: int, stop: int) -> list[int | bytes] | None:
        """Return the wanted values of an answer of the same form, None when it has another form."""
        if stop - start != self._size or int.from_bytes(data[start:stop]) & self._mask != self._rest:
            return None
        raw = self._cut.unpack_from(data, start)
        values: list[int | bytes] = list(map(int.from_bytes, raw))
        for number in self._texts:
            values[number] = raw[number]
        for number, whole in self._signed:
            value = values[number]
            if value << 1 >= whole:  # type: ignore[operator]
                values[number] = value - whole  # type: ignore[operator]
        return values


def _format(start: int, spans: Sequence[tuple[int, int]]) -> str:
    """Return the struct format that cuts these spans out of octets that begin at `start`."""
    parts, at = [], start
    for first, last in spans:
        parts.append(f"{first - at}x{last - first}s")
        at = last
    return "".join(parts)
