"""A terminal line as network devices have it: echo of what is typed, pages of output, a speed, an end.

Knows no vendor: how a page break looks and how it is wiped out is told. Raises `Closed` wherever the other side is gone
or the device drops it.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

END = b"\r\n"
_LONGEST_LINE = 4096
CTRL_C, CTRL_Z, BACKSPACES = "\x03", "\x1a", "\x08\x7f"


class Closed(Exception):
    """The session is over."""


class Wire(Protocol):
    """What carries bytes to and from the other side."""

    async def read(self) -> bytes:
        """Return what came, at least one byte; b"" at the end."""
        ...

    async def write(self, data: bytes) -> None:
        """Send bytes. Raises OSError when the other side is gone."""
        ...


@dataclass
class Paging:
    """How output stops: after `length` lines (0: never) with `mark`, which `wipe` takes away again."""

    length: int = 24
    mark: str = "  ---- More ----"
    wipe: str = "\x1b[42D" + " " * 42 + "\x1b[42D"


class Terminal:
    """The device's side of a session."""

    def __init__(self, wire: Wire, rate: Callable[[], int] = lambda: 0) -> None:
        self._wire = wire
        self._rate = rate
        self._keys: asyncio.Queue[str] = asyncio.Queue()
        self._last = ""
        self._turn = asyncio.Lock()
        """what is sent at once is not torn by what another sends"""
        self.paging = Paging()
        self.wakes: Callable[[], Awaitable[None]] | None = None

    async def feed(self) -> None:
        """Take what comes until the end; runs beside the session as a task of its own."""
        while data := await self._wire.read():
            for key in data.decode("utf-8", "replace"):
                self._keys.put_nowait(key)
        self._keys.put_nowait("")

    async def key(self) -> str:
        """Return the next key. Raises Closed."""
        key = await self._keys.get()
        if not key:
            self._keys.put_nowait("")
            raise Closed
        return key

    async def line(self, prompt: str, *, echo: bool = True) -> str:
        """Show a prompt and return what is typed up to the end of the line; Ctrl+Z and Ctrl+C come as themselves."""
        await self.put(prompt)
        typed: list[str] = []
        while True:
            key = await self.key()
            if key == "\n" and self._last == "\r":
                self._last = key
                continue
            self._last = key
            if key in "\r\n":
                await self.put("\r\n")
                return "".join(typed)
            if key in (CTRL_Z, CTRL_C):
                await self.put("\r\n")
                return key
            if key in BACKSPACES:
                if typed:
                    typed.pop()
                    await self.put("\x08 \x08" if echo else "")
            elif (key.isprintable() or key == "\t") and len(typed) < _LONGEST_LINE:
                typed.append(" " if key == "\t" else key)
                await self.put(key if echo else "")

    async def put(self, text: str) -> None:
        """Send text as it is, at the line's speed. Raises Closed."""
        if not text:
            return
        try:
            async with self._turn:
                async for piece in self._paced(text.encode()):
                    await self._wire.write(piece)
        except OSError as error:
            raise Closed from error

    async def _paced(self, data: bytes) -> AsyncIterator[bytes]:
        rate = self._rate()
        if rate <= 0:
            yield data
            return
        step = max(1, rate // 10)
        for start in range(0, len(data), step):
            yield data[start : start + step]
            await asyncio.sleep(min(step, len(data) - start) / rate)

    async def say(self, text: str) -> None:
        """Send lines, each ended as terminals want it."""
        await self.put("".join(f"{line}\r\n" for line in text.split("\n")))

    async def page(self, lines: list[str]) -> None:
        """Send lines page by page: a space shows the next page, return the next line, anything else ends it."""
        length = self.paging.length
        if length <= 0 or len(lines) < length:
            await self.put("".join(f"{line}\r\n" for line in lines))
            return
        shown, room = 0, length - 1
        while True:
            await self.put("".join(f"{line}\r\n" for line in lines[shown : shown + room]))
            shown += room
            if shown >= len(lines):
                return
            await self.put(self.paging.mark)
            key = await self.key()
            await self.put(self.paging.wipe)
            if key not in " \r\n":
                return
            room = length - 1 if key == " " else 1
