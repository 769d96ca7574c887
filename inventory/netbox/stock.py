"""What a NetBox holds of what we look for: read once per kind, by our tag; what lacks the tag is looked for by key.

A NetBox may hold a hundred thousand other objects; those are never read.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from inventory.netbox import compare
from inventory.netbox.kinds import KINDS, Kind
from inventory.netbox.server import Server
from inventory.netbox.thing import TAG, Record, Ref, Thing

LINE = 1_500
"""how many characters of filter values go into one request's address"""


class Stock:
    """The records of a NetBox by kind and key, as far as they have been looked for."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.records: dict[str, dict[str, Record]] = {}
        self.tagged: dict[str, list[tuple[str, int]]] = {}
        """key and id of everything with our tag, one key perhaps twice"""

    def __contains__(self, ref: Ref) -> bool:
        return ref.key in self.records.get(ref.kind, {})

    def load(self, name: str, things: Sequence[Thing]) -> None:
        """Read what there is of a kind: everything with our tag, and what else has a key that we want."""
        kind = KINDS[name]
        if not kind.made:
            self.records[name], self.tagged[name] = dict(self.records["devices"]), []
            return
        ours = self.server.read(kind.path, {"tag": TAG, **kind.params}) if kind.tagged and self._has_tag() else []
        self.tagged[name] = [(kind.key(record), record["id"]) for record in ours]
        self.records[name] = {kind.key(record): record for record in reversed(ours)}
        for look in (self._others, self._alike):
            for key, record in list(look(kind, name, things)):
                self.records[name].setdefault(key, record)

    def _has_tag(self) -> bool:
        return TAG in self.records.get("tags", {})

    def _others(self, kind: Kind, name: str, things: Sequence[Thing]) -> Iterator[tuple[str, Record]]:
        """Yield what has a key that we want and not our tag."""
        if kind.find is None:
            return
        wanted = {t.key for t in things if t.key not in self.records[name] and self._possible(kind, t)}
        parameter, value = kind.find
        for values in _lines(sorted({value(key) for key in wanted})):
            for record in self.server.read(kind.path, {parameter: values, **kind.params}):
                if (key := kind.key(record)) in wanted:
                    yield key, record

    def _alike(self, kind: Kind, name: str, things: Sequence[Thing]) -> Iterator[tuple[str, Record]]:
        """Yield the one record without our tag that has another key but the same name, by the key of its thing."""
        left = [thing for thing in things if kind.also and thing.key not in self.records[name]]
        names = {str(thing.fields[kind.also]): thing.key for thing in left}
        for values in _lines(sorted(names)):
            found: dict[str, list[Record]] = {}
            for record in self.server.read(kind.path, {kind.also: values, **kind.params}):
                found.setdefault(str(record[kind.also]), []).append(record)
            for called, records in found.items():
                if len(records) == 1 and called in names and TAG not in compare.tags(records[0]):
                    yield names[called], records[0]

    def _possible(self, kind: Kind, thing: Thing) -> bool:
        """Whether something of that key can be there: not in what is not there itself."""
        owner = thing.fields.get(kind.within) if kind.within else None
        return not isinstance(owner, Ref) or owner in self

    def record(self, thing: Thing) -> Record | None:
        """Return the record of a thing, if it is there."""
        return self.records[thing.kind].get(thing.key)

    def number(self, ref: Ref) -> int:
        """Return NetBox's id of a thing. Raises KeyError, with the reference, for what is not there."""
        try:
            return int(self.records[ref.kind][ref.key]["id"])
        except KeyError:
            raise KeyError(ref) from None

    def add(self, thing: Thing, record: Record) -> None:
        """Take in what was made just now."""
        self.records[thing.kind][thing.key] = record

    def ours(self, thing: Thing) -> bool:
        """Whether the record of a thing bears our tag, or stands in what does."""
        kind = KINDS[thing.kind]
        if not kind.made:
            return self._bears(self.records["devices"][thing.key])
        record = self.records[thing.kind][thing.key]
        if not kind.tagged and not kind.within:
            return True
        if kind.tagged and self._bears(record):
            return True
        owner: Any = thing.fields.get(kind.within) if kind.within else None
        return isinstance(owner, Ref) and self._bears(self.records[owner.kind].get(owner.key, {}))

    def _bears(self, record: Mapping[str, Any]) -> bool:
        return TAG in compare.tags(record)

    def leftovers(self, name: str, wanted: set[str]) -> list[tuple[str, int]]:
        """Return key and id of what bears our tag and is not wanted, or is there twice."""
        kept = {int(record["id"]) for key, record in self.records.get(name, {}).items() if key in wanted}
        return [(key, number) for key, number in self.tagged.get(name, ()) if number not in kept]


def _lines(values: Sequence[str]) -> Iterator[list[str]]:
    """Yield values in lists that fit into one request's address."""
    line: list[str] = []
    for value in values:
        if line and sum(len(v.encode()) + 12 for v in line) + len(value.encode()) > LINE:
            yield line
            line = []
        line.append(value)
    if line:
        yield line
