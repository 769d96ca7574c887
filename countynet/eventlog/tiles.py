"""The log's Merkle tree as files: C2SP tlog-tiles, which any web server can give out and other programs read.

Tiles hold hashes only, so they may be given to anybody. What is written is never written over with something else: a
tile that differs from the one that is there is refused, because that is what a rewritten log looks like from outside.
A copy that grows reads its right edge and appends.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from shutil import rmtree

from countynet.errors import Conflict
from countynet.eventlog.merkle import Peaks, leaf, root
from countynet.i18n import _

WIDTH = 256
"""hashes in a full tile"""
ENTRIES = "entries"
"""in the place of a level: the bundles of what is hashed into the leaves"""


def name(level: int | str, number: int, width: int = WIDTH) -> str:
    """Return a tile's path: `tile/0/x001/234`, with `.p/WIDTH` when it is not full."""
    digits = f"{number:0{-(-max(3, len(str(number))) // 3) * 3}d}"
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    inside = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
    return f"tile/{level}/{inside}" + ("" if width == WIDTH else f".p/{width}")


def write(file: Path, content: bytes) -> None:
    """Write a file, whole or not at all, and see it on the disk. Raises Conflict if it is there with other content."""
    with suppress(FileNotFoundError):
        if file.read_bytes() == content:
            return
        raise Conflict(_("{file} is there already with other content: the log was rewritten, or the copy"), file=file)
    put(file, content)


def put(file: Path, content: bytes) -> None:
    """Write a file in the place of an earlier one, whole or not at all, and see it on the disk."""
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_name(f".{file.name}.{os.getpid()}")
    with fresh.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    fresh.replace(file)


class Tiles:
    """A folder of tiles that grows."""

    def __init__(self, folder: Path, size: int = 0) -> None:
        """Go on behind the first `size` events. Raises Conflict when the right edge is not there."""
        self._folder, self.size = folder, size
        self._levels = [self._edge(level) for level in range(max(1, -(-size.bit_length() // 8)))]
        self._bundle = list(unbundled(self._read(ENTRIES, size % WIDTH))) if size % WIDTH else []

    def _read(self, level: int | str, width: int) -> bytes:
        number = self.size // WIDTH if isinstance(level, str) else (self.size >> 8 * level) // WIDTH
        try:
            return (self._folder / name(level, number, width)).read_bytes()
        except FileNotFoundError as error:
            gone = name(level, number, width)
            raise Conflict(_("{file} is gone from the copy of the log"), file=self._folder / gone) from error

    def _edge(self, level: int) -> list[bytes]:
        width = (self.size >> 8 * level) % WIDTH
        return list(hashes(self._read(level, width))) if width else []

    @property
    def peaks(self) -> Peaks:
        """The tree as it can grow."""
        edges = [Peaks().grown(level).hashes for level in reversed(self._levels)]
        return Peaks(self.size, tuple(one for edge in edges for one in edge))

    def grow(self, entries: Iterable[bytes]) -> None:
        """Append entries and write every tile that becomes full; `close` writes the others. Raises Conflict."""
        for one in entries:
            self._bundle.append(one)
            self._levels[0].append(leaf(one))
            self.size += 1
            if len(self._bundle) == WIDTH:
                self._put(ENTRIES, self.size // WIDTH - 1, bundled(self._bundle))
                self._bundle.clear()
                self._carry()

    def _carry(self) -> None:
        for level, edge in enumerate(self._levels):
            if len(edge) < WIDTH:
                return
            self._put(level, (self.size >> 8 * level) // WIDTH - 1, b"".join(edge))
            if level + 1 == len(self._levels):
                self._levels.append([])
            self._levels[level + 1].append(root(edge))
            edge.clear()

    def _put(self, level: int | str, number: int, content: bytes) -> None:
        file = self._folder / name(level, number)
        write(file, content)
        rmtree(file.with_name(f"{file.name}.p"), ignore_errors=True)  # allowed once the full one is there

    def close(self) -> None:
        """Write the tiles at the right edge, which are not full. Raises Conflict."""
        for level, edge in enumerate(self._levels):
            if edge:
                number = (self.size >> 8 * level) // WIDTH
                write(self._folder / name(level, number, len(edge)), b"".join(edge))
        if self._bundle:
            write(self._folder / name(ENTRIES, self.size // WIDTH, len(self._bundle)), bundled(self._bundle))


def leaves(folder: Path, size: int) -> Iterator[bytes]:
    """Yield the leaf hashes of the first `size` events out of a folder; ends early where a tile is gone."""
    for number in range(-(-size // WIDTH)):
        width = min(WIDTH, size - number * WIDTH)
        tile = _either(folder, number, width)
        if tile is None:
            return
        yield from list(hashes(tile))[:width]


def _either(folder: Path, number: int, width: int) -> bytes | None:
    for wide in dict.fromkeys((WIDTH, width)):
        with suppress(OSError):
            return (folder / name(0, number, wide)).read_bytes()
    return None


def hashes(tile: bytes) -> Iterator[bytes]:
    """Yield the hashes of a tile."""
    return (tile[at : at + 32] for at in range(0, len(tile), 32))


def bundled(entries: Iterable[bytes]) -> bytes:
    """Return entries as a bundle: each behind its length in two bytes, the higher first."""
    return b"".join(len(one).to_bytes(2, "big") + one for one in entries)


def unbundled(bundle: bytes) -> Iterator[bytes]:
    """Yield the entries of a bundle."""
    at = 0
    while at < len(bundle):
        length = int.from_bytes(bundle[at : at + 2], "big")
        yield bundle[at + 2 : at + 2 + length]
        at += 2 + length
