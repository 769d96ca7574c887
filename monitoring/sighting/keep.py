"""Writes what devices have around them, and tells strangers: one transaction, the event in it.

A stranger is told once for its address and port: a computer that is plugged in again every morning is one event, at
another port it is one more.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, delete, insert, select, update
from sqlalchemy.orm import Session

from countynet import clock
from countynet.db import transaction
from countynet.events import record
from inventory.model import County
from monitoring.alarms.service import MACHINE
from monitoring.sighting.store import AroundRow, SeenRow, StrangerRow, evidence
from monitoring.tags import SightingTag
from topology.discovery.evidence import Device
from topology.discovery.strangers import Stranger, StrangerKind, strangers

KEEP_SEEN = timedelta(days=180)
"""where an address was seen is kept for six months, as logs are (Cybersecurity Law, art. 23)"""


def around(engine: Engine, county: County, found: Iterable[Device], silent: Mapping[str, str]) -> tuple[Stranger, ...]:
    """Write what devices said, and why others said nothing; return the strangers that are told now, not before."""
    now = clock.now()
    with transaction(engine) as session:
        rows = {row.device: row for row in session.scalars(select(AroundRow))}
        for device in found:
            row = rows.get(device.name) or _new(session, device.name)
            row.at, row.error, row.lldp = now, "", device.lldp
            row.chassis = sorted(device.chassis)
            row.ports = [[p.name, p.mac, p.up, sorted(p.ids)] for p in device.ports]
            row.heard = [asdict(heard) for heard in device.heard]
            _seen(session, device, now)
        for name, error in silent.items():
            (rows.get(name) or _new(session, name)).error = error[:200]
        session.execute(delete(SeenRow).where(SeenRow.last < now - KEEP_SEEN))
        session.execute(delete(AroundRow).where(AroundRow.device.not_in([d.name for d in county.devices])))
        session.flush()
        return _tell(session, county, now)


def _new(session: Session, device: str) -> AroundRow:
    row = AroundRow(device=device, error="", lldp=False, chassis=[], ports=[], heard=[])
    session.add(row)
    return row


def _seen(session: Session, device: Device, now: datetime) -> None:
    before = {
        (row.port, row.mac, row.by, row.address)
        for row in session.execute(
            select(SeenRow.port, SeenRow.mac, SeenRow.by, SeenRow.address).where(SeenRow.device == device.name)
        )
    }
    there: dict[tuple[str, str, str, str], dict[str, Any]] = {
        (s.port, s.mac, s.by, s.address): {**s.__dict__, "device": device.name, "last": now} for s in device.seen
    }
    new = [{**row, "first": now} for identity, row in there.items() if identity not in before]
    old = [row for identity, row in there.items() if identity in before]
    if new:
        session.execute(insert(SeenRow), new)
    if old:
        session.execute(update(SeenRow), old)


def _tell(session: Session, county: County, now: datetime) -> tuple[Stranger, ...]:
    told = {(row.mac, row.device, row.port): row for row in session.scalars(select(StrangerRow))}
    fresh = []
    for stranger in strangers(county, evidence(session, now)):
        if (stranger.mac, stranger.device, stranger.port) not in told:
            session.add(StrangerRow(**stranger.__dict__, first=now))
            session.flush()
            tag = SightingTag.IMPOSTOR if stranger.kind is StrangerKind.IMPOSTOR else SightingTag.STRANGER
            said = {k: str(v) for k, v in stranger.__dict__.items() if k != "device"}
            record(session, tag, MACHINE, f"device:{stranger.device}", said)
            fresh.append(stranger)
    return tuple(fresh)
