"""What is wrong with a row in the light of the county. Pure.

Each check is a short function that yields problems of one entry. A survey changes what is said of a unit; it does not
change its line, move a fiber unit or add computers: those are asked for and approved elsewhere, so a survey that says
so is a problem here and never a silent change.
"""

from collections.abc import Callable, Iterator
from math import cos, hypot, radians

from countynet.i18n import _
from countynet.vocabulary import UnitKind
from inventory.model import County, Person
from inventory.survey import names, words
from inventory.survey.columns import COLUMNS
from inventory.survey.entries import Entry
from inventory.survey.problems import Advice, SurveyProblem

Check = Callable[[County, Entry], Iterator[SurveyProblem]]
FAR_KM = 1.0
"""how far a unit's own coordinates may lie from its place's before they are asked about"""
_BELOW = (UnitKind.VILLAGE, UnitKind.BRANCH)


def _say(entry: Entry, column: str, message: str, suggestion: str = "", **values: object) -> Iterator[SurveyProblem]:
    if column not in entry.row.broken:
        yield entry.row.problem(column, Advice(message, values, suggestion))


def needed(_county: County, entry: Entry) -> Iterator[SurveyProblem]:
    """A new unit answers what nobody else can."""
    if entry.unit is not None:
        return
    for column in COLUMNS:
        if column.needed and getattr(entry.answers, column.id.replace(".", "_")) is None:
            yield from _say(entry, column.id, _("a new unit has to answer this"), column.hint)
    if entry.answers.kind in _BELOW and entry.parent is None and entry.answers.parent is None:
        yield from _say(entry, "parent", _("a village or branch office needs the unit above it"), _("its name"))


def parent(county: County, entry: Entry) -> Iterator[SurveyProblem]:
    """No unit stands below itself."""
    above, seen = entry.parent, set[str]()
    while above in county.unit_by_id and above not in seen:
        seen.add(above)
        above = county.unit_by_id[above].parent
    if (entry.unit is not None and entry.unit.id in seen) or names.key(entry.parent or "") == names.key(entry.name):
        yield from _say(entry, "parent", _("the unit would stand below itself"), _("the unit above it, or nothing"))


def access(county: County, entry: Entry) -> Iterator[SurveyProblem]:
    """A known unit's line stays what it is; a new unit's is one that its place has."""
    wanted = entry.answers.access
    line = county.circuit_by_unit.get(entry.unit.id) if entry.unit else None
    if wanted is None:
        return
    if line is not None and line.access is not wanted:
        message = _("the unit's line {line} is of another kind; a new line is ordered, not surveyed")
        yield from _say(entry, "access", message, words.ACCESS_NAMES[line.access][0], line=line.id)
    elif entry.unit is None and entry.building and entry.building.access.has_vlan is not wanted.has_vlan:
        right = words.ACCESS_NAMES[entry.building.access][0]
        yield from _say(entry, "access", _("{place} has no such line"), right, place=entry.building.name)


def place(county: County, entry: Entry) -> Iterator[SurveyProblem]:
    """A known unit moves only where its line can go with it."""
    unit, new = entry.unit, entry.building
    if unit is None or entry.answers.building is None or (new is not None and new.id == unit.building):
        return
    line, old = county.circuit_by_unit.get(unit.id), county.building_by_id.get(unit.building)
    goes = line is not None and not line.access.has_vlan and (new is None or not new.access.has_vlan)
    if not goes and not (new is None and _unknown(entry)):
        message = _("the unit sits in {place}; moving a fiber line is ordered, not surveyed")
        where = old.name if old else unit.building
        yield from _say(entry, "building", message, where, place=where)


def _unknown(entry: Entry) -> bool:
    """Whether the place is asked about already."""
    return entry.answers.longitude is None or entry.answers.latitude is None


def coordinates(county: County, entry: Entry) -> Iterator[SurveyProblem]:
    """Longitude and latitude come together, the right way round, and near the place they belong to."""
    east, north, broken = entry.answers.longitude, entry.answers.latitude, entry.row.broken
    for value, other, column, missing in (
        (east, north, "longitude", "latitude"),
        (north, east, "latitude", "longitude"),
    ):
        if value is not None and other is None and missing not in broken:
            yield from _say(entry, column, _("longitude and latitude belong together"), _("both, or neither"))
    if east is None or north is None:
        return
    known = entry.building or next(iter(county.buildings), None)
    if known is None:
        return
    if _km(known.longitude, known.latitude, east, north) > 300 > _km(known.longitude, known.latitude, north, east):
        yield from _say(entry, "longitude", _("longitude and latitude are exchanged"), str(north))
        yield from _say(entry, "latitude", _("longitude and latitude are exchanged"), str(east))
    elif entry.building and (far := _km(known.longitude, known.latitude, east, north)) > FAR_KM:
        message = _("that is {far} km from {place}")
        values = {"far": f"{far:.1f}", "place": known.name}
        yield from _say(entry, "longitude", message, f"{known.longitude}, {known.latitude}", **values)
    elif far_away(county, east, north):
        yield from _say(entry, "longitude", _("that is far outside of the county"), _("degrees, WGS-84"))


