"""From what Janus records to files that a browser plays, and how long they are kept.

Janus writes one .mjr per stream. `janus-pp-rec` (Debian's janus-tools) makes WebM or Opus of each; PyAV puts the
picture and the voice of one feed into one WebM without encoding anything anew. The .mjr are removed only when all of
a recording's files are made; what fails is said on its page and keeps its .mjr.
"""

import heapq
import json
import re
import shutil
import struct
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import av  # type: ignore[import-not-found,unused-ignore]  # from the host's lock

NAME = re.compile(r"^videoroom-\d+-user-(?P<feed>\d+)-\d+-(?P<kind>audio|video)-\d+\.mjr$")
MINUTES = 60
"""a conversion that takes longer is given up"""


class RecordingError(Exception):
    """A recording cannot be made into files; the text says why, in the tool's words."""


@dataclass(frozen=True)
class Stream:
    """One .mjr file."""

    path: Path
    feed: int
    kind: str
    begun_us: int
    """when its first frame was written, microseconds since 1970; 0: nothing was"""


@dataclass(frozen=True)
class Made:
    """One file that a browser plays: what one feed sent."""

    path: Path
    feed: int
    begun_us: int
    seconds: float


def streams(folder: Path) -> list[Stream]:
    """Return what Janus wrote into a folder; empty streams (a venue that never spoke) are left out."""
    found = [stream for path in sorted(folder.glob("*.mjr")) if (stream := read_header(path)) is not None]
    return [stream for stream in found if stream.begun_us]


def read_header(path: Path) -> Stream | None:
    """Return what a file's name and header say (MJR00002: magic, length, JSON); None for another file."""
    name = NAME.match(path.name)
    with path.open("rb") as file:
        magic, length = file.read(8), file.read(2)
        if name is None or magic != b"MJR00002" or len(length) < 2:
            return None
        try:
            header = json.loads(file.read(struct.unpack(">H", length)[0]))
        except ValueError:
            return None
    return Stream(path, int(name["feed"]), name["kind"], int(header.get("u", 0)))


def convert(folder: Path) -> list[Made]:
    """Make the files of a recording that has ended and remove Janus' own. Raises RecordingError."""
    by_feed: dict[int, list[Stream]] = {}
    for stream in streams(folder):
        by_feed.setdefault(stream.feed, []).append(stream)
    made = [_feed(folder, feed, parts) for feed, parts in by_feed.items()]
    for path in (*folder.glob("*.mjr"), *folder.glob("part-*")):
        path.unlink()
    return made


def _feed(folder: Path, feed: int, parts: Iterable[Stream]) -> Made:
    parts = sorted(parts, key=lambda part: part.begun_us)
    begun = parts[0].begun_us
    target = folder / f"{feed}.webm"
    with_offset = [(_part(part), part.begun_us - begun) for part in parts]
    seconds = mux(with_offset, target)
    return Made(target, feed, begun, seconds)


def _part(stream: Stream) -> Path:
    """Make one stream's own file with Janus' tool."""
    target = stream.path.with_name(f"part-{stream.path.stem}.{'webm' if stream.kind == 'video' else 'opus'}")
    command = ["nice", "-n", "10", "janus-pp-rec", str(stream.path), str(target)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=MINUTES * 60, check=False)
    if done.returncode or not target.exists():
        raise RecordingError(f"janus-pp-rec {stream.path.name}: {(done.stderr or done.stdout).strip()[-300:]}")
    return target


def mux(parts: Iterable[tuple[Path, int]], target: Path) -> float:
    """Put streams into one WebM, each so many microseconds after the start; return its length in seconds."""
    import av

    seconds = 0.0
    with av.open(str(target), "w", format="webm") as out, ExitStack() as opened:
        streams_ = []
        for path, offset_us in parts:  # every stream of `out` has to be there before the first packet is written
            source = opened.enter_context(av.open(str(path)))
            into = out.add_stream_from_template(source.streams[0])
            streams_.append(_packets(source, into, Fraction(offset_us, 1_000_000)))
        for at, packet in heapq.merge(*streams_, key=lambda one: one[0]):
            out.mux(packet)
            seconds = float(at)
    return seconds


def _packets(
    source: "av.container.InputContainer", target: "av.stream.Stream", offset: Fraction
) -> "Iterator[tuple[Fraction, av.Packet]]":
    """Yield a stream's packets with their seconds, one after the other: a meeting of hours does not fit into memory."""
    base = Fraction(1, 1000)
    for packet in source.demux(source.streams[0]):
        if packet.dts is None or packet.time_base is None:
            continue
        at = packet.dts * packet.time_base + offset
        packet.stream = target
        packet.pts = packet.dts = int(at / base)
        packet.time_base = base
        yield at, packet


def size(folder: Path) -> int:
    """Return the bytes of a recording's files."""
    return sum(path.stat().st_size for path in folder.glob("*") if path.is_file())


def over(begun: datetime, days: int, now: datetime) -> bool:
    """Tell whether a recording has been kept long enough."""
    return now - begun > timedelta(days=days)


def remove(folder: Path) -> None:
    """Remove a recording's files."""
    shutil.rmtree(folder, ignore_errors=True)
