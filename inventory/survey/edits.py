"""What a survey changes, as edits of the record. Pure: the same county and survey give the same edits.

Only what differs becomes an edit, so a second import of the same files changes nothing. An empty cell says nothing
about what the county knows. New units come by `inventory.allocate`, parents before the units below them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from countynet.errors import BadInput, CountyError, Problem
from countynet.i18n import _
from countynet.vocabulary import Access
from inventory.allocate import NewUnit, add_unit
from inventory.load import SECTIONS
from inventory.model import Building, County, Person, Unit
from inventory.record import Drop, Edit, Plain, Put, Set
from inventory.record.edit import KEYS
from inventory.survey import names
from inventory.survey.entries import Entry
from inventory.survey.problems import Advice, SurveyProblem
from inventory.survey.rows import Answers


def edits(county: County, entries: Sequence[Entry], today: date) -> tuple[Edit, ...]:
    """Return what a survey without problems changes. Raises BadInput where the plan has no room for a new unit."""
    made, problems = trial(county, entries, today)
    if problems:
        raise BadInput([Problem(p.advice.message, p.advice.values, file=p.file, found=p.value) for p in problems])
    return made


def trial(county: County, entries: Sequence[Entry], today: date) -> tuple[tuple[Edit, ...], tuple[SurveyProblem, ...]]:
    """Return what a survey changes, and which new units the address plan has no room for."""
    made, problems = list[Edit](), list[SurveyProblem]()
    ready, circle = _parents_first(entries)
    for entry in circle:
        message = _("the units above this one come back to it")
        problems.append(entry.row.problem("parent", Advice(message, {}, _("the unit above it, or nothing"))))
    for entry in ready:
        try:
            new = _known(county, entry, entry.unit) if entry.unit else _added(county, entry, today)
        except BadInput as refused:
            problems += [_placed(entry, problem) for problem in refused.problems]
            continue
        made += new
        county = after(county, new)
    return tuple(made), tuple(problems)


def _placed(entry: Entry, problem: Problem) -> SurveyProblem:
    """Return what the allocation says of a new unit, where its row says it."""
    column = problem.where if problem.where in entry.row.cells else "name"
    return entry.row.problem(column, Advice(problem.message, problem.values, problem.wanted))


def _parents_first(entries: Sequence[Entry]) -> tuple[list[Entry], list[Entry]]:
    """Return entries so that a new unit comes after its new parent, and those whose parents go in a circle."""
    new = {names.key(entry.name): entry for entry in entries if entry.unit is None}
    placed: dict[str, Entry] = {}
    while len(placed) < len(new):
        waiting = new.keys() - placed.keys()
        ready = {key: new[key] for key in new if key in waiting and names.key(new[key].parent or "") not in waiting}
        if not ready:
            break
        placed |= ready
    known = [entry for entry in entries if entry.unit is not None]
    return [*placed.values(), *known], [entry for key, entry in new.items() if key not in placed]


# --- a unit that the county knows ------------------------------------------------------------------------------------


def _known(county: County, entry: Entry, unit: Unit) -> list[Edit]:
    given = entry.answers
    wanted: dict[str, tuple[Plain, Plain]] = {
        "name_en": (unit.name_en, given.name_en),
        "kind": (unit.kind.value, given.kind.value if given.kind else None),
        "parent": (unit.parent, _parent(county, entry)),
        "may_browse": (unit.may_browse, given.may_browse),
    }
    made: list[Edit] = [
        Set("units", unit.id, path, new) for path, (old, new) in wanted.items() if new is not None and new != old
    ]
    made += _people(unit, given)
    made += _terminals(unit, given)
    made += _place(county, entry, unit)
    line = county.circuit_by_unit.get(unit.id)
    if line is not None and given.contract and given.contract != line.contract:
        made.append(Set("circuits", line.id, "contract", given.contract))
    return made + _papers(county, entry, unit.id, unit.number)


def _parent(county: County, entry: Entry) -> str | None:
    """Return the id of the unit above, which may have come with the same survey."""
    if entry.parent is None or entry.parent in county.unit_by_id:
        return entry.parent
    found = names.units(county).named(entry.parent)
    return found.id if found else None


def _people(unit: Unit, given: Answers) -> Iterator[Edit]:
    yield from _person(unit, "leader", unit.leader, given.leader_name, given.leader_title, given.leader_telephone)
    yield from _person(unit, "officer", unit.officer, given.officer_name, None, given.officer_telephone)


def _person(
    unit: Unit, role: str, before: Person | None, name: str | None, title: str | None, telephone: str | None
) -> Iterator[Edit]:
    if before is None:
        if name and telephone:
            yield Set("units", unit.id, role, {"name": name, "telephone": telephone})
        return
    for part, old, new in (
        ("name", before.name, name),
        ("title", before.title, title),
        ("telephone", before.telephone, telephone),
    ):
        if new is not None and new != old:
            yield Set("units", unit.id, f"{role}.{part}", new)


def _terminals(unit: Unit, given: Answers) -> Iterator[Edit]:
    """Give each new hardware address to the first terminal that has none."""
    known = {terminal.mac for terminal in unit.terminals}
    new = iter([mac for mac in given.macs if mac not in known])
    items = [terminal.model_dump(mode="json", exclude_none=True, exclude_defaults=True) for terminal in unit.terminals]
    before = [dict(item) for item in items]
    for item in items:
        if "mac" not in item and (mac := next(new, None)):
            item["mac"] = mac
    if items != before:
        yield Set("units", unit.id, "terminals", list(items))


def _place(county: County, entry: Entry, unit: Unit) -> Iterator[Edit]:
    """Move a unit and its CPE; a place that is new comes first."""
    if entry.answers.building is None:
        return
    building, made = _building(county, entry)
    yield from made
    if building != unit.building:
        yield Set("units", unit.id, "building", building)
        cpe = county.cpe_by_unit.get(unit.id)
        if cpe is not None:
            yield Set("devices", cpe.name, "building", building)


def _building(county: County, entry: Entry) -> tuple[str, list[Edit]]:
    """Return the id of an entry's place, and the edit that adds it when the county does not know it yet."""
    given = entry.answers
    found = entry.building or names.buildings(county).named(given.building or "")
    if found is not None:
        return found.id, []
    number = 1
    while f"place-{number:03d}" in county.building_by_id:
        number += 1
    line = county.circuit_by_unit.get(entry.unit.id) if entry.unit else None
    access = line.access if line else given.access or Access.ADSL
    item: dict[str, Plain] = {
        "id": f"place-{number:03d}",
        "name": given.building,
        "name_en": given.building,
        "latitude": given.latitude,
        "longitude": given.longitude,
        "access": access.value,
    }
    return str(item["id"]), [Put("buildings", item)]


