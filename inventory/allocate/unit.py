"""What adding or removing a unit means: everything it gets from the address plan, as edits. Pure.

Adding is idempotent: a unit that is there by that name and kind of line already gets no edits. Removing frees all that
the unit had into quarantine, so that nobody else gets an address whose traces are still in logs and filters.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from ipaddress import IPv4Network

from countynet.errors import BadInput, Problem
from countynet.i18n import _
from countynet.vocabulary import Access, DeviceRole, UnitKind
from inventory import names
from inventory.allocate import free, wishes
from inventory.allocate.gear import Gear, usual_cpe
from inventory.model import Circuit, County, Person, Pools, Unit
from inventory.record.edit import Drop, Edit, Plain, Put, Set


@dataclass(frozen=True)
class NewUnit:
    """What a person says of a unit that joins; the rest is allocated."""

    name: str
    name_en: str
    kind: UnitKind
    building: str
    leader: Person
    officer: Person | None = None
    parent: str | None = None
    may_browse: bool = False
    access: Access | None = None
    """None: as the building's other lines"""
    contract: str = ""
    """the line's number in its contract; empty: as its neighbours', with the unit's number"""
    rent: int | None = None
    macs: tuple[str, ...] = ()
    """of its terminals; one terminal when empty"""
    number: int | None = None
    """its number, LAN and switch port, where somebody has seen what is free; refused when it is free no more"""
    lan: str = ""
    port: str = ""
    """as switch:port"""


@dataclass(frozen=True)
class Allocation:
    """What it will mean: the ids and values given, and the edits that make it so."""

    unit: str
    values: dict[str, str] = field(default_factory=dict)
    edits: tuple[Edit, ...] = ()

    @property
    def nothing(self) -> bool:
        """Whether everything is there already."""
        return not self.edits


@dataclass(frozen=True)
class _Given:
    """What the plan gives a unit."""

    number: int
    access: Access
    lan: IPv4Network
    link: IPv4Network
    vlan: int | None
    management: str
    staging: str
    port: tuple[str, str] | None

    @property
    def digits(self) -> str:
        return f"{self.number:03d}"


def add_unit(county: County, wanted: NewUnit, today: date) -> Allocation:
    """Return what a new unit gets. Raises BadInput: unknown building or parent, no free port, exhausted pools."""
    same = next((unit for unit in county.units if unit.name == wanted.name), None)
    if same is not None:
        return Allocation(same.id, _values_of(county, same))
    _check(county, wanted)
    given = _give(county, wanted, today)
    return Allocation(f"u{given.digits}", _told(free.pools(county), given), tuple(_edits(county, wanted, given, today)))


def _check(county: County, wanted: NewUnit) -> None:
    problems = []
    if wanted.building not in county.building_by_id:
        problems.append(Problem(_("there is no such building"), where="building", found=wanted.building))
    elif wanted.access and wanted.access.has_vlan is not county.building_by_id[wanted.building].access.has_vlan:
        problems.append(Problem(_("this building has no such line"), where="access", found=wanted.access.value))
    if wanted.parent and wanted.parent not in county.unit_by_id:
        problems.append(Problem(_("there is no such unit"), where="parent", found=wanted.parent))
    if problems:
        raise BadInput(problems)


def _give(county: County, wanted: NewUnit, today: date) -> _Given:
    pools, held = free.pools(county), free.quarantine(county, today)
    access = wanted.access or county.building_by_id[wanted.building].access
    kind = "fiber_links" if access.has_vlan else "adsl_links"
    n, lan, port = wishes.granted(county, held, wanted, access)
    return _Given(
        number=n,
        access=access,
        lan=lan,
        link=free.network(county, getattr(pools, kind), held, n, f"plan.pools.{kind}"),
        vlan=free.vlan(county, held, pools.vlans[0] + n - 1) if access.has_vlan else None,
        management=str(free.address(county, pools.management, held, n, "plan.pools.management")),
        staging=str(free.address(county, pools.staging, held, n, "plan.pools.staging")),
        port=port,
    )


def _told(pools: Pools, given: _Given) -> dict[str, str]:
    """Return what a person wants to see before saving."""
    told = {
        "unit": f"u{given.digits}",
        "cpe": f"cpe-{given.digits}",
        "line": f"line-{given.digits}",
        "access": given.access.value,
        "lan": str(given.lan),
        "link": str(given.link),
        "management": given.management,
        "staging": given.staging,
    }
    if given.vlan is not None and given.port is not None:
        told |= {"vlan": str(given.vlan), "port": ":".join(given.port)}
    return told | _told6(pools, given.number)


