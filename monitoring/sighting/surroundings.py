"""What agents said of what devices have around them, for who judges terminals (`countynet.surroundings`).

Read from the database alone, as the poller left it. Only what is no older than three rounds says what is there now;
each row knows since when its address is at its port.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from countynet import clock
from countynet.db import reading
from countynet.settings import Settings
from countynet.surroundings import Around, Row, Table
from monitoring.sighting.store import CURRENT, AroundRow, SeenRow, evidence
from topology.discovery.evidence import CHASSIS_MAC, Device


def read(settings: Settings, engine: Engine, names: Sequence[str]) -> Around:
    """Return what agents of these devices said within the last rounds."""
    now, wanted = clock.now(), set(names)
    with reading(engine) as session:
        devices = {name: one for name, one in evidence(session, now).devices.items() if name in wanted}
        rows = (*_seen(session, wanted, now), *_heard(session, devices, now))
    asked = {(name, table) for name, one in devices.items() if one.asked for table in (Table.FDB, Table.ARP)}
    asked |= {(name, Table.LLDP) for name, one in devices.items() if one.asked and one.lldp}
    own = {port.mac: f"{one.name}:{port.name}" for one in devices.values() for port in one.ports if port.mac}
    return Around(rows, own=own, asked=frozenset(asked))


def _seen(session: Session, names: set[str], now: datetime) -> Iterator[Row]:
    for row in session.scalars(select(SeenRow).where(SeenRow.last >= now - CURRENT)):
        if row.device in names:
            table = Table(row.by)
            line = f"{row.port} {row.mac} {row.address}".strip()
            yield Row(row.device, row.port, table, row.mac, row.address, row.vlan, line=line,
                      first=row.first, last=row.last)  # fmt: skip


def _heard(session: Session, devices: dict[str, Device], now: datetime) -> Iterator[Row]:
    at = {row.device: row.at for row in session.scalars(select(AroundRow))}
    for name, one in devices.items():
        for heard in one.heard:
            mac = heard.chassis if heard.chassis_kind == CHASSIS_MAC else ""
            line = " ".join(word for word in (heard.port, heard.name, heard.chassis, heard.port_id) if word)
            yield Row(name, heard.port, Table.LLDP, mac, next(iter(heard.addresses), ""), name=heard.name,
                      says=heard.port_description, line=line, last=at.get(name))  # fmt: skip
