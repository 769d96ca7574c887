"""How each probe was answered, hour by hour: what the evaluation of applications is made of (O4).

`probe` keeps the last answer only; this keeps counts for good: how often it was asked, how often it was answered well,
how often a work window covered its host meanwhile, how long good answers took, and how many were within each bound, so
that a percentile of a year is a sum. A row is an hour of a probe: 50 probes make 438,000 a year.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import JSON, Index, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from countynet.db import Base
from monitoring.columns import Instant

BOUNDS = (5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10_000, 60_000)
"""milliseconds; a probe takes at most 60 s"""
Key = tuple[str, datetime]
"""a probe and the begin of an hour"""


class ProbeHour(Base):
    """A probe's hour."""

    __tablename__ = "probe_hour"

    probe: Mapped[str] = mapped_column(String(64), primary_key=True)
    hour: Mapped[datetime] = mapped_column(Instant, primary_key=True)
    host: Mapped[str] = mapped_column(String(64))
    asked: Mapped[int]
    """without what a work window covered"""
    answered: Mapped[int]
    planned: Mapped[int]
    """asked while a work window covered its host: counts for and against nobody"""
    milliseconds: Mapped[float]
    """of all good answers together"""
    within: Mapped[list[int]] = mapped_column(JSON)
    """good answers by the smallest of BOUNDS that they took no longer than"""

    __table_args__ = (Index("probe_hour_hour", "hour"),)


@dataclass
class Count:
    """What an hour of a probe adds up to so far."""

    host: str
    asked: int = 0
    answered: int = 0
    planned: int = 0
    milliseconds: float = 0.0
    within: list[int] = field(default_factory=lambda: [0] * len(BOUNDS))

    def add(self, ok: bool, milliseconds: float | None, planned: bool) -> None:
        """Count one more answer."""
        if planned:
            self.planned += 1
            return
        self.asked += 1
        if ok:
            self.answered += 1
            took = milliseconds or 0.0
            self.milliseconds += took
            self.within[next((n for n, bound in enumerate(BOUNDS) if took <= bound), len(BOUNDS) - 1)] += 1

    def plus(self, other: "Count") -> "Count":
        """Return both together."""
        return Count(
            self.host,
            self.asked + other.asked,
            self.answered + other.answered,
            self.planned + other.planned,
            self.milliseconds + other.milliseconds,
            [a + b for a, b in zip(self.within, other.within, strict=True)],
        )


@dataclass
class Hours:
    """What was counted and not written yet."""

    counts: dict[Key, Count] = field(default_factory=dict)
    covered: frozenset[str] = frozenset()
    """what work windows cover now"""

    def add(self, probe: str, host: str, at: datetime, ok: bool, milliseconds: float | None) -> None:
        """Count one answer."""
        key = probe, at.replace(minute=0, second=0, microsecond=0)
        self.counts.setdefault(key, Count(host)).add(ok, milliseconds, host in self.covered)

    def take(self) -> dict[Key, Count]:
        """Return what was counted and forget it."""
        taken, self.counts = self.counts, {}
        return taken

    def give_back(self, taken: Mapping[Key, Count]) -> None:
        """Have again what could not be written."""
        for key, count in taken.items():
            self.counts[key] = count.plus(self.counts[key]) if key in self.counts else count


def keep(session: Session, counts: Mapping[Key, Count]) -> None:
    """Add counts to what stands."""
    chosen = select(ProbeHour).where(ProbeHour.hour.in_({hour for _probe, hour in counts}))
    rows = {(row.probe, row.hour): row for row in session.scalars(chosen)} if counts else {}
    for (probe, hour), new in counts.items():
        row = rows.get((probe, hour))
        if row is None:
            row = ProbeHour(probe=probe, hour=hour, **Count(new.host).__dict__)
            session.add(row)
        total = _count(row).plus(new)
        row.host, row.asked, row.answered, row.planned = new.host, total.asked, total.answered, total.planned
        row.milliseconds, row.within = total.milliseconds, total.within


def _count(row: ProbeHour) -> Count:
    return Count(row.host, row.asked, row.answered, row.planned, row.milliseconds, row.within)


@dataclass(frozen=True)
class Summed:
    """A probe's hours of a time together."""

    probe: str
    count: Count
    hours: int
    """in which it was asked at all"""


def summed(session: Session, hosts: Collection[str], first: datetime, last: datetime) -> Sequence[Summed]:
    """Return the probes of some hosts from one time to another (excluded), by name."""
    columns = (ProbeHour.host, ProbeHour.asked, ProbeHour.answered, ProbeHour.planned, ProbeHour.milliseconds)
    chosen = select(ProbeHour.probe, *columns, ProbeHour.within).where(
        ProbeHour.hour >= first, ProbeHour.hour < last, ProbeHour.host.in_(hosts)
    )
    found: dict[str, Count] = {}
    hours: dict[str, int] = {}
    for probe, host, asked, answered, planned, took, within in session.execute(
        chosen.order_by(ProbeHour.probe, ProbeHour.hour)
    ):
        count = Count(host, asked, answered, planned, took, within)
        found[probe] = found[probe].plus(count) if probe in found else count
        hours[probe] = hours.get(probe, 0) + 1
    return [Summed(probe, count, hours[probe]) for probe, count in found.items()]
