"""Checks what others signed or keep of the log: checkpoints by their keys, time stamps, and the hours between them."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from cryptography.x509 import Certificate
from rfc3161_client import decode_timestamp_response
from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.log import stamps
from audit.log.checkpoint import EVERY
from audit.log.finding import Judgement, moment
from countynet.errors import Conflict
from countynet.eventlog import notes
from countynet.eventlog.tables import LogCheckpoint, LogStamp
from countynet.i18n import _, translate_error


def own(found: Judgement, rows: Sequence[LogCheckpoint]) -> Iterator[notes.Note]:
    """Yield the table's checkpoints."""
    for row in rows:
        note = next(iter(notes.found(row.note)), None)
        if note is None or note.checkpoint.size != row.size:
            found.damage("checkpoint", _("the checkpoint of {size} events was altered"), size=row.size)
        else:
            yield note


def kept(found: Judgement, place: Path) -> tuple[notes.Note, ...]:
    """Return every checkpoint that a file or a folder holds; tiles are looked at by the pass."""
    try:
        files = sorted(p for p in place.rglob("*") if p.is_file() and "tile" not in p.relative_to(place).parts[:1])
        texts = [file.read_bytes().decode(errors="replace") for file in (files if place.is_dir() else [place])]
    except OSError as error:
        found.damage("unreadable", _("{file} cannot be read: {error}"), file=str(place), error=error.strerror or "")
        return ()
    unique = {note.text: note for text in texts for note in notes.found(text)}
    if not unique:
        found.damage("unreadable", _("{file} holds no checkpoint of a log"), file=str(place))
    return tuple(unique.values())


def signatures(found: Judgement, all_: Sequence[notes.Note], keys: Sequence[notes.Key]) -> None:
    """Find checkpoints that none of the keys signed."""
    for note in all_:
        if not note.by(keys):
            size = note.checkpoint.size
            found.damage("signature", _("the checkpoint of {size} events is signed by none of the keys"), size=size)


def pauses(found: Judgement, rows: Sequence[LogCheckpoint]) -> None:
    """Find hours without a checkpoint."""
    for before, row in pairwise(rows):
        if row.at - before.at > 2 * EVERY:
            found.doubt(
                "pause",
                _("no checkpoint between {from} and {to}"),
                **{"from": moment(before.at), "to": moment(row.at)},
            )


def gone(found: Judgement, rows: Sequence[LogCheckpoint], said: set[int]) -> None:
    """Find checkpoints that events say were signed and that the table no longer has."""
    for size in sorted(said - {row.size for row in rows}):
        found.damage("checkpoint", _("the checkpoint of {size} events is gone"), size=size)


def stamps_of(
    found: Judgement, session: Session, rows: dict[int, LogCheckpoint], roots: tuple[Certificate, ...]
) -> None:
    """Find time stamps that do not hold."""
    for stamp in session.scalars(select(LogStamp).where(LogStamp.at.is_not(None)).order_by(LogStamp.size)):
        row = rows.get(stamp.size)
        try:
            if row is None:
                raise Conflict(_("its checkpoint is gone"))
            stamps.judged(decode_timestamp_response(stamps.response_of(stamp)), row.note.encode(), None, roots)
        except (Conflict, ValueError) as error:
            said = translate_error(error) if isinstance(error, Conflict) else str(error)
            found.damage(
                "stamp", _("the time stamp of {size} events does not hold: {error}"), size=stamp.size, error=said
            )
        else:
            found.stamps += 1
            found.traced += bool(roots)
