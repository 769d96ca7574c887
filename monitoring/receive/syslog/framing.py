"""Messages cut out of a stream (RFC 6587): each with its length in front, or each ended by a line end. Pure.

Which of the two is seen anew at each message, by its first byte: a digit begins a count, anything else a message. What
promises or grows to more than `MOST_FRAME` bytes is refused with `TooLong`; the connection is then worth nothing more.
"""

from collections.abc import Iterator

from countynet.errors import CountyError

MOST_FRAME = 65_536
_DIGITS = 7


class TooLong(CountyError):
    """A message that is longer than anybody may send."""


class Frames:
    """What came of one stream and is no whole message yet."""

    def __init__(self) -> None:
        self._left = b""

    def take(self, data: bytes) -> Iterator[bytes]:
        """Yield the messages that are whole now, without their line ends; empty ones are left out."""
        self._left += data
        while (found := self._next()) is not None:
            if found:
                yield found
        if len(self._left) > MOST_FRAME + _DIGITS:
            raise TooLong("a message of more than {most} bytes", most=MOST_FRAME)

    def rest(self) -> bytes:
        """Return what is left at the end of the stream: a last line without its end."""
        left, self._left = self._left, b""
        return b"" if left[:1].isdigit() else left.rstrip(b"\r\n\0")

    def _next(self) -> bytes | None:
        if self._left[:1].isdigit():
            return self._counted()
        head, end, rest = self._left.partition(b"\n")
        if not end:
            return None
        self._left = rest
        return head.rstrip(b"\r\0")

    def _counted(self) -> bytes | None:
        head, space, _rest = self._left[: _DIGITS + 1].partition(b" ")
        if not space:
            if len(self._left) > _DIGITS:
                raise TooLong("a count that does not end")
            return None
        if not head.isdigit() or int(head) > MOST_FRAME:
            raise TooLong("a message of more than {most} bytes", most=MOST_FRAME)
        start, size = len(head) + 1, int(head)
        if len(self._left) < start + size:
            return None
        found = self._left[start : start + size]
        self._left = self._left[start + size :]
        return found.rstrip(b"\r\n\0")
