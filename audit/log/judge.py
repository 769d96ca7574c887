"""Checks the whole log where it lies: table, archive, checkpoints, copies outside, time stamps. Finds and locates.

One pass from the first event ever to the last. A *damage* is what cannot be by itself: an event altered, removed, put
in, moved or rewritten, an end cut off, a file of the archive that is another, a signature or a stamp that does not
hold. A *doubt* is what people have to explain: a time that goes backwards, hours without a checkpoint. Who rewrote
everything from some event on leaves a chain that holds; then the checkpoints say between which events it began, and a
copy of the tree (`COUNTYNET_LOG_OUTSIDE`) says which event it is.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from time import monotonic

from cryptography.x509 import Certificate
from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.log import signed
from audit.log.finding import Judgement, moment
from audit.log.tags import LogTag
from countynet.errors import Conflict
from countynet.eventlog import archive, notes, tiles
from countynet.eventlog.archive import Told
from countynet.eventlog.chain import Link, end, walk
from countynet.eventlog.merkle import Peaks, leaf
from countynet.eventlog.tables import LogArchive, LogCheckpoint
from countynet.events import GENESIS, Rows, beginning, head
from countynet.i18n import _
from countynet.settings import Settings

LATE = timedelta(minutes=5)
"""so much earlier than the one before an event may say it is: clocks of several machines"""


@dataclass(frozen=True)
class Elsewhere:
    """What was kept elsewhere, and whom to believe."""

    folders: Sequence[Path] = ()
    """copies of the tree, or files with checkpoints, such as saved mails"""
    keys: Sequence[notes.Key] = ()
    """noted elsewhere; empty: those that the log itself names"""
    roots: tuple[Certificate, ...] = ()


def judge(settings: Settings, session: Session, elsewhere: Elsewhere) -> Judgement:
    """Check everything. What cannot be read is among the damage."""
    began, found = monotonic(), Judgement()
    rows = tuple(session.scalars(select(LogCheckpoint).order_by(LogCheckpoint.size)))
    own = tuple(signed.own(found, rows))
    kept = [note for folder in elsewhere.folders for note in signed.kept(found, folder)]
    walked = _Pass(settings, session, found, [*own, *kept], elsewhere)
    walked.run()
    signed.signatures(found, [*own, *kept], elsewhere.keys or tuple(walked.named.values()))
    signed.pauses(found, rows)
    signed.gone(found, rows, walked.signed)
    signed.stamps_of(found, session, {row.size: row for row in rows}, elsewhere.roots)
    found.checkpoints, found.outside, found.seconds = len(rows), len(kept), monotonic() - began
    return found


class _Pass:
    """The one pass over all events."""

    def __init__(
        self,
        settings: Settings,
        session: Session,
        found: Judgement,
        checkpoints: Sequence[notes.Note],
        elsewhere: Elsewhere,
    ) -> None:
        self._settings, self._session, self._found = settings, session, found
        self._pending = sorted((note.checkpoint for note in checkpoints), key=lambda one: one.size)
        self._good: notes.Checkpoint | None = None
        self._peaks, self._leaves = Peaks(), list[bytes]()
        self._last: Link | None = None
        self._copies = {folder: tiles.leaves(folder, _size(folder)) for folder in elsewhere.folders if folder.is_dir()}
        self._archives = {
            row.first + row.count: row for row in session.scalars(select(LogArchive)) if row.removed is None
        }
        self.named: dict[str, notes.Key] = {}
        """the keys that events name"""
        self.signed: set[int] = set()
        """the sizes of checkpoints that events name"""
        self._origin = ""

    def run(self) -> None:
        """Go through all events."""
        _count, before = beginning(self._session)
        known = Rows(self._session, before)
        self._files()
        try:
            for broken in walk(self._links(), GENESIS, known):
                self._found.damage(broken.kind, broken.message, id=broken.event_id)
            for broken in end(self._last, GENESIS, head(self._session), known):
                self._found.damage(broken.kind, broken.message, id=broken.event_id)
        except Conflict as error:
            self._found.damage("archive", error.message, **{k: str(v) for k, v in error.values.items()})
        self._short()
        self._grow()
        self._found.root = self._peaks.root

    def _links(self) -> Iterator[Link]:
        for told in archive.whole(self._settings, self._session):
            self._look(told)
            yield told.link

    def _look(self, told: Told) -> None:
        found = self._found
        if told.index == 0:
            self._origin, found.first = notes.origin(told.link.hash), told.at
        elif found.last is not None and told.at < found.last - LATE:
            seconds = round((found.last - told.at).total_seconds())
            found.doubt(
                "backwards",
                _("event {id} says {seconds} s before the event before it: a clock was set back, or it was back-dated"),
                id=told.link.id, seconds=seconds,
            )  # fmt: skip
        found.last, found.events, self._last = told.at, told.index + 1, told.link
        one = leaf(told.entry)
        self._leaves.append(one)
        self._compare(told, one)
        if b'"tag":"log.' in told.text:
            self._name(told)
        row = self._archives.get(found.events)
        if row is not None and row.head != told.link.hash:
            found.damage("archive", _("the archive's file {file} has other events than the table"), file=row.file)
        while self._pending and self._pending[0].size <= found.events:
            self._root(self._pending.pop(0))

    def _compare(self, told: Told, one: bytes) -> None:
        for folder, copy in list(self._copies.items()):
            seen = next(copy, None)
            if seen is not None and seen == one:
                continue
            del self._copies[folder]
            if seen is not None:
                self._found.damage(
                    "rewritten",
                    _("event {id} is not the one that the copy in {folder} has seen: it or its place was rewritten"),
                    id=told.link.id, folder=str(folder),
                )  # fmt: skip

    def _name(self, told: Told) -> None:
        said = json.loads(told.text)
        data = json.loads(said["data"])
        if said["tag"] == LogTag.KEY:
            key = notes.Key.read(data["key"])
            self.named[key.text] = key
        elif said["tag"] == LogTag.CHECKPOINT:
            self.signed.add(data["size"])

    def _grow(self) -> None:
        self._peaks = self._peaks.grown(self._leaves)
        self._leaves.clear()

    def _root(self, checkpoint: notes.Checkpoint) -> None:
        self._grow()
        if checkpoint.origin != self._origin:
            self._found.damage("origin", _("the checkpoint of {size} events is of another log"), size=checkpoint.size)
        elif checkpoint.root == self._peaks.root:
            self._good = checkpoint
        elif not any(one.kind == "root" for one in self._found.damages):
            self._found.damage(
                "root",
                _("events {after} to {size} are not those that were signed at {time}: one of them was rewritten"),
                after=(self._good.size if self._good else 0) + 1, size=checkpoint.size, time=moment(checkpoint.at),
            )  # fmt: skip

    def _short(self) -> None:
        for checkpoint in self._pending[-1:]:
            self._found.damage(
                "truncated",
                _("at {time} the log had {size} events, now it has {count}: its end is missing"),
                time=moment(checkpoint.at), size=checkpoint.size, count=self._found.events,
            )  # fmt: skip

    def _files(self) -> None:
        for row in self._session.scalars(select(LogArchive).order_by(LogArchive.first)):
            self._found.files += 1
            if row.removed is not None:
                self._found.archived += row.count
            if archive.fingerprint(archive.folder(self._settings) / row.file) != row.sha256:
                self._found.damage("archive", _("the archive's file {file} is gone or another"), file=row.file)


def _size(folder: Path) -> int:
    """Return how many events a copy of the tree has seen; 0 when it is none."""
    try:
        return max((note.checkpoint.size for note in notes.found((folder / "checkpoint").read_text())), default=0)
    except OSError:
        return 0
