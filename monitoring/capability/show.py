"""Coverage and status, read in a fixed number of queries, as documents and as text for people."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from countynet import clock
from countynet.canonical import JSON
from countynet.i18n import translate
from countynet.moments import shown
from inventory.model import County
from monitoring.capability.coverage import (
    WATCHED_TITLES,
    DeviceCoverage,
    Item,
    Seen,
    Sum,
    Watched,
    coverage,
    sums,
)
from monitoring.capability.library import library
from monitoring.capability.model import Capability
from monitoring.capability.quantity import CONDITION_TITLES, QUANTITY_TITLES, SUBJECT, Condition, Subject
from monitoring.capability.store import SensorRow, known
from monitoring.probes.equipment import NO_CREDENTIALS, Equipment, equipment
from monitoring.sighting.store import CURRENT, AroundRow, SeenRow
from monitoring.state.store import DeviceRow

BAD = (Condition.FAILED, Condition.DEGRADED)


@dataclass(frozen=True)
class Coverage:
    """What is watched, per device and in sum."""

    devices: tuple[DeviceCoverage, ...]
    sums: tuple[Sum, ...]
    equipment: tuple[Equipment, ...] = ()
    """security equipment that others configure"""

    @property
    def gaps(self) -> int:
        """How many expected things are not watched."""
        return sum(len(device.gaps) for device in self.devices)

    def document(self) -> dict[str, JSON]:
        """Return it as one JSON document."""
        return {
            "gaps": self.gaps,
            "subjects": [_sum(found) for found in self.sums],
            "devices": [_device(found) for found in self.devices],
            "security_equipment": [found.document() for found in self.equipment],
        }


def covered(session: Session, county: County) -> Coverage:
    """Return what is watched of a county, in six queries."""
    rows = {row.device: row for row in session.scalars(select(DeviceRow))}
    capabilities, counts = known(session), _counts(session, rows)
    seen = {
        name: Seen(row.snmp_error, row.polled is not None, capabilities.get(name), counts.get(name, {}))
        for name, row in rows.items()
    }
    found = coverage(county, seen, library())
    return Coverage(found, sums(found), tuple(_kit(kit, capabilities, counts) for kit in equipment(county)))


def _kit(kit: Equipment, told: Mapping[str, Capability], counts: Mapping[str, Mapping[Subject, int]]) -> Equipment:
    known = told.get(kit.id)
    if kit.why or known is None:
        return replace(kit, mute=kit.why or NO_CREDENTIALS)
    return replace(kit, mute=known.error, platform=known.platform, readings=sum(counts.get(kit.id, {}).values()))


def _counts(session: Session, rows: Mapping[str, DeviceRow]) -> dict[str, dict[Subject, int]]:
    found: dict[str, dict[Subject, int]] = {name: {} for name in rows}
    query = select(SensorRow.device, SensorRow.quantity, func.count()).group_by(SensorRow.device, SensorRow.quantity)
    for device, quantity, count in session.execute(query):
        counts = found.setdefault(device, {})
        counts[SUBJECT[quantity]] = counts.get(SUBJECT[quantity], 0) + count
    for device, row in rows.items():
        if row.interfaces:
            found[device][Subject.INTERFACES] = row.interfaces
        if row.cpu is not None:
            found[device].setdefault(Subject.CPU, 1)
    since = clock.now() - CURRENT
    for subject, by in ((Subject.FDB, "fdb"), (Subject.ARP, "arp")):
        seen = select(SeenRow.device, func.count()).where(SeenRow.by == by, SeenRow.last >= since)
        for device, count in session.execute(seen.group_by(SeenRow.device)):
            found.setdefault(device, {})[subject] = count
    for around in session.scalars(select(AroundRow).where(AroundRow.at >= since)):
        if around.lldp and around.heard:
            found.setdefault(around.device, {})[Subject.LLDP] = len(around.heard)
    return found


def _sum(found: Sum) -> dict[str, JSON]:
    gaps: dict[str, JSON] = {reason.value: count for reason, count in found.gaps.items()}
    return {"subject": found.subject.value, "devices": found.watched, "readings": found.readings, "gaps": gaps}


def _device(found: DeviceCoverage) -> dict[str, JSON]:
    return {
        "device": found.device,
        "platform": found.platform,
        "object_id": found.object_id,
        "error": translate(found.error) if found.error else "",
        "subjects": [_item(item) for item in found.items],
    }


def _item(item: Item) -> dict[str, JSON]:
    return {
        "subject": item.subject.value,
        "watched": item.watched.value,
        "readings": item.count,
        "expected": item.expected,
    }


def gap_text(found: Sum) -> str:
    """Return why a subject is not watched where it is expected, for people."""
    return ", ".join(f"{translate(WATCHED_TITLES[reason])}: {count}" for reason, count in found.gaps.items())


def said(item: Item) -> str:
    """Return what is watched of a subject, or why nothing is, for people."""
    return str(item.count) if item.watched is Watched.YES else translate(WATCHED_TITLES[item.watched])


def reading_text(row: SensorRow) -> str:
    """Return a sensor's value with its unit, or its state in words, for people."""
    if row.condition is not None:
        return f"{translate(CONDITION_TITLES[row.condition])} ({row.said})" if row.said else row.condition.value
    if row.unit == "bit/s":
        return f"{row.value / 1_000_000:.2f} Mbit/s"
    return f"{row.value:.1f} {row.unit}" if row.unit == "dBm" else f"{row.value:g} {row.unit}".rstrip()


def sensor_document(row: SensorRow) -> dict[str, JSON]:
    """Return a sensor as a document."""
    return {
        "device": row.device,
        "quantity": row.quantity.value,
        "name": row.name,
        "interface": row.interface,
        "value": row.value,
        "unit": row.unit,
        "condition": row.condition.value if row.condition else "",
        "word": row.said,
        "object": row.object,
        "since": row.since.isoformat(),
        "seen": row.seen.isoformat(),
    }


def sensor_row(row: SensorRow) -> list[str]:
    """Return a sensor as a row of a table for people."""
    return [row.device, translate(QUANTITY_TITLES[row.quantity]), row.name, reading_text(row), shown(row.seen)]


def bad(session: Session) -> list[SensorRow]:
    """Return every sensor that says failed or degraded."""
    query = select(SensorRow).where(SensorRow.condition.in_(BAD)).order_by(SensorRow.device, SensorRow.name)
    return list(session.scalars(query))