def _papers(county: County, entry: Entry, unit: str, number: int) -> list[Edit]:
    return [*_seals(county, entry, unit, number), *_certificate(county, entry, unit, number)]


def _seals(county: County, entry: Entry, unit: str, number: int) -> Iterator[Edit]:
    known, taken = {seal.number for seal in county.seals}, {seal.id for seal in county.seals}
    for value in entry.answers.seal:
        if value not in known:
            key = _free(f"seal-{number:03d}", taken)
            yield Put("seals", {"id": key, "unit": unit, "name": entry.name, "number": value})


def _certificate(county: County, entry: Entry, unit: str, number: int) -> Iterator[Edit]:
    given = entry.answers
    if not given.certificate:
        return
    found = next((paper for paper in county.certificates if paper.serial.upper() == given.certificate), None)
    wanted: dict[str, Plain] = {
        "holder": given.certificate_holder,
        "issued_on": given.certificate_issued.isoformat() if given.certificate_issued else None,
        "expires_on": given.certificate_expires.isoformat() if given.certificate_expires else None,
    }
    if found is not None:
        old = found.model_dump(mode="json")
        yield from (
            Set("certificates", found.id, path, value)
            for path, value in wanted.items()
            if value is not None and value != old[path]
        )
        return
    key = _free(f"certificate-{number:03d}", {paper.id for paper in county.certificates})
    item = {"id": key, "unit": unit, "serial": given.certificate, **wanted}
    yield Put("certificates", {**item, "holder": given.certificate_holder or entry.name})


def _free(stem: str, taken: set[str]) -> str:
    """Return an id that nothing has, and take it."""
    key, number = stem, 1
    while key in taken:
        number += 1
        key = f"{stem}-{number}"
    taken.add(key)
    return key


# --- a unit that is new ----------------------------------------------------------------------------------------------


def _added(county: County, entry: Entry, today: date) -> list[Edit]:
    building, made = _building(county, entry)
    county = after(county, made)
    allocation = add_unit(county, _new_unit(county, entry, building), today)
    made += allocation.edits
    number = after(county, allocation.edits).unit_by_id[allocation.unit].number
    return made + _papers(county, entry, allocation.unit, number)


def _new_unit(county: County, entry: Entry, building: str) -> NewUnit:
    given = entry.answers
    if given.kind is None or given.leader_name is None or given.leader_telephone is None:
        raise CountyError(_("{name} was not checked before it was added"), name=entry.name)
    officer = None
    if given.officer_name and given.officer_telephone:
        officer = Person(name=given.officer_name, telephone=given.officer_telephone)
    return NewUnit(
        name=entry.name,
        name_en=given.name_en or entry.name,
        kind=given.kind,
        building=building,
        leader=Person(name=given.leader_name, telephone=given.leader_telephone, title=given.leader_title or ""),
        officer=officer,
        parent=_parent(county, entry),
        may_browse=bool(given.may_browse),
        access=given.access,
        contract=given.contract or "",
        macs=given.macs,
    )


def after(county: County, made: Iterable[Edit]) -> County:
    """Return the county with the items that edits put or drop; changes of single fields do not matter here."""
    sections: dict[str, dict[str, Any]] = {}
    for edit in made:
        if isinstance(edit, Set):
            continue
        items = sections.setdefault(edit.section, _by_key(county, edit.section))
        if isinstance(edit, Drop):
            items.pop(edit.key, None)
        else:
            items[edit.key] = SECTIONS[edit.section].model_validate(_filled(edit.item))
    now = {name: getattr(county, name) for name in County.model_fields}
    return County.model_construct(**now | {name: tuple(items.values()) for name, items in sections.items()})


def _by_key(county: County, section: str) -> dict[str, Any]:
    return {str(getattr(item, KEYS[section])): item for item in getattr(county, section)}


def _filled(item: Mapping[str, Plain]) -> dict[str, Plain]:
    """Return an item as the record writes it: what is None is left out, at any depth."""
    return {key: _deep(value) for key, value in item.items() if value is not None}


def _deep(value: Plain) -> Plain:
    if isinstance(value, dict):
        return _filled(value)
    return [_deep(each) for each in value] if isinstance(value, list) else value


def summary(county: County, made: Sequence[Edit]) -> tuple[list[Building], list[Unit], int]:
    """Return the places and units that edits add, and how many units they change."""
    then = after(county, made)
    places = [building for building in then.buildings if building.id not in county.building_by_id]
    added = [unit for unit in then.units if unit.id not in county.unit_by_id]
    changed = {edit.key for edit in made if isinstance(edit, Set) and edit.section == "units"}
    return places, added, len(changed)
