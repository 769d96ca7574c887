"""From how probes were answered to an application's period. Pure.

A service's availability is the share of questions that were answered as they should be, less those that a work window
covered; an application has that of its worst service, for whoever uses it needs all of them. Response time is that of
good answers: the mean, and the bound within which 95% stayed. Hours in which nobody asked count for nobody, and are
shown. Nothing asked is None, never 0 and never 100.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from inventory.model import Application
from monitoring.probes.hours import BOUNDS, Count, Summed


@dataclass(frozen=True)
class Service:
    """One probe of an application."""

    probe: str
    host: str
    asked: int
    answered: int
    planned: int
    hours: int
    """in which it was asked"""
    mean: float | None
    """milliseconds"""
    p95: int | None
    """milliseconds: 95% of the good answers took no longer than this bound"""
    alarms: int = 0

    @property
    def availability(self) -> float | None:
        """Percent of the questions that were answered; None when none counted."""
        return 100 * self.answered / self.asked if self.asked else None


@dataclass(frozen=True)
class Served:
    """An application."""

    id: str
    name: str
    name_en: str
    owner: str
    """the unit it belongs to"""
    services: tuple[Service, ...]
    hours: int
    """of the period, until now where it lasts"""

    @property
    def worst(self) -> Service | None:
        """The service that was answered least; None when nothing was asked."""
        counted = [service for service in self.services if service.availability is not None]
        return min(counted, key=lambda s: (s.availability or 0.0, s.probe), default=None)

    @property
    def availability(self) -> float | None:
        """Percent; None when nothing was asked."""
        return None if self.worst is None else self.worst.availability

    @property
    def alarms(self) -> int:
        """How many alarms there were about its services."""
        return sum(service.alarms for service in self.services)


@dataclass(frozen=True)
class Applications:
    """All of them, and the faults whose trouble was an application's."""

    all: tuple[Served, ...]
    faults: tuple[int, ...] = ()


def served(app: Application, probes: Sequence[Summed], alarms: "dict[str, int]", hours: int) -> Served:
    """Return an application's period. `alarms`: by probe."""
    mine = [one for one in probes if belongs(app, one.probe, one.count.host)]
    services = tuple(_service(one, alarms.get(one.probe, 0)) for one in mine)
    return Served(app.id, app.name, app.name_en, app.owner, services, hours)


def belongs(app: Application, probe: str, host: str) -> bool:
    """Whether a probe asks a service of an application: by the names that probes are derived with."""
    if host not in app.hosts:
        return False
    names = {f"{host}-{service}" for service in app.services}
    return not names or probe in names or any(probe.startswith(f"{name}-") for name in names)


def _service(one: Summed, alarms: int) -> Service:
    count = one.count
    mean = round(count.milliseconds / count.answered, 1) if count.answered else None
    return Service(
        one.probe, count.host, count.asked, count.answered, count.planned, one.hours, mean, p95(count), alarms
    )


def p95(count: Count) -> int | None:
    """Return the smallest bound within which 95% of the good answers stayed; None without any."""
    reached, wanted = 0, 0.95 * count.answered
    for bound, within in zip(BOUNDS, count.within, strict=True):
        reached += within
        if count.answered and reached >= wanted:
            return bound
    return None


def names(apps: Iterable[Application]) -> set[str]:
    """Return the hosts that applications run on."""
    return {host for app in apps for host in app.hosts}
