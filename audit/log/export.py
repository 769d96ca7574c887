"""Writes log and evidence into a folder that an auditor takes away, with the program that checks it.

The layout is docs/log.md's: `verify.py`, `log/` (checkpoints, keys, events, tiles, stamps) and `evidence/`. First a
checkpoint is signed, and the folder holds the log up to it, so nothing in it is under no signature. The folder must be
new or empty: what an auditor has taken away is never written over.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from audit import evidence
from audit.log import checkpoint, keys, stamps
from audit.log.tags import LogTag
from countynet.canonical import JSON
from countynet.db import reading, transaction
from countynet.errors import BadInput, Conflict, Problem
from countynet.eventlog import archive
from countynet.eventlog.tables import LogArchive, LogCheckpoint, LogStamp
from countynet.eventlog.tiles import Tiles, put
from countynet.events import record
from countynet.i18n import _
from countynet.settings import Settings

PROGRAM = Path(__file__).resolve().parent.parent / "verify.py"
README = """How to check this folder (needs Python 3.10 or later, nothing else):
    python3 verify.py --key KEY --tsa-ca FILE --checkpoints FOLDER
KEY is the public key that you noted yourself, FILE the root certificate of the time-stamp authority, FOLDER the
checkpoints that were kept elsewhere (a second machine's folder, or saved mails). Each may be left out; then the
program says what it could not check. Take verify.py from elsewhere if you do not trust the one in this folder.

本目录的核验方法（需要 Python 3.10 或更高版本，无须其他软件）：
    python3 verify.py --key 公钥 --tsa-ca 文件 --checkpoints 目录
公钥为您自行留存的公钥，文件为时间戳机构的根证书，目录为保存在别处的检查点（另一台机器上的目录或留存的邮件）。
各项均可省略，程序会说明哪些内容未能核验。若不信任本目录中的 verify.py，请使用另行取得的程序。
"""


@dataclass(frozen=True)
class Taken:
    """What was written."""

    events: int
    files: int
    checkpoints: int
    stamps: int
    evidence: int
    root: str

    @property
    def document(self) -> dict[str, JSON]:
        """The figures for programs."""
        return dict(vars(self))


def export(
    settings: Settings, engine: Engine, folder: Path, now: datetime, actor: str, with_evidence: bool = True
) -> Taken:
    """Write a folder and return what is in it. Raises BadInput, Conflict (a damaged archive), OSError."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BadInput([Problem(_("the folder must be new or empty"), found=str(folder))])
    note = checkpoint.make(settings, engine, now, actor)
    if note is None:
        raise Conflict(_("the log is empty"))
    size = note.checkpoint.size
    with reading(engine) as session:
        files = _events(settings, session, folder / "log", size)
        checkpoints = _checkpoints(session, folder / "log", size)
        stamped = _stamps(settings, session, folder / "log")
    kept = _evidence(settings, folder / "evidence") if with_evidence else 0
    shutil.copyfile(PROGRAM, folder / PROGRAM.name)
    put(folder / "README.txt", README.encode())
    taken = Taken(size, files, checkpoints, stamped, kept, note.checkpoint.root.hex())
    with transaction(engine) as session:
        record(session, LogTag.TAKEN, actor, "log", taken.document)
    return taken


def _events(settings: Settings, session: Session, log: Path, size: int) -> int:
    """Write events and tiles up to a size; return how many files of events there are."""
    tiles, files, index = Tiles(log), 0, 0
    for row in session.scalars(select(LogArchive).order_by(LogArchive.first)):
        file = archive.folder(settings) / row.file
        if archive.fingerprint(file) != row.sha256:
            raise Conflict(_("the archive's file {file} is gone or another"), file=row.file)
        put(log / "events" / row.file, file.read_bytes())
        files, index = files + 1, row.first + row.count

    def told() -> Iterator[archive.Told]:
        for one in archive.whole(settings, session):
            if one.index == size:
                return
            tiles.grow([one.entry])
            if one.index >= index:
                yield one

    rest = told()
    while chunk := list(islice(rest, archive.PER_FILE)):
        name = archive.file_name(chunk[0].index)
        put(log / "events" / name, archive.packed(one.text for one in chunk))
        files += 1
    tiles.close()
    return files


def _checkpoints(session: Session, log: Path, size: int) -> int:
    rows = list(session.scalars(select(LogCheckpoint).where(LogCheckpoint.size <= size).order_by(LogCheckpoint.size)))
    put(log / "checkpoints.txt", "\n".join(row.note for row in rows).encode())
    put(log / "checkpoint", rows[-1].note.encode())
    put(log / "keys.txt", "".join(f"{key.text}\n" for key in keys.public_keys(session)).encode())
    return len(rows)


def _stamps(settings: Settings, session: Session, log: Path) -> int:
    rows = list(session.scalars(select(LogStamp).where(LogStamp.at.is_not(None))))
    for row in rows:
        put(log / "stamps" / f"{row.size:012d}.tsr", stamps.response_of(row))
    if settings.log_tsa_ca is not None and settings.log_tsa_ca.is_file():
        put(log / "tsa.pem", settings.log_tsa_ca.read_bytes())
    return len(rows)


def _evidence(settings: Settings, folder: Path) -> int:
    count = 0
    for file in sorted(evidence.folder(settings).glob("??/*")):
        if len(file.name) == 64:
            put(folder / file.parent.name / file.name, file.read_bytes())
            count += 1
    return count
