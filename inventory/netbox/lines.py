"""Access lines, backup lines and their contracts as NetBox's circuits. Pure.

A circuit's id in NetBox is our line's id; the number that the operator knows it by is the custom field `contract`.
Side A is the center's building, side Z the unit's.
"""

from collections.abc import Iterator

from countynet.vocabulary import DeviceRole
from inventory.model import BackupLine, Circuit, Contract, County
from inventory.netbox.parties import operator
from inventory.netbox.thing import CF, Ref, Thing, Value, name, slug, text
from inventory.netbox.words import CIRCUIT_TYPES


def things(county: County) -> Iterator[Thing]:
    """Yield providers, circuit types, circuits and their two ends."""
    for supplier in sorted({operator(county), *(contract.supplier for contract in county.contracts)}):
        yield Thing("providers", slug(supplier), {"name": name(supplier), "slug": slug(supplier)})
    for type_, (zh, en) in CIRCUIT_TYPES.items():
        yield Thing("circuit_types", type_, {"name": zh, "slug": type_, "description": en})
    center = _center(county)
    for line in county.circuits:
        yield from _line(county, line, str(line.access), ("circuits", line.id, ""), center)
    for spare in county.backup_lines:
        yield from _line(county, spare, f"backup-{spare.access}", ("backup_lines", spare.id, ""), center)


def _center(county: County) -> str:
    """Return the building in which the lines end: that of the first core."""
    cores = county.devices_in(DeviceRole.CORE)
    return cores[0].building if cores else county.buildings[0].id


def _line(
    county: County, line: Circuit | BackupLine, type_: str, origin: tuple[str, str, str], center: str
) -> Iterator[Thing]:
    unit = county.unit_by_id[line.unit]
    contract = _contract(county, line.contract)
    circuit = Thing(
        "circuits",
        line.id,
        {
            "cid": line.id,
            "provider": Ref("providers", slug(contract.supplier if contract else operator(county))),
            "type": Ref("circuit_types", type_),
            "status": "active",
            "tenant": Ref("tenants", unit.id),
            "install_date": line.begins.isoformat() if line.begins else None,
            "termination_date": line.ends.isoformat() if line.ends else None,
            "commit_rate": line.down_kbps,
            "description": text(unit.name),
            f"{CF}countynet_contract": line.contract,
            f"{CF}countynet_rent": line.rent,
            f"{CF}countynet_availability": line.availability,
            f"{CF}countynet_repair": line.repair_hours,
        },
        origin,
    )
    yield circuit
    for side, building in (("A", center), ("Z", unit.building)):
        yield _end(circuit, side, building, line, origin)


def _end(circuit: Thing, side: str, building: str, line: Circuit | BackupLine, origin: tuple[str, str, str]) -> Thing:
    fields: dict[str, Value] = {
        "circuit": circuit.ref,
        "term_side": side,
        "termination_type": "dcim.site",
        "termination_id": Ref("sites", building),
        "port_speed": line.down_kbps,
        "upstream_speed": line.up_kbps,
    }
    return Thing("terminations", f"{circuit.key}:{side}", fields, origin)


def _contract(county: County, number: str) -> Contract | None:
    return next((contract for contract in county.contracts if contract.covers(number)), None)
