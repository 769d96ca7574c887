"""How the writing of samples goes, for whoever watches us: each writer leaves a small file, anybody may read it.

A writer that is gone leaves its last word; `written` tells how old it is.
"""

import json
import os
import time
from collections import deque
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path

from countynet.settings import Settings

FILE = "health.json"
_REMEMBERED = 20
"""writes that the slowest is taken from"""


@dataclass(frozen=True)
class StoreHealth:
    """What a writer of samples says of itself, or all of a county together."""

    kind: str = ""
    """sqlite or influxdb; empty when nothing was ever written"""
    written: float = 0.0
    """when the last cycle was made safe, in seconds since 1970"""
    seconds: float = 0.0
    """how long that took"""
    slowest: float = 0.0
    """the slowest of the last writes, in seconds"""
    spool_cycles: int = 0
    """cycles that wait on disk for the server"""
    spool_bytes: int = 0
    lost_cycles: int = 0
    """cycles that the spool had no room for, since it was made"""
    lost_first: int = 0
    lost_last: int = 0
    """the slots of the first and the last of them"""
    refused: int = 0
    """batches that the server will never take, since the writer started"""
    error: str = ""
    """why the server cannot be reached now"""


NOTHING = StoreHealth()
"""a writer without a spool"""


class Note:
    """Leaves a writer's word in a folder after each write."""

    def __init__(self, folder: Path, kind: str) -> None:
        self._file, self._kind = folder / FILE, kind
        self._last: deque[float] = deque(maxlen=_REMEMBERED)

    def write(self, seconds: float, waiting: StoreHealth = NOTHING) -> None:
        """Note a write and how long it took; `waiting` says what the writer has of a spool."""
        self._last.append(seconds)
        said = replace(waiting, kind=self._kind, written=time.time(), seconds=seconds, slowest=max(self._last))
        new = self._file.with_name(f".{FILE}.{os.getpid()}")
        new.write_text(json.dumps(asdict(said)))
        new.replace(self._file)


def read(files: Iterable[Path]) -> StoreHealth:
    """Return what several writers said, as one: the worst of each."""
    found = [said for said in map(_read, files) if said is not None]
    if not found:
        return StoreHealth()
    newest = max(found, key=lambda said: said.written)
    return StoreHealth(
        kind=newest.kind,
        written=newest.written,
        seconds=max(said.seconds for said in found),
        slowest=max(said.slowest for said in found),
        spool_cycles=sum(said.spool_cycles for said in found),
        spool_bytes=sum(said.spool_bytes for said in found),
        lost_cycles=sum(said.lost_cycles for said in found),
        lost_first=min((said.lost_first for said in found if said.lost_cycles), default=0),
        lost_last=max(said.lost_last for said in found),
        refused=sum(said.refused for said in found),
        error=next((said.error for said in found if said.error), ""),
    )


def _read(file: Path) -> StoreHealth | None:
    try:
        said = json.loads(file.read_text())
        return StoreHealth(**{field.name: said[field.name] for field in fields(StoreHealth)})
    except (OSError, ValueError, KeyError):
        return None


def health(settings: Settings) -> StoreHealth:
    """Return how the county's samples are being kept: spool, latency, losses. Reads small files only."""
    state = settings.state
    if settings.influx_url:
        return read(sorted((state / "spool").glob(f"*/{FILE}")))
    return read([state / "series" / FILE])
