"""Writes what devices can tell and what they told, each call one transaction.

What a device no longer has is forgotten (a module was pulled out), but for what disappears by failing: a tunnel or a
neighbour whose row is gone is failed, is called `gone`, and is kept for a day.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, delete, insert, select, update
from sqlalchemy.orm import Session

from countynet import clock
from countynet.db import transaction
from monitoring.capability.model import Capability
from monitoring.capability.probe import Sensed
from monitoring.capability.quantity import PASSING, Condition
from monitoring.capability.read import Reading
from monitoring.capability.store import CapabilityRow, SensorRow

GONE = "gone"
KEEP_GONE = timedelta(days=1)


def capabilities(engine: Engine, found: Iterable[Capability]) -> None:
    """Write what devices answer. A probe that failed keeps what was known before and says why."""
    with transaction(engine) as session:
        rows = {row.device: row for row in session.scalars(select(CapabilityRow))}
        for capability in found:
            row = rows.get(capability.device) or _new(session, capability.device)
            row.error = capability.error[:200]
            if not capability.error:
                _fill(row, capability)


def _new(session: Session, device: str) -> CapabilityRow:
    row = CapabilityRow(
        device=device, uptime=0.0, present=[], refused=[], told=[], interfaces=[], entities=[], read_error=""
    )
    session.add(row)
    return row


def _fill(row: CapabilityRow, found: Capability) -> None:
    row.platform, row.object_id, row.description = found.platform, found.object_id[:200], found.description
    row.at, row.uptime = found.at, found.uptime
    row.present, row.refused, row.told = sorted(found.present), sorted(found.refused), list(found.told)
    row.interfaces = [[index, name] for index, name in found.names.interfaces.items()]
    row.entities = [[index, e.name, e.interface] for index, e in found.names.entities.items()]


def forget(engine: Engine, devices: Iterable[str]) -> None:
    """Forget everything about what is no longer a device of the county; `devices` are those that are."""
    there = list(devices)
    with transaction(engine) as session:
        session.execute(delete(CapabilityRow).where(CapabilityRow.device.not_in(there)))
        session.execute(delete(SensorRow).where(SensorRow.device.not_in(there)))


def sensed(engine: Engine, found: Mapping[str, Sensed]) -> None:
    """Write what devices said of their sensors."""
    now = clock.now()
    with transaction(engine) as session:
        read = [device for device, said in found.items() if not said.error]
        for device, said in found.items():
            values: dict[str, Any] = {"read_error": said.error[:200]} | ({} if said.error else {"read": now})
            session.execute(update(CapabilityRow).where(CapabilityRow.device == device).values(**values))
        before = {
            (row.device, row.quantity.value, row.name): row
            for row in session.execute(select(*_COLUMNS).where(SensorRow.device.in_(read)))
            if row.quantity in found[row.device].asked
        }
        readings = [reading for device in read for reading in found[device].readings]
        _write(session, readings, before, now)


_COLUMNS = (SensorRow.device, SensorRow.quantity, SensorRow.name, SensorRow.condition, SensorRow.since, SensorRow.said)


def _write(
    session: Session, readings: Iterable[Reading], before: Mapping[tuple[str, str, str], Any], now: datetime
) -> None:
    said = {(r.device, r.quantity.value, r.name): r for r in readings}
    rows = {identity: _row(reading, before.get(identity), now) for identity, reading in said.items()}
    for statement, of in ((insert, rows.keys() - before.keys()), (update, rows.keys() & before.keys())):
        if of:
            session.execute(statement(SensorRow), [rows[identity] for identity in of])
    for identity, row in before.items():
        if identity not in said:
            _gone(session, identity, row, now)


def _gone(session: Session, identity: tuple[str, str, str], row: Any, now: datetime) -> None:
    if row.quantity not in PASSING or (row.said == GONE and now - row.since > KEEP_GONE):
        session.execute(delete(SensorRow).where(*_is(identity)))
    elif row.said != GONE:
        values = {"condition": Condition.FAILED, "said": GONE, "since": now, "seen": now}
        session.execute(update(SensorRow).where(*_is(identity)).values(**values))


def _is(identity: tuple[str, str, str]) -> tuple[Any, ...]:
    device, quantity, name = identity
    return SensorRow.device == device, SensorRow.quantity == quantity, SensorRow.name == name


def _row(reading: Reading, before: Any, now: datetime) -> dict[str, Any]:
    same = before is not None and before.condition is reading.condition
    return {
        "device": reading.device,
        "quantity": reading.quantity,
        "name": reading.name,
        "interface": reading.interface,
        "value": reading.value,
        "condition": reading.condition,
        "said": reading.word,
        "object": reading.object,
        "since": before.since if same else now,
        "seen": now,
    }
