"""What `benchmarks.rootcause` has played so far, in a file, so that one run may be done in slices.

A line a failure that was played, right or wrong; what was played again has several. The table of the document is made
of the last line of each, once every failure is there, and says how many had to be played again.
"""

import fcntl
import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from countynet import clock


class Played(NamedTuple):
    """One failure as it was played."""

    name: str
    row: str
    """its row of the table"""
    text: str
    """what the alarm said at the end"""
    right: bool
    at: str
    """when, ISO 8601"""
    load: float
    """of the machine at the end of it"""


def note(file: Path, name: str, row: str, text: str, right: bool) -> None:
    """Put down one that was played; two processes may write."""
    played = Played(name, row, text, right, clock.now().isoformat(timespec="seconds"), os.getloadavg()[0])
    with file.open("a") as open_:
        fcntl.flock(open_, fcntl.LOCK_EX)
        open_.write(json.dumps(played._asdict(), ensure_ascii=False) + "\n")


def read(file: Path) -> list[Played]:
    """Return all that was played, in order; none when there is no file yet."""
    lines = file.read_text().splitlines() if file.exists() else []
    return [Played(**json.loads(line)) for line in lines]


def right(played: Iterable[Played]) -> set[str]:
    """Return the names of what need not be played again: it was right the last time."""
    return {name for name, last in {p.name: p for p in played}.items() if last.right}


def told(played: Sequence[Played]) -> str:
    """Return a sentence on the whole run: when, how busy the machine was, and what had to be played again."""
    again = len(played) - len({p.name for p in played})
    loads = [p.load for p in played]
    return (
        f"One run, from {min(p.at for p in played)} to {max(p.at for p in played)}, at a load of {min(loads):.1f} to "
        f"{max(loads):.1f}; {again} of them were played more than once."
    )
