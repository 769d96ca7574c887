"""What is there twice: in a row, between rows and files, and between the survey and the county. Pure.

The second place is the problem and names the first. A landline may ring for several people, and one person may serve
several units, so only a mobile number under two names is asked about.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from countynet.i18n import _
from inventory.model import County, Unit
from inventory.survey import names
from inventory.survey.entries import Entry, by_unit
from inventory.survey.problems import Advice, SurveyProblem


def problems(county: County, entries: Sequence[Entry]) -> Iterator[SurveyProblem]:
    """Yield everything that is there twice."""
    yield from _units(entries)
    first = _Holders(county, {key for key, _entry in by_unit(entries)})
    seen = set[str]()
    for key, entry in by_unit(entries):
        if key not in seen:
            seen.add(key)
            yield from first.meet(key, entry)


def _units(entries: Sequence[Entry]) -> Iterator[SurveyProblem]:
    first: dict[str, Entry] = {}
    for key, entry in by_unit(entries):
        if key in first:
            message = _("{name} stands already in {place}")
            tip = _("keep one of them: the one that is right")
            place = first[key].row.place
            column = "name" if entry.answers.name else "id"
            yield entry.row.problem(column, Advice(message, {"name": entry.name, "place": place}, tip))
        first.setdefault(key, entry)


@dataclass(frozen=True)
class _Holder:
    """Who holds a value: the key of a unit, the person for a telephone, and the place in words."""

    unit: str
    who: str
    place: str


@dataclass
class _Holders:
    """Who holds each seal, certificate, contract, address and mobile number so far."""

    county: County
    surveyed: set[str]
    """the keys of the units in the survey: what the county says of their people is about to change"""
    held: dict[tuple[str, str], _Holder] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for unit in self.county.units:
            self._keep_unit(unit)
        for kind, owner, value in self._papers():
            self.held[kind, value] = _Holder(owner, "", owner)

    def _papers(self) -> Iterator[tuple[str, str, str]]:
        yield from (("seal", seal.unit, seal.number) for seal in self.county.seals)
        yield from (("certificate", paper.unit, paper.serial.upper()) for paper in self.county.certificates)
        yield from (("contract", line.unit, line.contract) for line in self.county.circuits)

    def _keep_unit(self, unit: Unit) -> None:
        for terminal in unit.terminals:
            if terminal.mac:
                self.held["macs", terminal.mac] = _Holder(unit.id, "", unit.id)
        for person in (unit.leader, unit.officer):
            if person is not None and unit.id not in self.surveyed:
                self.held["telephone", person.telephone] = _Holder(unit.id, person.name, unit.id)

    def meet(self, key: str, entry: Entry) -> Iterator[SurveyProblem]:
        """Yield what an entry shares with an earlier one or the county, and keep what it holds."""
        given = entry.answers
        values = [
            *(("seal", number) for number in given.seal),
            *(("macs", mac) for mac in given.macs),
            *(("certificate", value) for value in [given.certificate] if value),
            *(("contract", value) for value in [given.contract] if value),
        ]
        once = set[tuple[str, str]]()
        for column, value in values:
            yield from self._meet(key, entry, column, value, again=(column, value) in once)
            once.add((column, value))
        for role in ("leader", "officer"):
            yield from self._call(key, entry, role)

    def _meet(self, key: str, entry: Entry, column: str, value: str, again: bool) -> Iterator[SurveyProblem]:
        holder = self.held.setdefault((column, value), _Holder(key, "", entry.row.place))
        if again:
            advice = Advice(_("{value} stands here twice"), {"value": value}, _("once is enough"))
            yield entry.row.problem(column, advice)
        elif holder.unit != key:
            message = _("{value} belongs to another unit already: {place}")
            advice = Advice(message, {"value": value, "place": holder.place}, _("each unit's own"))
            yield entry.row.problem(column, advice)

    def _call(self, key: str, entry: Entry, role: str) -> Iterator[SurveyProblem]:
        telephone = getattr(entry.answers, f"{role}_telephone")
        before = getattr(entry.unit, role) if entry.unit else None
        name = getattr(entry.answers, f"{role}_name") or (before.name if before else "")
        if not telephone or not telephone.startswith("1") or not name:
            return
        holder = self.held.setdefault(("telephone", telephone), _Holder(key, name, entry.row.place))
        if names.key(holder.who) != names.key(name):
            message = _("{value} is the number of {name} already: {place}")
            values = {"value": telephone, "name": holder.who, "place": holder.place}
            yield entry.row.problem(f"{role}.telephone", Advice(message, values, _("each person's own number")))