def _told6(pools: Pools, number: int) -> dict[str, str]:
    six = {
        "lan6": free.lan6(pools, number),
        "link6": free.link6(pools, number),
        "management6": free.management6(pools, number),
    }
    return {name: str(value) for name, value in six.items() if value is not None}


def _values_of(county: County, unit: Unit) -> dict[str, str]:
    line, cpe = county.circuit_by_unit[unit.id], county.cpe_by_unit[unit.id]
    return {
        "unit": unit.id,
        "cpe": cpe.name,
        "line": line.id,
        "access": line.access.value,
        "lan": str(unit.lan),
        "link": str(line.link),
        "management": str(cpe.management),
        "staging": str(cpe.staging),
        **({"vlan": str(line.vlan)} if line.vlan is not None else {}),
    }


def _edits(county: County, wanted: NewUnit, given: _Given, today: date) -> Iterator[Edit]:
    gear = usual_cpe(county, given.access.has_vlan, max(2, len(wanted.macs)))
    cpe = f"cpe-{given.digits}"
    yield Put("units", _unit(county, wanted, given, today))
    yield Put("devices", _cpe(county, wanted, given, gear))
    yield Put("circuits", _circuit(county, wanted, given))
    for place, port in enumerate(gear.lans[: len(wanted.macs) or 1]):
        terminal = _terminal_name(given, place)
        yield _cable(terminal, f"{cpe}:{port}", f"{terminal}:{names.HOST}")
    if given.port is not None:
        yield _cable(cpe, ":".join(given.port), f"{cpe}:{gear.uplink}")
    spent = [freed.id for freed in county.quarantine if freed.until <= today]
    yield from (Drop("quarantine", freed) for freed in spent)


def _terminal_name(given: _Given, place: int) -> str:
    return f"pc-{given.digits}" + (f"-{place + 1}" if place else "")


def _cable(node: str, a: str, b: str) -> Put:
    return Put("cables", {"id": f"cable-{node}", "a": a, "b": b, "kind": "copper"})


def _person(person: Person | None) -> Plain:
    if person is None:
        return None
    return {"name": person.name, "title": person.title or None, "telephone": person.telephone}


def _unit(county: County, wanted: NewUnit, given: _Given, today: date) -> dict[str, Plain]:
    pools = free.pools(county)
    lan6 = free.lan6(pools, given.number)
    terminals: list[Plain] = []
    for place, mac in enumerate(wanted.macs or ("",)):
        address6 = str(lan6.network_address + 16 + place) if lan6 else None
        terminals.append(
            {
                "name": _terminal_name(given, place),
                "address": str(given.lan.network_address + 10 + place),
                "address6": address6,
                "mac": mac or None,
            }
        )
    return {
        "id": f"u{given.digits}",
        "number": given.number,
        "name": wanted.name,
        "name_en": wanted.name_en,
        "kind": wanted.kind.value,
        "parent": wanted.parent,
        "building": wanted.building,
        "leader": _person(wanted.leader),
        "officer": _person(wanted.officer),
        "lan": str(given.lan),
        "lan6": str(lan6) if lan6 else None,
        "terminals": terminals,
        "may_browse": True if wanted.may_browse else None,
        "milestones": [{"phase": "survey", "done": today.isoformat()}],
    }


def _cpe(county: County, wanted: NewUnit, given: _Given, gear: Gear) -> dict[str, Plain]:
    """Return the CPE, of the model that most CPEs on such a line have; its serial number is not known yet."""
    like = gear.like
    return {
        "name": f"cpe-{given.digits}",
        "role": "cpe",
        "platform": like.platform,
        "make": like.make,
        "model": like.model,
        "serial": f"UNKNOWN-{given.digits}",
        "building": wanted.building,
        "unit": f"u{given.digits}",
        "management": given.management,
        "management6": free.management6(free.pools(county), given.number),
        "staging": given.staging,
        "ports": [gear.uplink, *gear.lans],
        "uplink": like.uplink and gear.uplink,
        "type": like.type,
        "life": {"state": "planned"},
    }


