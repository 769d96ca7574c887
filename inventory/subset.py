"""A smaller county with everything in it: for quick demos, tests and rehearsals.

Invariants: the subset is a valid county, keeps every device of the center and the buildings, and mixes fiber and ADSL,
units that may browse and units that may not, and all office buildings, before it takes a second of a sort.
"""

from collections.abc import Iterable, Iterator
from itertools import zip_longest

from countynet.errors import BadInput, Problem
from countynet.i18n import _
from inventory.model import County, PolicyRule, Unit
from inventory.selectors import unit_of


def subset(county: County, units: int) -> County:
    """Return the county with only so many of its units. Raises BadInput for fewer than one."""
    if units < 1:
        raise BadInput([Problem(_("a county has at least one unit"), found=str(units))])
    if units >= len(county.units):
        return county
    return only_units(county, (unit.id for unit, _n in zip(_mixed(county), range(units), strict=False)))


def only_units(county: County, units: Iterable[str]) -> County:
    """Return the county with only these units; every device of the center and the buildings stays."""
    chosen = set(units)
    return county if chosen >= {unit.id for unit in county.units} else _only(county, chosen)


def _mixed(county: County) -> Iterator[Unit]:
    """Yield the units, one of each sort (line, right to browse) in turn; the buildings of a sort in turn."""
    sorts: dict[tuple[str, bool], list[tuple[int, Unit]]] = {}
    seen: dict[tuple[str, str, bool], int] = {}
    for unit in county.units:
        access = county.circuit_by_unit[unit.id].access
        place = (access, unit.building, unit.may_browse)
        seen[place] = seen.get(place, 0) + 1
        sorts.setdefault((access, unit.may_browse), []).append((seen[place], unit))
    queues = [[u for _n, u in sorted(sorts[key], key=lambda pair: pair[0])] for key in sorted(sorts)]
    for round_ in zip_longest(*queues):
        yield from (unit for unit in round_ if unit is not None)


def _only(county: County, chosen: set[str]) -> County:
    units = tuple(_orphaned(u, chosen) for u in county.units if u.id in chosen)
    devices = tuple(d for d in county.devices if d.unit is None or d.unit in chosen)
    terminals = {t.name for u in units for t in u.terminals}
    nodes = {d.name for d in devices} | terminals | {h.name for h in county.hosts}
    places = {d.building for d in devices} | {u.building for u in units}
    places |= {rack.building for rack in county.racks} | {kit.building for kit in county.security_equipment}
    less = {
        "buildings": tuple(b for b in county.buildings if b.id in places),
        "units": units,
        "devices": devices,
        "cables": tuple(c for c in county.cables if c.a.node in nodes and c.b.node in nodes),
        "circuits": tuple(c for c in county.circuits if c.unit in chosen),
        "policy": tuple(rule for rule in county.policy if _kept(rule, chosen)),
        **_papers(county, chosen),
        **_rollout(county, chosen),
    }
    # not model_copy, which would keep the whole county's indexes
    return County(**({name: getattr(county, name) for name in County.model_fields} | less))


def _papers(county: County, chosen: set[str]) -> dict[str, object]:
    """Return the sections whose items belong to a unit, and the backup jobs of the applications that are left."""
    applications = tuple(a for a in county.applications if a.owner in chosen)
    gone = {a.id for a in county.applications} - {a.id for a in applications}
    return {
        "backup_lines": tuple(line for line in county.backup_lines if line.unit in chosen),
        "seals": tuple(seal for seal in county.seals if seal.unit in chosen),
        "certificates": tuple(c for c in county.certificates if c.unit in chosen),
        "applications": applications,
        "backup_jobs": tuple(job for job in county.backup_jobs if job.subject not in gone),
    }


def _rollout(county: County, chosen: set[str]) -> dict[str, object]:
    batches = [b.model_copy(update={"units": tuple(u for u in b.units if u in chosen)}) for b in county.batches]
    trainings = [
        t.model_copy(update={"attendance": tuple(a for a in t.attendance if a.unit in chosen)})
        for t in county.trainings
    ]
    return {"batches": tuple(batches), "trainings": tuple(trainings)}


def _orphaned(unit: Unit, chosen: set[str]) -> Unit:
    """Return the unit, without its parent if that is not chosen."""
    return unit if unit.parent in chosen else unit.model_copy(update={"parent": None})


def _kept(rule: PolicyRule, chosen: set[str]) -> bool:
    named = {unit_of(rule.source), unit_of(rule.target)} - {None}
    return named <= chosen
