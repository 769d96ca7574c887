"""What a beacon writes down, one signed JSON document a line, and how a scan reads it.

A journal may come by a shared folder, by mail or on a stick: its lines are believed for their HMAC, not for their way.
A line that does not hold is counted and otherwise as if it were not there. Two files of at most `LARGEST` octets are
kept; the older is overwritten.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from countynet.canonical import JSON, canonical

LARGEST = 4_000_000
SUFFIX = ".beacon"
_SIGNED = "signed"


@dataclass(frozen=True)
class Lines:
    """What journals say."""

    lines: tuple[Mapping[str, JSON], ...] = ()
    refused: int = 0
    """lines whose signature does not hold"""


def add(file: Path, key: bytes, said: Mapping[str, JSON]) -> None:
    """Write a line. Raises OSError."""
    line = canonical({**said, _SIGNED: _signature(key, said)})
    if file.exists() and file.stat().st_size > LARGEST:
        file.replace(file.with_name(file.name + ".1"))
    with file.open("a", encoding="utf-8") as stream:
        stream.write(line + "\n")


def read(folder: Path, key: bytes, since: float) -> Lines:
    """Return the lines of a folder's journals that are no older than a time (seconds of the epoch)."""
    found, refused = list[Mapping[str, JSON]](), 0
    for file in sorted((*folder.glob(f"*{SUFFIX}"), *folder.glob(f"*{SUFFIX}.1"))):
        for line in file.read_text(encoding="utf-8", errors="replace").splitlines():
            said = _read(line, key)
            if said is None:
                refused += 1
            elif isinstance(at := said.get("at"), int | float) and at >= since:
                found.append(said)
    return Lines(tuple(found), refused)


def _read(line: str, key: bytes) -> Mapping[str, JSON] | None:
    try:
        said = json.loads(line)
        signed = said.pop(_SIGNED)
        good = isinstance(signed, str) and hmac.compare_digest(signed, _signature(key, said))
    except (ValueError, TypeError, AttributeError, KeyError):
        return None
    return said if good else None


def _signature(key: bytes, said: Mapping[str, JSON]) -> str:
    return hmac.new(key, b"journal" + canonical(said).encode(), hashlib.sha256).hexdigest()
