"""Finding log messages again: by device, time, words and severity; newest last. Reads files, writes none.

A line is looked at as bytes first (device and words), so that a day of a million messages is passed over in seconds and
only what may fit is decoded. `MOST` matches are kept, the newest.
"""

import json
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from monitoring.receive.syslog.keep import files, opened

MOST = 10_000
SEVERITIES = ("emergency", "alert", "critical", "error", "warning", "notice", "info", "debug")
"""RFC 5424 section 6.2.1, by their number"""


@dataclass(frozen=True)
class Wanted:
    """What is looked for; what is empty or None is not asked about."""

    since: datetime
    until: datetime
    device: str = ""
    """a device's name, or a sender's address"""
    text: str = ""
    severity: int | None = None
    """this one and worse"""


def find(folder: Path, wanted: Wanted, limit: int) -> list[dict[str, Any]]:
    """Return the newest matches, oldest of them first, as they were kept."""
    found: deque[dict[str, Any]] = deque(maxlen=min(limit, MOST))
    for path in files(folder, wanted.since.date(), wanted.until.date()):
        try:
            found.extend(_matches(path, wanted))
        except (OSError, EOFError):  # packed or forgotten while we read; what was read stands
            continue
    return list(found)


def _matches(path: Path, wanted: Wanted) -> Iterator[dict[str, Any]]:
    device = json.dumps(wanted.device, ensure_ascii=False).encode() if wanted.device else b""
    words = json.dumps(wanted.text, ensure_ascii=False)[1:-1].lower().encode()
    first, last = (at.isoformat(timespec="milliseconds") for at in (wanted.since, wanted.until))
    with opened(path) as file:
        for raw in file:
            if (device and device not in raw) or (words and words not in raw.lower() and not _wide(words)):
                continue
            line = _read(raw)
            if line is not None and first <= line["arrived"] <= last and _fits(line, wanted):
                yield line


def _wide(words: bytes) -> bool:
    """Tell whether words may look different in another case though their bytes do not say so."""
    return any(octet > 0x7F for octet in words)


def _read(raw: bytes) -> dict[str, Any] | None:
    try:
        line = json.loads(raw)
    except ValueError:  # the last line of a process that was killed
        return None
    return line if isinstance(line, dict) and "arrived" in line else None


def _fits(line: dict[str, Any], wanted: Wanted) -> bool:
    if wanted.device and wanted.device not in (line["device"], line["address"]):
        return False
    if wanted.severity is not None and (line["severity"] is None or line["severity"] > wanted.severity):
        return False
    return wanted.text.lower() in line["whole"].lower()
