"""What a NetBox says otherwise than the county folder, as edits. Pure.

The county's own things (`mapping`) are compared with NetBox's records, and each field that differs is read backwards.
Nothing is lost in silence: what NetBox has and we cannot hold, or decide ourselves, is listed with the reason, and what
is in the county only is listed too, never dropped unless asked.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from countynet.i18n import _
from inventory.model import County
from inventory.netbox import compare, newcomers
from inventory.netbox.back import BACK
from inventory.netbox.kinds import KINDS, choice
from inventory.netbox.mapping import things
from inventory.netbox.thing import Record, Ref, Thing
from inventory.record.edit import Drop, Edit, Plain, Set

Records = Mapping[str, Sequence[Record]]
"""NetBox's objects by kind"""
DROPPED = ("cables", "racks", "contacts", "device_types", "sites", "buildings", "security_equipment")
"""sections of which an item that NetBox has no more may be dropped; the others hold more than NetBox does"""
SILENT = ("tags", "custom_fields", "interface_templates")
"""kinds that are compared as a part of others, or not at all"""
UNREADABLE = _("we cannot hold this value")
DECIDED = _("this is decided here, not in NetBox")


@dataclass(frozen=True)
class Difference:
    """One field that NetBox says otherwise, taken over by an edit."""

    object: str
    field: str
    ours: Plain
    theirs: Plain


@dataclass(frozen=True)
class Unheld:
    """Something that NetBox says and that is not taken over, with the reason as a message id."""

    object: str
    field: str
    value: str
    reason: str


@dataclass
class Differences:
    """How a NetBox differs from the county."""

    edits: list[Edit] = field(default_factory=list)
    shown: list[Difference] = field(default_factory=list)
    unheld: list[Unheld] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    """section and key of what is in the county and not in NetBox"""


def differences(county: County, records: Records, drop: bool = False) -> Differences:
    """Return how NetBox's records differ from a valid county; with `drop`, what NetBox has no more is dropped."""
    return _Reading(county, records, drop).all()


class _Reading:
    """One import."""

    def __init__(self, county: County, records: Records, drop: bool) -> None:
        self.county, self.records, self.drop = county, records, drop
        self.things = {name: {thing.key: thing for thing in part} for name, part in things(county).items()}
        self.by_key = {name: _by_key(name, part) for name, part in records.items()}
        self.keys = {(name, int(r["id"])): key for name, part in self.by_key.items() for key, r in part.items()}
        self.found = Differences()

    def all(self) -> Differences:
        """Compare every kind, then take in what is new."""
        for kind in self.records:
            for key, thing in self.things[kind].items() if kind not in SILENT else ():
                record = self.by_key[kind].get(key)
                if record is not None:
                    self._thing(thing, record)
                elif (kind, thing.origin[0]) in BACK:
                    self._missing(thing)
        self._type_ports()
        new = newcomers.newcomers(self.county, self.by_key, self.things, self.name)
        for put in new.puts:
            self.found.edits.append(put)
            self.found.shown.append(Difference(f"{put.section}/{put.key}", "", None, dict(put.item)))
        self.found.unheld += [Unheld(name, field, value, reason) for name, field, value, reason in new.unheld]
        return self.found

    def name(self, kind: str, number: int) -> str:
        """Return the key of an object by NetBox's id. Raises ValueError for one that is not ours."""
        try:
            return self.keys[kind, number]
        except KeyError:
            raise ValueError(f"{kind} {number}") from None

    def _number(self, ref: Ref) -> int:
        """Return NetBox's id of a thing; what NetBox has not is no id at all, and so differs from every other."""
        record = self.by_key.get(ref.kind, {}).get(ref.key)
        return int(record["id"]) if record else -1

    def _missing(self, thing: Thing) -> None:
        section, key, _below = thing.origin
        name = f"{section}/{key}"
        if thing.kind == "terminations" or name in self.found.missing:
            return
        self.found.missing.append(name)
        if self.drop and section in DROPPED:
            self.found.edits.append(Drop(section, key))
            self.found.shown.append(Difference(name, "", key, None))

    def _thing(self, thing: Thing, record: Record) -> None:
        if thing.kind == "terminations" and not thing.key.endswith(":Z"):
            return
        section, key, below = thing.origin
        backs = BACK.get((thing.kind, section), {})
        for field_ in compare.differing(thing, record, self._number):
            value, back = compare.held(record, field_), backs.get(field_)
            if back is None:
                self._decided(thing, field_, value)
                continue
            path = f"{below}.{back.field}" if below else back.field
            try:
                read = back.read(value, record, self.name)
            except (ValueError, KeyError, TypeError):
                self.found.unheld.append(Unheld(f"{section}/{key}", path, plain(value), UNREADABLE))
                continue
            self._take(section, key, path, self._ours(thing.fields[field_]), read)

    def _decided(self, thing: Thing, field_: str, value: Any) -> None:
        section, key, _below = thing.origin
        if field_ == "device_type" and section == "devices" and isinstance(value, Mapping):
            self._retyped(key, value)
        elif field_ not in ("face", "slug", "length_unit"):
            name = f"{section}/{key}" if section else f"{thing.kind}/{thing.key}"
            self.found.unheld.append(Unheld(name, field_, plain(value), DECIDED))

    def _retyped(self, key: str, type_: Mapping[str, Any]) -> None:
        """Take over that a device is of another type: its make and model, and the type if it is one of ours."""
        device = self.county.device_by_name[key]
        self._take("devices", key, "make", device.make, str((type_.get("manufacturer") or {}).get("name", "")))
        self._take("devices", key, "model", device.model, str(type_.get("model", "")))
        thing = self.things["device_types"].get(str(type_.get("slug")))
        known = thing.origin[1] if thing else ""
        self._take("devices", key, "type", device.type, known or None)

    def _take(self, section: str, key: str, path: str, ours: Plain, theirs: Plain) -> None:
        if ours != theirs:
            self.found.edits.append(Set(section, key, path, theirs))
            self.found.shown.append(Difference(f"{section}/{key}", path, ours, theirs))

    def _ours(self, value: Any) -> Plain:
        if isinstance(value, Ref):
            return value.key
        if isinstance(value, tuple):
            return ", ".join(str(part["object_id"].key) for part in value)
        return value if isinstance(value, bool | int | float | str) else None

    def _type_ports(self) -> None:
        """Take over the ports of device types, as whole lists."""
        if "interface_templates" not in self.records:
            return
        held = newcomers.ports_of_types(self.by_key)
        for known in self.county.device_types:
            thing = next((t for t in self.things["device_types"].values() if t.origin[1] == known.slug), None)
            if thing is None or thing.key not in self.by_key.get("device_types", {}):
                continue
            ours = [newcomers.port(p.name, p.type, p.management) for p in known.interfaces]
            theirs = held.get(thing.key, [])
            if sorted(ours, key=str) != sorted(theirs, key=str):
                self._take("device_types", known.slug, "interfaces", list(ours), list(theirs))


def _by_key(name: str, records: Sequence[Record]) -> dict[str, Record]:
    kind = KINDS[name]
    return {kind.key(record): record for record in reversed(records)}


def plain(value: Any) -> str:
    """Return one of NetBox's values as a person reads it."""
    if isinstance(value, list):
        return ", ".join(map(plain, value))
    if isinstance(value, Mapping):
        shown = choice(value) if "value" in value else value.get("display") or value.get("object") or value.get("id")
        return plain(shown) if isinstance(shown, Mapping) else str(shown)
    return "" if value is None else str(value)
