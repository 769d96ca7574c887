"""What is watched of each device, what is not, and why. Pure.

A subject is watched when readings of it came. Else there is a reason: the device is silent, was never probed, refuses
the table, has no such table, or has it without a value in it. Whether a subject is missed at all, the inventory says:
every device should tell interfaces, processor and memory; one with a cable to another its neighbours, one with a fiber
its optics, one on a telephone line the line; and so on. What nobody expects and is not there is no gap.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from countynet.i18n import _
from countynet.vocabulary import Access, DeviceRole
from inventory.model import County, Device
from monitoring.capability.library import Library
from monitoring.capability.model import Capability
from monitoring.capability.quantity import SUBJECT, Subject

_SWITCHES = (DeviceRole.CORE, DeviceRole.AGGREGATION, DeviceRole.BUILDING, DeviceRole.DATACENTER)
_ROUTERS = (DeviceRole.CORE, DeviceRole.FIREWALL, DeviceRole.VPN_HUB, DeviceRole.CPE)
_SYSTEM = "1.3.6.1.2.1.1."


class Watched(StrEnum):
    """Whether a subject of a device is watched, and if not, why."""

    YES = "yes"
    SILENT = "silent"
    """the device does not answer"""
    UNPROBED = "unprobed"
    """it answers and was not probed to the end yet"""
    REFUSED = "refused"
    """the agent may not say it"""
    ABSENT = "absent"
    """the device has no table of it that we know"""
    EMPTY = "empty"
    """the table is there and says nothing"""


WATCHED_TITLES = {
    Watched.YES: _("watched"),
    Watched.SILENT: _("the device is silent"),
    Watched.UNPROBED: _("not asked yet"),
    Watched.REFUSED: _("the agent refuses it"),
    Watched.ABSENT: _("no such table"),
    Watched.EMPTY: _("the table is empty"),
}


@dataclass(frozen=True)
class Seen:
    """What is known of one device: from its last poll, its probe, its readings."""

    error: str = ""
    """why its last poll failed, a message id"""
    polled: bool = False
    """whether it ever answered"""
    capability: Capability | None = None
    counts: Mapping[Subject, int] = field(default_factory=dict)
    """how many readings of each subject there are"""


@dataclass(frozen=True)
class Item:
    """One subject of one device."""

    subject: Subject
    watched: Watched
    count: int
    expected: bool
    """whether the inventory lets one expect it"""

    @property
    def gap(self) -> bool:
        """Whether it is expected and not watched."""
        return self.expected and self.watched is not Watched.YES


@dataclass(frozen=True)
class DeviceCoverage:
    """All subjects of one device."""

    device: str
    platform: str
    """empty: not known yet, or no platform table knows it"""
    object_id: str
    items: tuple[Item, ...]
    error: str = ""
    """why it is silent or could not be probed, a message id"""

    @property
    def silent(self) -> bool:
        """Whether nothing is watched because the device does not answer."""
        return all(item.watched is Watched.SILENT for item in self.items)

    @property
    def gaps(self) -> tuple[Item, ...]:
        """What is expected and not watched."""
        return tuple(item for item in self.items if item.gap)


@dataclass(frozen=True)
class Sum:
    """One subject over all devices."""

    subject: Subject
    watched: int
    readings: int
    gaps: Mapping[Watched, int]
    """by reason: on how many devices it is expected and not watched"""


@dataclass(frozen=True)
class Cabled:
    """Which devices have a fiber, and which a cable to another device; worked out once for all."""

    fiber: frozenset[str]
    joined: frozenset[str]


def cabled(county: County) -> Cabled:
    """Return what hangs on which cables."""
    fiber = {end.node for cable in county.cables if cable.kind == "fiber" for end in (cable.a, cable.b)}
    known = county.device_by_name
    both = [(c.a.node, c.b.node) for c in county.cables if c.a.node in known and c.b.node in known]
    return Cabled(frozenset(fiber), frozenset(node for pair in both for node in pair))


def expected(county: County, device: Device, cables: Cabled) -> frozenset[Subject]:
    """Return what a device should tell about, by its place in the inventory."""
    found = {Subject.INTERFACES, Subject.CPU, Subject.MEMORY}
    if device.name in cables.joined:
        found.add(Subject.LLDP)
    if device.name in cables.fiber:
        found.add(Subject.OPTICS)
    if device.role in _SWITCHES:
        found.add(Subject.FDB)
    if device.role in _ROUTERS:
        found.add(Subject.ARP)
    circuit = county.circuit_by_unit.get(device.unit) if device.unit else None
    if circuit is not None and circuit.access is Access.ADSL:
        found |= {Subject.DSL, Subject.TUNNELS}
    if device.role is DeviceRole.VPN_HUB:
        found.add(Subject.TUNNELS)
    return frozenset(found)


def coverage(county: County, seen: Mapping[str, Seen], library: Library) -> tuple[DeviceCoverage, ...]:
    """Return the coverage of every device of the county."""
    cables = cabled(county)
    return tuple(
        _device(device, expected(county, device, cables), seen.get(device.name, Seen()), library)
        for device in county.devices
    )


def _device(device: Device, wanted: frozenset[Subject], seen: Seen, library: Library) -> DeviceCoverage:
    known = seen.capability
    items = (
        Item(subject, _watched(seen, subject, library), seen.counts.get(subject, 0), subject in wanted)
        for subject in Subject
    )
    return DeviceCoverage(
        device.name,
        known.platform if known else "",
        known.object_id if known else "",
        tuple(items),
        seen.error or (known.error if known else ""),
    )


def _watched(seen: Seen, subject: Subject, library: Library) -> Watched:
    if seen.error or not seen.polled:
        return Watched.SILENT
    if seen.counts.get(subject):
        return Watched.YES
    known = seen.capability
    if known is None or known.at is None:
        return Watched.UNPROBED
    if known.has(subject, library):
        return Watched.EMPTY
    if _refuses(known, subject, library):
        return Watched.REFUSED
    return Watched.ABSENT


def _refuses(known: Capability, subject: Subject, library: Library) -> bool:
    """Whether an agent may not say something: it reported an error, or its view holds nothing but its own name."""
    columns = {source.column for source in library.of(known.platform) if SUBJECT[source.quantity] is subject}
    if columns & known.refused:
        return True
    return not any(not column.startswith(_SYSTEM) for column in known.present)


def sums(devices: tuple[DeviceCoverage, ...]) -> tuple[Sum, ...]:
    """Return each subject over all devices."""
    found = []
    for position, subject in enumerate(Subject):
        items = [device.items[position] for device in devices]
        gaps: dict[Watched, int] = {}
        for item in items:
            if item.gap:
                gaps[item.watched] = gaps.get(item.watched, 0) + 1
        watched = sum(1 for item in items if item.watched is Watched.YES)
        found.append(Sum(subject, watched, sum(item.count for item in items), gaps))
    return tuple(found)
