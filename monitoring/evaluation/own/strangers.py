"""Strangers on units' ports as findings for the ranking: each address and port once, when it first turned up."""

from datetime import datetime

from sqlalchemy import Engine, select

from countynet.db import reading
from countynet.i18n import _
from countynet.settings import Settings
from countynet.unitfindings import FindingKind, Looked, UnitFinding
from monitoring.sighting.store import StrangerRow
from topology.discovery.strangers import StrangerKind

KINDS = {StrangerKind.UNKNOWN: FindingKind.UNKNOWN, StrangerKind.IMPOSTOR: FindingKind.IMPOSTOR}
_TEXTS = {
    StrangerKind.UNKNOWN: _("unknown hardware address {mac}"),
    StrangerKind.IMPOSTOR: _("{mac} answers at the address of {instead_of}"),
}


def found(settings: Settings, engine: Engine, first: datetime, last: datetime) -> Looked:
    """Return the strangers that turned up within a time."""
    chosen = select(StrangerRow).where(StrangerRow.first >= first, StrangerRow.first < last)
    with reading(engine) as session:
        rows = session.scalars(chosen.order_by(StrangerRow.first, StrangerRow.device, StrangerRow.mac)).all()
    findings = tuple(
        UnitFinding(
            row.device, KINDS[row.kind], _TEXTS[row.kind], {"mac": row.mac, "instead_of": row.instead_of}, port=row.port
        )
        for row in rows
    )
    return Looked(frozenset(KINDS.values()), rows[-1].first if rows else None, {}, findings)
