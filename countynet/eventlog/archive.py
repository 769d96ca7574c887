"""Old events as files: gzip, one event a line, to the byte what its hash was made of. docs/log.md has the format.

A file's name is the index of its first event in twelve digits, so that a gap shows in a listing. The same events make
the same bytes, so writing a file again after a crash changes nothing.
"""

import gzip
import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from countynet.errors import Conflict
from countynet.eventlog.chain import Link
from countynet.eventlog.tables import LogArchive
from countynet.events import digest, entry, texts
from countynet.i18n import _
from countynet.settings import Settings

PER_FILE = 100_000
"""events in a file, at most"""


@dataclass(frozen=True)
class Told:
    """One event of the log, wherever it is kept."""

    index: int
    """from 0 at the log's beginning"""
    link: Link
    """its id is the table's; of an event that is in the archive only, its index and one"""
    algorithm: str
    at: datetime
    text: bytes
    """to the byte what is hashed"""

    @property
    def entry(self) -> bytes:
        """What the Merkle tree has for it."""
        return entry(self.algorithm, self.link.hash)


def folder(settings: Settings) -> Path:
    """Return where the archive is."""
    return settings.state / "log" / "events"


def file_name(first: int) -> str:
    """Return the name of the file that begins with an index."""
    return f"{first:012d}.jsonl.gz"


def packed(lines: Iterable[bytes]) -> bytes:
    """Return events as a file of the archive; the same events make the same bytes."""
    raw = BytesIO()
    with gzip.GzipFile("", "wb", 6, raw, mtime=0) as stream:
        for line in lines:
            stream.write(line + b"\n")
    return raw.getvalue()


def unpacked(file: Path) -> Iterator[bytes]:
    """Yield the events of a file. Raises Conflict when it is gone, cut off or no file of the archive."""
    try:
        with gzip.open(file) as stream:
            for line in stream:
                yield line.rstrip(b"\n")
    except (OSError, EOFError, ValueError, zlib.error) as error:
        raise Conflict(_("the archive's file {file} cannot be read: {error}"), file=file, error=error) from error


def parsed(index: int, text: bytes) -> Told:
    """Return an event of the archive. Raises Conflict when the line is no event."""
    try:
        stated: dict[str, Any] = json.loads(text)
        at = datetime.fromisoformat(stated["at"])
        algorithm, previous = str(stated["algorithm"]), str(stated["previous"])
    except (ValueError, KeyError, TypeError) as error:
        raise Conflict(_("event {number} of the archive is no event"), number=index + 1) from error
    return Told(index, Link(index + 1, previous, digest(algorithm, text), True), algorithm, at, text)


def removed(session: Session) -> tuple[LogArchive, ...]:
    """Return the files whose events are no longer in the table, in order."""
    chosen = select(LogArchive).where(LogArchive.removed.is_not(None)).order_by(LogArchive.first)
    return tuple(session.scalars(chosen))


def whole(
    settings: Settings, session: Session, after: tuple[int, int] = (0, 0), upto: int | None = None
) -> Iterator[Told]:
    """Yield the log in its order: what is only in the archive, then the table. Raises Conflict for a bad file.

    `after` is an index and the id of the event before it: begin there. `upto` is the last id of the table to read.
    """
    first, last_id = after
    index = 0
    for row in removed(session):
        index = row.first + row.count
        if index <= first:
            continue
        for number, text in enumerate(unpacked(folder(settings) / row.file), row.first):
            if number >= first:
                yield parsed(number, text)
    index = max(index, first)
    for number, (link, at, algorithm, text) in enumerate(texts(session, last_id, upto), index):
        yield Told(number, link, algorithm, at, text)


def fingerprint(file: Path) -> str:
    """Return the SHA-256 of a file, empty when there is none."""
    try:
        with file.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""
