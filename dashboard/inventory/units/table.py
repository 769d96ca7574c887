"""The table of units: found, filtered, sorted and paged by the server, so that 3,000 units are as handy as 120."""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import request, url_for
from flask.typing import ResponseReturnValue

from countynet.vocabulary import Access, UnitKind
from dashboard.access import ACCESS
from dashboard.inventory.blueprint import inventory
from dashboard.inventory.units.pages import Filters, TablePage, UnitRow
from dashboard.language import named
from dashboard.web import person, services, show
from dashboard.words import word
from inventory.model import County, Unit

PER_PAGE = 50
NEVER = 10**9

Key = Callable[[UnitRow], tuple[object, ...]]
SORTS: dict[str, Key] = {
    "number": lambda row: (row.unit.number,),
    "name": lambda row: (row.name,),
    "kind": lambda row: (list(UnitKind).index(row.unit.kind), row.unit.number),
    "building": lambda row: (row.building, row.unit.number),
    "access": lambda row: (row.access.value if row.access else "", row.unit.number),
    "vlan": lambda row: (row.vlan or NEVER, row.unit.number),
}


@dataclass(frozen=True)
class _Asked:
    """What the reader asked for; whatever means nothing is as if it was not asked."""

    filters: Filters
    page: int

    @classmethod
    def read(cls) -> "_Asked":
        given = {name: request.args.get(name, "").strip()[:80] for name in ("q", "kind", "building", "access", "sort")}
        given["sort"] = given["sort"] if given["sort"].lstrip("-") in SORTS else "number"
        page = request.args.get("page", "1")
        return cls(Filters(**given), int(page) if page.isdecimal() and page.isascii() and len(page) < 6 else 1)

    def url(self, **other: object) -> str:
        """Return the address of the same with something else; what is usual is left out."""
        told = {**vars(self.filters), "page": self.page, **other}
        usual = {"sort": "number", "page": 1}
        query = urlencode({k: v for k, v in told.items() if v not in ("", usual.get(k))})
        return url_for("inventory.page") + (f"?{query}" if query else "")


@inventory.get("/inventory")
def page() -> ResponseReturnValue:
    """Show the units that were asked for."""
    county, asked = services().county.whole(), _Asked.read()
    every = [_row(county, unit) for unit in county.units]
    found = [row for row in every if _fits(row, asked.filters)]
    sort = asked.filters.sort
    found.sort(key=SORTS[sort.lstrip("-")], reverse=sort.startswith("-"))
    pages = max(1, -(-len(found) // PER_PAGE))
    at = min(max(asked.page, 1), pages)
    return show(
        TablePage(
            rows=tuple(found[(at - 1) * PER_PAGE : at * PER_PAGE]),
            filters=asked.filters,
            kinds=tuple((k.value, word(k)) for k in UnitKind),
            buildings=tuple((b.id, named(b)) for b in county.buildings),
            accesses=tuple((a.value, word(a)) for a in Access),
            sorts={name: asked.url(sort=f"-{name}" if sort == name else name, page=1) for name in SORTS},
            found=len(found),
            counts=_counts(county, asked),
            page=at,
            pages=pages,
            before=asked.url(page=at - 1) if at > 1 else "",
            after=asked.url(page=at + 1) if at < pages else "",
            may_add=ACCESS["inventory.add"].admits(person()),
        )
    )


def _row(county: County, unit: Unit) -> UnitRow:
    building, line = county.building_by_id.get(unit.building), county.circuit_by_unit.get(unit.id)
    return UnitRow(
        unit=unit,
        name=named(unit),
        building=named(building) if building else unit.building,
        access=line.access if line else None,
        vlan=line.vlan if line else None,
    )


def _fits(row: UnitRow, wanted: Filters) -> bool:
    unit = row.unit
    if wanted.kind not in ("", unit.kind.value) or wanted.building not in ("", unit.building):
        return False
    if wanted.access not in ("", row.access.value if row.access else ""):
        return False
    people = [text for p in (unit.leader, unit.officer) if p for text in (p.name, p.telephone)]
    terminals = [text for t in unit.terminals for text in (t.name, str(t.address), t.mac or "")]
    words = " ".join([unit.id, unit.name, unit.name_en, str(unit.lan), *people, *terminals]).lower()
    return all(word_ in words for word_ in wanted.q.lower().split())


def _counts(county: County, asked: _Asked) -> tuple[tuple[str, int, str], ...]:
    """Return word, number and address of each kind of line."""
    lines = [circuit.access for circuit in county.circuits]
    return tuple((word(a), lines.count(a), asked.url(access=a.value, page=1)) for a in Access if a in lines)