def far_away(county: County, east: float, north: float) -> bool:
    """Whether a point is 150 km and more from every place of the county."""
    return all(_km(b.longitude, b.latitude, east, north) > 150 for b in county.buildings)


def _km(east: float, north: float, east2: float, north2: float) -> float:
    return 111.2 * hypot(north - north2, (east - east2) * cos(radians((north + north2) / 2)))


def people(_county: County, entry: Entry) -> Iterator[SurveyProblem]:
    """Somebody new comes with a telephone, and a telephone with a name."""
    unit, given = entry.unit, entry.answers
    pairs = (
        ("leader", unit.leader if unit else None, given.leader_name, given.leader_telephone),
        ("officer", unit.officer if unit else None, given.officer_name, given.officer_telephone),
    )
    for role, before, name, telephone in pairs:
        if unit is None and role == "leader":
            continue
        yield from _person(entry, role, before, name, telephone)


def _person(
    entry: Entry, role: str, before: Person | None, name: str | None, telephone: str | None
) -> Iterator[SurveyProblem]:
    if name and telephone is None and (before is None or before.name != name):
        if f"{role}.telephone" not in entry.row.broken:
            yield from _say(entry, f"{role}.telephone", _("the telephone of {name} is missing"), "", name=name)
    elif telephone and name is None and before is None:
        yield from _say(entry, f"{role}.name", _("whose telephone is it?"), _("the name"))


def terminals(_county: County, entry: Entry) -> Iterator[SurveyProblem]:
    """There are no more addresses than computers, and no more computers than were approved."""
    given, unit = entry.answers, entry.unit
    count = len(set(given.macs))
    if given.terminals is not None and count > given.terminals:
        message = _("{count} MAC addresses for {terminals} terminals")
        yield from _say(entry, "terminals", message, str(count), count=count, terminals=given.terminals)
    if unit is None:
        return
    known = {t.mac for t in unit.terminals if t.mac}
    new = {mac for mac in given.macs if mac not in known}
    free = sum(t.mac is None for t in unit.terminals)
    if len(new) > free:
        message = _("the unit has {terminals} terminals, so {count} of these addresses have no place")
        tip = _("apply for the further terminal, or say which computer was replaced")
        yield from _say(entry, "macs", message, tip, terminals=len(unit.terminals), count=len(new) - free)


def contract(county: County, entry: Entry) -> Iterator[SurveyProblem]:
    """A contract's number is not one slip away from the line's own."""
    line, given = county.circuit_by_unit.get(entry.unit.id) if entry.unit else None, entry.answers.contract
    if line is None or given is None or given == line.contract:
        return
    if given.casefold() == line.contract.casefold() or names.nearest(given, [line.contract], 0.9):
        yield from _say(entry, "contract", _("the line {line} has another number"), line.contract, line=line.id)


def seals(county: County, entry: Entry) -> Iterator[SurveyProblem]:
    """A seal's number is not one slip away from one that the unit has."""
    if entry.unit is None:
        return
    own = [seal.number for seal in county.seals if seal.unit == entry.unit.id]
    for number in entry.answers.seal:
        if number not in own and (near := names.nearest(number, own)):
            yield from _say(entry, "seal", _("the unit has a seal of nearly this number"), near)


def certificate(county: County, entry: Entry) -> Iterator[SurveyProblem]:
    """A new certificate comes with its days, in their order."""
    given = entry.answers
    known = given.certificate in {c.serial.upper() for c in county.certificates}
    if given.certificate and not known:
        for column, value in (
            ("certificate_issued", given.certificate_issued),
            ("certificate_expires", given.certificate_expires),
        ):
            if value is None:
                yield from _say(entry, column, _("a new certificate needs this day"), _("a date such as 2026-03-02"))
    if given.certificate_issued and given.certificate_expires and given.certificate_expires <= given.certificate_issued:
        message = _("the certificate expires before it is issued")
        yield from _say(entry, "certificate_expires", message, _("a day after it is issued"))
    if not given.certificate and "certificate" not in entry.row.broken and given.certificate_expires:
        yield from _say(entry, "certificate", _("days of a certificate, but no serial"), _("as the USB key shows it"))


CHECKS: tuple[Check, ...] = (
    needed, parent, access, place, coordinates, people, terminals, contract, seals, certificate,
)  # fmt: skip


def problems(county: County, entry: Entry) -> Iterator[SurveyProblem]:
    """Yield everything that is wrong with one row."""
    for check in CHECKS:
        yield from check(county, entry)
