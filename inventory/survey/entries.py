"""What a row means in the county: which unit, whose, and where; every doubt about that is a problem. Pure.

A row belongs to a unit when its id or its very name says so. A name that only looks like a unit's is asked about; the
clerk answers by correcting it, or by 新增 in the column of the id when it is another unit indeed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from countynet.i18n import _
from inventory.model import Building, County, Unit
from inventory.survey import names
from inventory.survey.problems import Advice, SurveyProblem
from inventory.survey.rows import Answers, Row


@dataclass(frozen=True)
class Entry:
    """A row with what it means."""

    row: Row
    unit: Unit | None
    """None: a unit that the county does not know yet"""
    building: Building | None = None
    """None: not answered, or a place that the county does not know yet"""
    parent: str | None = None
    """the id of a unit, or the name of a new one in the same import"""

    @property
    def answers(self) -> Answers:
        """What the row answers."""
        return self.row.answers

    @property
    def name(self) -> str:
        """The unit's name."""
        return self.unit.name if self.unit else self.answers.name or ""


class Meaning:
    """Tells what rows mean in one county, and collects the doubts."""

    def __init__(self, county: County, rows: Sequence[Row]) -> None:
        self._units, self._places = names.units(county), names.buildings(county)
        self._by_id: Mapping[str, Unit] = county.unit_by_id
        self._new = {names.key(row.answers.name) for row in rows if row.answers.name}
        self.problems: list[SurveyProblem] = []
        self.entries = tuple(entry for row in rows if (entry := self._entry(row)) is not None)

    def _entry(self, row: Row) -> Entry | None:
        """Return what a row means; None when it could not be told which unit it is.

        A row with a name that is only like a unit's is judged as that unit's, so that all its problems come at once.
        """
        unit = self._unit(row)
        if unit is None and (not row.answers.name or row.answers.id not in (None, "new")):
            return None
        building = self._building(row)
        return Entry(row, unit, building, self._parent(row))

    def _say(self, row: Row, column: str, message: str, suggestion: str = "", **values: object) -> None:
        self.problems.append(row.problem(column, Advice(message, values, suggestion)))

    def _unit(self, row: Row) -> Unit | None:
        said, name = row.answers.id, row.answers.name
        if said not in (None, "new"):
            return self._by_number(row, str(said), name)
        if name is None:
            if not {"name", "id"} & row.broken:
                self._say(row, "name", _("the unit's name is missing"), _("the whole name as on the seal"))
            return None
        unit = self._units.named(name)
        if unit is None and said != "new" and (near := self._units.like(name)) is not None:
            message = _(
                "the county has no unit of this name, but {name} ({id}); if it is a new one, write 新增 as its unit id"
            )
            self._say(row, "name", message, near.name, name=near.name, id=near.id)
            return near
        return unit

    def _by_number(self, row: Row, said: str, name: str | None) -> Unit | None:
        unit, named = self._by_id.get(said), self._units.named(name) if name else None
        if unit is None:
            right = named or (self._units.like(name) if name else None)
            tip = right.id if right else _("leave it empty if you do not know it")
            self._say(row, "id", _("no unit has the id {id}"), tip, id=said)
        elif named is not None and named is not unit:
            message = _("{id} is {name}, but the name is that of {other}")
            self._say(row, "id", message, named.id, id=said, name=unit.name, other=named.id)
            return None
        elif name and named is None:
            self._say(row, "name", _("{id} has another name in the county"), unit.name, id=said)
        return unit

    def _building(self, row: Row) -> Building | None:
        answer = row.answers
        if answer.building is None:
            return None
        found = self._places.named(answer.building)
        placed = answer.longitude is not None and answer.latitude is not None
        if found is None and not (placed and self._places.like(answer.building) is None):
            near = self._places.like(answer.building)
            tip = near.name if near else _("a place of the list, or longitude and latitude beside the new one")
            self._say(row, "building", _("the county knows no such place"), tip)
        return found

    def _parent(self, row: Row) -> str | None:
        name = row.answers.parent
        if name is None:
            return None
        found = self._units.named(name)
        if found is not None:
            return found.id
        if names.key(name) in self._new:
            return name
        near = self._units.like(name)
        self._say(row, "parent", _("the county knows no such unit"), near.name if near else _("a unit of the county"))
        return None


def by_unit(entries: Sequence[Entry]) -> Iterator[tuple[str, Entry]]:
    """Yield entries with what identifies their unit: its id, or a new one's name."""
    for entry in entries:
        yield (entry.unit.id if entry.unit else names.key(entry.name)), entry
