"""Log messages on disk: one file a day (UTC), a line of JSON each; closed days are packed, sealed, and kept.

Promises: a line is written whole and in one piece; what is older than the retention is gone, and nothing younger; a
closed day is packed with gzip and its SHA-256 of the unpacked lines is an event, so that an auditor finds a day that
was altered afterwards. Files are readable by their owner only. The law asks for six months (settings: at least 180).
"""

import gzip
import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

FOLDER = "logs"
"""within the state folder"""
_OPEN, _PACKED = ".jsonl", ".jsonl.gz"


@dataclass(frozen=True)
class Line:
    """A message as it is kept."""

    arrived: datetime
    device: str
    """whose it is; empty for a stranger"""
    address: str
    transport: str
    """udp, tcp or tls"""
    facility: int | None
    severity: int | None
    at: datetime | None
    """when the device says that it happened"""
    host: str
    app: str
    text: str
    whole: str

    def packed(self) -> bytes:
        """Return it as a line."""
        fields = {
            "arrived": self.arrived.isoformat(timespec="milliseconds"),
            "device": self.device,
            "address": self.address,
            "via": self.transport,
            "facility": self.facility,
            "severity": self.severity,
            "at": self.at.isoformat(timespec="milliseconds") if self.at else None,
            "host": self.host,
            "app": self.app,
            "text": self.text,
            "whole": self.whole,
        }
        return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace") + b"\n"


class Days:
    """The files of a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: tuple[date, BinaryIO] | None = None

    def write(self, lines: Iterable[Line]) -> None:
        """Append lines, each to its day's file. Raises OSError."""
        by_day: dict[date, list[bytes]] = {}
        for line in lines:
            by_day.setdefault(line.arrived.astimezone(UTC).date(), []).append(line.packed())
        for day in sorted(by_day):
            file = self._file(day)
            file.write(b"".join(by_day[day]))
            file.flush()

    def close(self) -> None:
        """Let go of the file."""
        if self._open is not None:
            self._open[1].close()
            self._open = None

    def seal(self, today: date) -> Iterator[tuple[date, str, int]]:
        """Pack every day before today that is open; yield day, SHA-256 of its lines, and how many lines."""
        if self._open is not None and self._open[0] < today:
            self.close()
        for path in sorted(self._folder.glob(f"*{_OPEN}")):
            day = _day(path)
            if day is not None and day < today:
                yield day, *_pack(path)

    def forget(self, today: date, days: int) -> list[date]:
        """Remove the days that are too old and return them."""
        gone = [p for p in self._folder.glob("*.jsonl*") if (d := _day(p)) and d < today - timedelta(days=days)]
        for path in gone:
            path.unlink()
        return sorted(day for path in gone if (day := _day(path)))

    def _file(self, day: date) -> BinaryIO:
        if self._open is None or self._open[0] != day:
            self.close()
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            path = self._folder / f"{day.isoformat()}{_OPEN}"
            handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
            self._open = (day, os.fdopen(handle, "ab"))
        return self._open[1]


def files(folder: Path, first: date, last: date) -> list[Path]:
    """Return the files of some days, oldest first."""
    found = [(day, path) for path in folder.glob("*.jsonl*") if (day := _day(path)) and first <= day <= last]
    return [path for _day_, path in sorted(found)]


def opened(path: Path) -> BinaryIO:
    """Open a day's file for reading, packed or not."""
    return gzip.open(path, "rb") if path.name.endswith(_PACKED) else path.open("rb")  # type: ignore[return-value]


def digest(path: Path) -> tuple[str, int]:
    """Return SHA-256 and number of a day's lines."""
    sha, count = hashlib.sha256(), 0
    with opened(path) as file:
        while piece := file.read(1 << 20):
            sha.update(piece)
            count += piece.count(b"\n")
    return sha.hexdigest(), count


def _pack(path: Path) -> tuple[str, int]:
    """Pack a day's file behind what was packed of it already."""
    target = path.with_name(path.name.removesuffix(_OPEN) + _PACKED)
    fresh = target.with_suffix(".new")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "wb") as file, gzip.GzipFile("", "wb", 6, file) as packed:
        for piece in (target, path):
            if piece.exists():
                with opened(piece) as old:
                    shutil.copyfileobj(old, packed, 1 << 20)
    fresh.replace(target)
    path.unlink()
    return digest(target)


def _day(path: Path) -> date | None:
    try:
        return date.fromisoformat(path.name.split(".", 1)[0])
    except ValueError:
        return None
