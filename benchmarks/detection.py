"""How soon a pulled cable is known: its device's trap, the poll that the trap hastens, and the alarm.

`tests/own .venv/bin/python -m benchmarks.detection` (root, a quiet machine, six minutes). A small county in the twin,
its devices configured as the inventory says, the real poller at a county's pace (a ping a second, a poll each 15 s) and
the real receiver. Cables are pulled one after the other; every trap is sent by the device itself, nobody injects one.
Exit code 1 when an alarm or a trap never came, or an alarm took 10 s.

A unit's line: its access switch tells at once, the alarm is the pings' (five misses). A cable of two: both devices go
on answering, so the trap alone has it known before the next poll; the alarm comes when both ends told it twice.
"""

import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from benchmarks.rootcause import alarms, until
from benchmarks.rootcause_stage import Stage, standing, watched
from countynet import clock
from countynet.db import reading
from countynet.i18n import set_language
from monitoring.poller.watch import Pace
from monitoring.receive import status
from monitoring.receive.process import run as run_receiver
from monitoring.receive.store import TrapRow

LIMIT, PATIENCE, BETWEEN = 10.0, 90.0, 40.0
"""seconds: until an alarm, until we give up, and from one failure to the next"""
PULLED = (
    ("line-001", "line:line-001"),
    ("line-015", "line:line-015"),
    ("line-016", "line:line-016"),
    ("cable-agg-1-up1", "cable:cable-agg-1-up1"),
    ("cable-core-2-vpn-hub", "cable:cable-core-2-vpn-hub"),
)
"""what is pulled, and the alarm that it opens"""


@dataclass(frozen=True)
class Found:
    """Seconds from the pull on; None: never."""

    what: str
    trap: float | None
    alarm: float | None

    def row(self) -> str:
        """Return it as a row of the table."""
        trap, alarm = (f"{seconds:.1f} s" if seconds is not None else "never" for seconds in (self.trap, self.alarm))
        return f"| {self.what} | {trap} | {alarm} |"


@contextmanager
def receiving(stage: Stage) -> Iterator[None]:
    """Run the receiver beside the poller, once it knows every device's engine."""
    over = threading.Event()
    thread = threading.Thread(target=run_receiver, args=(stage.settings, over.is_set))
    thread.start()
    try:
        until(lambda: (found := status.read(stage.settings)) is not None and found.traps.engines > 0, PATIENCE)
        yield
    finally:
        over.set()
        thread.join(30)


def pull(stage: Stage, what: str, key: str) -> Found:
    """Pull a cable, look, and plug it in again."""
    began = clock.now()
    stage.do(("cut", what))
    cut = clock.now()

    def opened() -> datetime | None:
        return next((alarm.opened for alarm in alarms(stage, began) if alarm.key == key), None)

    until(lambda: opened() is not None, PATIENCE)
    alarm = opened()
    time.sleep(LIMIT)  # the pings may have been sooner than the trap
    trap = _told(stage, cut)
    stage.undo()
    time.sleep(BETWEEN)
    return Found(what, *((at - cut).total_seconds() if at else None for at in (trap, alarm)))


def _told(stage: Stage, since: datetime) -> datetime | None:
    """Return when the first linkDown came since a moment."""
    down = select(TrapRow.first).where(TrapRow.name == "linkDown", TrapRow.first >= since)
    with reading(stage.database) as session:
        return session.scalars(down.order_by(TrapRow.first)).first()


def lines(found: Sequence[Found]) -> list[str]:
    """Return the table."""
    return ["| pulled | trap of the device itself | alarm |", "|---|---|---|", *(one.row() for one in found)]


def main() -> int:
    """Stand the county up, pull, print; return the exit code."""
    set_language("en")
    with (
        tempfile.TemporaryDirectory() as folder,
        standing(Path(folder), print) as stage,
        watched(stage, Pace()),
        receiving(stage),
    ):
        found = [pull(stage, what, key) for what, key in PULLED]
    print(*lines(found), sep="\n")
    late = [one for one in found if one.alarm is None or one.alarm >= LIMIT]
    return 1 if late or any(one.trap is None for one in found) else 0


if __name__ == "__main__":
    sys.exit(main())
