"""A poller on a clock of its own: rounds of pings, decided and written as the watch does it."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine

from countynet.db import reading
from countynet.vocabulary import LedgerState
from inventory.month import Month
from monitoring.columns import milliseconds
from monitoring.detect.decide import Picture, Rules, Seen, decide
from monitoring.detect.mute import mute
from monitoring.detect.topology import topology
from monitoring.ledger.begins import Mark, Marks
from monitoring.ledger.read import Ledger, devices_month, units_month
from monitoring.ledger.record import LAPSE
from monitoring.poller import write
from monitoring.poller.plan import Plan
from monitoring.poller.watch import Track
from monitoring.windows.store import covering
from tests.unit.topology.small_county import small_county

BEGIN = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)
MARCH = Month(2026, 3)
SECOND = timedelta(seconds=1)
PLAN = Plan(small_county(), topology(small_county()), "commit")
ALL = frozenset(PLAN.topology.watched)


class County:
    """Time passes in rounds of a second; a poller may die and come back."""

    def __init__(self, engine: Engine, plan: Plan = PLAN) -> None:
        self.engine, self.plan = engine, plan
        self.now = BEGIN
        self.alarms: list[str] = []
        self.starts()

    def starts(self) -> "County":
        """Let a poller begin, remembering what the one before wrote."""
        self.tracks = {name: Track() for name in self.plan.topology.watched}
        self.picture: Picture = write.remembered(self.engine, self.plan)
        self.asked: datetime | None = None
        self.unbroken = self.now
        return self

    def rounds(self, count: int, *silent: str, can_send: bool = True) -> "County":
        """Let rounds pass in which these are silent."""
        for _round in range(count):
            self._round(frozenset(silent) if can_send else ALL, can_send)
            self.now += SECOND
        return self

    def _round(self, silent: Iterable[str], can_send: bool) -> None:
        if self.asked is None or self.now - self.asked > LAPSE + SECOND:
            self.unbroken = self.now
        self.asked = self.now
        for name, track in self.tracks.items():
            track.add(None if name in silent else 1.0, self.now)
        marks = Marks(self.now, self.unbroken, {n: Mark(t.misses, t.hits, t.since) for n, t in self.tracks.items()})
        seen = {name: Seen(track.misses, track.hits) for name, track in self.tracks.items()}
        with reading(self.engine) as session:
            planned = covering(session, self.now)
        made = decide(self.picture, seen, self.plan.topology, Rules(), can_send, planned=planned)
        made = mute(made, planned, self.plan.topology)
        if made.picture != self.picture or self.now.second % 5 == 0:
            write.decision(self.engine, self.plan, made, {}, marks)
        else:
            write.pulse(self.engine, marks)
        self.picture = made.picture
        self.alarms += [f"-{name}" for name in made.closed] + [f"+{name}" for name in made.opened]

    def away(self, seconds: float) -> "County":
        """Let time pass in which nobody asks."""
        self.now += timedelta(seconds=seconds)
        return self

    def device(self, name: str) -> Ledger:
        """Return the month of a device until now."""
        with reading(self.engine) as session:
            return devices_month(session, [name], MARCH, self.now)[name]

    def unit(self, name: str) -> Ledger:
        """Return the month of a unit until now."""
        with reading(self.engine) as session:
            return units_month(session, [name], MARCH, self.now)[name]

    def told(self, ledger: Ledger) -> list[tuple[str, int, int]]:
        """Return state, first and last second (from the begin of the timeline) of everything since the begin."""
        zero = milliseconds(BEGIN)
        found = [(s.state, (s.start - zero) / 1000, (s.end - zero) / 1000) for s in ledger.stretches]
        assert found[0][0] is LedgerState.UNKNOWN
        assert all(a[2] == b[1] for a, b in zip(found, found[1:], strict=False))
        return [(str(state), max(0, int(start)), int(end)) for state, start, end in found if end > 0]
