"""A proof as a matrix small enough to look at: units that behave alike are one row. Pure.

Units are alike when the proof says the same of them and every other row, both ways; so a unit with a hole stands alone,
and so does the unit that it reaches. A cell has the worst verdict of its pairs.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from topology.reach.verdict import Proof, Verdict

WORST = (Verdict.OPEN, Verdict.UNKNOWN, Verdict.BLOCKED, Verdict.ALLOWED, Verdict.ISOLATED)


@dataclass(frozen=True)
class Row:
    """Places of which the proof says the same; `key` is the first of them."""

    key: str
    places: tuple[str, ...]


@dataclass(frozen=True)
class Matrix:
    """Rows, and the pairs of each two of them by verdict."""

    rows: tuple[Row, ...]
    cells: Mapping[tuple[str, str], Mapping[Verdict, int]]
    """by the keys of source and target; a place alone has none with itself"""

    def worst(self, source: str, target: str) -> Verdict | None:
        """Return the worst verdict of a cell, None where there is no pair."""
        found = self.cells.get((source, target), {})
        return next((verdict for verdict in WORST if verdict in found), None)


def matrix(proof: Proof) -> Matrix:
    """Return a proof as a matrix."""
    groups = _alike(proof)
    rows = tuple(Row(places[0], places) for places in groups)
    key = {place: row.key for row in rows for place in row.places}
    cells = defaultdict[tuple[str, str], Counter[Verdict]](Counter)
    for pair, verdict in proof.verdicts.items():
        source, _, target = pair.partition(" > ")
        cells[key[source], key[target]][verdict] += 1
    return Matrix(rows, dict(cells))


def _alike(proof: Proof) -> list[tuple[str, ...]]:
    """Split the units until all of a group stand alike to every group; other places stand alone."""
    group = {place: "unit" if place.startswith("unit:") else place for place in proof.places}
    while True:
        seen: dict[str, set[tuple[str, str, Verdict]]] = {place: set() for place in proof.places}
        for pair, verdict in proof.verdicts.items():
            source, _, target = pair.partition(" > ")
            seen[source].add(("to", group[target], verdict))
            seen[target].add(("from", group[source], verdict))
        found = defaultdict[tuple[object, ...], list[str]](list)
        for place in proof.places:
            found[group[place], frozenset(seen[place])].append(place)
        if len(found) == len(set(group.values())):
            return [tuple(places) for places in found.values()]
        group = {place: places[0] for places in found.values() for place in places}