def _circuit(county: County, wanted: NewUnit, given: _Given) -> dict[str, Plain]:
    """Return the line, on the terms that most lines of its kind have."""
    like = _usual(county, given.access)
    link6 = free.link6(free.pools(county), given.number)
    contract = wanted.contract or usual_contract(county, given.access, given.number)
    return {
        "id": f"line-{given.digits}",
        "unit": f"u{given.digits}",
        "access": given.access.value,
        "contract": contract,
        "rent": like.rent if wanted.rent is None else wanted.rent,
        "down_kbps": like.down_kbps,
        "up_kbps": like.up_kbps,
        "availability": like.availability,
        "repair_hours": like.repair_hours,
        "vlan": given.vlan,
        "link": str(given.link),
        "link6": str(link6) if link6 else None,
    }


def _usual(county: County, access: Access) -> Circuit:
    """Return a line on the terms that most lines of a kind have."""
    alike = [c for c in county.circuits if c.access is access] or list(county.circuits)
    terms = [(c.rent, c.down_kbps, c.up_kbps, c.availability, c.repair_hours) for c in alike]
    return alike[terms.index(Counter(terms).most_common(1)[0][0])]


def usual_contract(county: County, access: Access, number: int) -> str:
    """Return the number in its contract that a unit's line gets: as lines alike have it, with the unit's number."""
    return f"{_usual(county, access).contract.rstrip('0123456789')}{number:03d}"


def remove_unit(county: County, unit_id: str, today: date) -> Allocation:
    """Return what removing a unit means: what goes, and what is held in quarantine.

    Raises BadInput for an unknown unit, and for one that others still refer to.
    """
    unit = county.unit_by_id.get(unit_id)
    if unit is None:
        raise BadInput([Problem(_("no unit has the id {id}"), {"id": unit_id})])
    if below := [child.id for child in county.units if child.parent == unit_id]:
        raise BadInput(
            [Problem(_("{unit} still has units below it: {all}"), {"unit": unit_id, "all": ", ".join(below)})]
        )
    until = today + timedelta(days=free.pools(county).quarantine_days)
    freed = list(_freed(county, unit, until))
    edits = (*_gone(county, unit), *freed)
    return Allocation(unit_id, {e.key: unit_id for e in freed}, edits)


def _gone(county: County, unit: Unit) -> Iterator[Edit]:
    cpe = county.cpe_by_unit[unit.id]
    nodes = {cpe.name, *(terminal.name for terminal in unit.terminals)}
    yield Drop("units", unit.id)
    yield from (Drop("devices", d.name) for d in county.devices if d.unit == unit.id)
    yield from (Drop("circuits", c.id) for c in county.circuits if c.unit == unit.id)
    yield from (Drop("cables", c.id) for c in county.cables if {c.a.node, c.b.node} & nodes)
    yield from (Drop("backup_lines", line.id) for line in county.backup_lines if line.unit == unit.id)
    yield from (Drop("seals", seal.id) for seal in county.seals if seal.unit == unit.id)
    yield from (Drop("certificates", c.id) for c in county.certificates if c.unit == unit.id)
    yield from (Drop("policy", r.id) for r in county.policy if f"unit:{unit.id}" in (r.source, r.target))
    for batch in county.batches:
        if unit.id in batch.units:
            yield _without(batch.id, [u for u in batch.units if u != unit.id])
    for training in county.trainings:
        if any(a.unit == unit.id for a in training.attendance):
            left: list[Plain] = [{"unit": a.unit, "people": a.people} for a in training.attendance if a.unit != unit.id]
            yield Set("trainings", training.id, "attendance", left)


def _without(batch: str, units: list[str]) -> Edit:
    return Set("batches", batch, "units", list(units))


def _freed(county: County, unit: Unit, until: date) -> Iterator[Put]:
    cpe, line = county.cpe_by_unit[unit.id], county.circuit_by_unit[unit.id]
    switches = {d.name for d in county.devices_in(DeviceRole.BUILDING)}
    cables = [c for c in county.cables if cpe.name in (c.a.node, c.b.node)]
    ends = [end for cable in cables for end in (cable.a, cable.b) if end.node in switches]
    values = [
        ("number", unit.number),
        ("network", unit.lan),
        ("network", line.link),
        ("address", cpe.management),
        ("address", cpe.staging),
        *((("vlan", line.vlan),) if line.vlan is not None else ()),
        *(("port", f"{end.node}:{end.port}") for end in ends),
    ]
    for kind, value in values:
        yield Put(
            "quarantine",
            {
                "id": f"{kind} {value}",
                "kind": kind,
                "value": str(value),
                "was": unit.id,
                "until": until.isoformat(),
            },
        )
