"""The contexts of the pages of coverage, of one device's sensors, and of cabling."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from countynet.i18n import translate
from inventory.model import Device
from monitoring.capability.coverage import WATCHED_TITLES, DeviceCoverage, Item, Watched
from monitoring.capability.library import library
from monitoring.capability.quantity import QUANTITY_TITLES, SUBJECT_TITLES, Condition
from monitoring.capability.show import Coverage, reading_text
from monitoring.capability.store import SensorRow
from monitoring.probes.equipment import agent_text
from monitoring.sighting import discover
from monitoring.sighting.discover import Discovery
from topology.discovery.compare import STATE_TITLES, CableFinding, CableState


def mark(item: Item) -> str:
    """Return the shape of one subject: watched, missed, or not expected."""
    if item.watched is Watched.YES:
        return "pass"
    return "fail" if item.expected else "unknown"


def condition_mark(row: SensorRow) -> str:
    """Return the shape of a sensor's state; empty for a number."""
    shapes = {Condition.OK: "pass", Condition.FAILED: "fail", Condition.DEGRADED: "fail"}
    return shapes.get(row.condition, "unknown") if row.condition else ""


def cable_mark(finding: CableFinding) -> str:
    """Return the shape of a cable's state."""
    shapes = {CableState.CONFIRMED: "pass", CableState.UNKNOWN: "unknown"}
    return shapes.get(finding.state, "fail")


class Words:
    """What the templates need besides values."""

    mark = staticmethod(mark)
    condition_mark = staticmethod(condition_mark)
    cable_mark = staticmethod(cable_mark)
    reading = staticmethod(reading_text)
    agent = staticmethod(agent_text)
    seen = staticmethod(discover.seen)
    stranger = staticmethod(discover.kind)

    @staticmethod
    def subject(item: Item) -> str:
        """Return what a subject is called."""
        return translate(SUBJECT_TITLES[item.subject])

    @staticmethod
    def why(item: Item) -> str:
        """Return why a subject is not watched."""
        return translate(WATCHED_TITLES[item.watched])

    @staticmethod
    def quantity(row: SensorRow) -> str:
        """Return what a sensor measures."""
        return translate(QUANTITY_TITLES[row.quantity])

    @staticmethod
    def state(finding: CableFinding) -> str:
        """Return a cable's state."""
        return translate(STATE_TITLES[finding.state])

    @staticmethod
    def platform(found: DeviceCoverage) -> str:
        """Return what a device's platform is called, its number when no table knows it."""
        return library().title(found.platform) if found.platform else found.object_id


@dataclass(frozen=True)
class CoveragePage:
    """What is watched, in sum and where something is missed."""

    template: ClassVar[str] = "coverage/coverage.html"
    found: Coverage
    words: ClassVar[type[Words]] = Words

    @property
    def sums(self) -> list[tuple[str, int, int, str]]:
        """Each subject: name, devices, readings, why not elsewhere."""
        return [
            (
                translate(SUBJECT_TITLES[s.subject]),
                s.watched,
                s.readings,
                ", ".join(f"{translate(WATCHED_TITLES[why])}: {count}" for why, count in s.gaps.items()),
            )
            for s in self.found.sums
        ]


@dataclass(frozen=True)
class DevicePage:
    """One device: what is watched of it, and its sensors."""

    template: ClassVar[str] = "coverage/device.html"
    device: Device
    found: DeviceCoverage
    sensors: Sequence[SensorRow]
    words: ClassVar[type[Words]] = Words


@dataclass(frozen=True)
class CablingPage:
    """What is cabled otherwise, and who is unknown."""

    template: ClassVar[str] = "coverage/cabling.html"
    found: Discovery
    words: ClassVar[type[Words]] = Words

    @property
    def counts(self) -> list[tuple[str, int]]:
        """How many cables are in each state."""
        return [(translate(STATE_TITLES[state]), self.found.comparison.count(state)) for state in CableState]

    @property
    def differing(self) -> list[CableFinding]:
        """The cables that are not as intended, then those that nobody can tell about."""
        quiet = (CableState.CONFIRMED, CableState.UNKNOWN)
        return [finding for finding in self.found.comparison.cables if finding.state not in quiet]
