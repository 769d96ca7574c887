"""Which fields of NetBox's objects are ours to take over, and how each is read back. Pure.

A table: kind of NetBox object, section of ours, NetBox's field -> our field and a reader. A reader raises ValueError
for what we cannot hold. What the table does not name is decided by the address plan or by intent: never imported.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from countynet.vocabulary import Access, UnitKind
from inventory.model import NAME_PATTERN, PORT_PATTERN, TELEPHONE_PATTERN
from inventory.netbox.kinds import cable_kind, choice
from inventory.netbox.thing import Record
from inventory.netbox.words import STATES
from inventory.record.edit import Plain

Names = Callable[[str, int], str]
"""the key of an object of a kind by NetBox's id; raises ValueError for one that is not ours"""
Reader = Callable[[Any, Record, Names], Plain]
METRES = {"km": 1000.0, "m": 1.0, "cm": 0.01, "mi": 1609.344, "ft": 0.3048, "in": 0.0254}


@dataclass(frozen=True)
class Back:
    """Where a field of NetBox's goes, and how it is read."""

    field: str
    read: Reader


def _text(value: Any, _record: Record, _names: Names) -> Plain:
    return str(value).strip() if value not in (None, "") else None


def _needed(value: Any, _record: Record, _names: Names) -> Plain:
    if value in (None, ""):
        raise ValueError("")
    return str(value).strip()


def _number(value: Any, _record: Record, _names: Names) -> Plain:
    if value in (None, ""):
        return None
    number = float(value)
    return int(number) if number.is_integer() else number


def _whole(value: Any, record: Record, names: Names) -> Plain:
    number = _number(value, record, names)
    if not isinstance(number, int):
        raise ValueError(str(value))
    return number


def _flag(value: Any, _record: Record, _names: Names) -> Plain:
    return True if value else None


def _day(value: Any, _record: Record, _names: Names) -> Plain:
    return date.fromisoformat(str(value)) if value else None


def _like(pattern: str) -> Reader:
    def read(value: Any, _record: Record, _names: Names) -> Plain:
        if not re.match(pattern, str(value or "")):
            raise ValueError(str(value))
        return str(value)

    return read


def _one_of(values: Mapping[str, str]) -> Reader:
    def read(value: Any, _record: Record, _names: Names) -> Plain:
        if (found := values.get(str(choice(value)))) is None:
            raise ValueError(str(choice(value)))
        return str(found)

    return read


def _ref(kind: str) -> Reader:
    def read(value: Any, _record: Record, names: Names) -> Plain:
        return names(kind, value["id"]) if value else None

    return read


def _slug_of(choices: Mapping[str, str]) -> Reader:
    def read(value: Any, _record: Record, _names: Names) -> Plain:
        if not value or value["slug"] not in choices:
            raise ValueError(str((value or {}).get("slug", "")))
        return choices[value["slug"]]

    return read


def _name_of(value: Any, _record: Record, _names: Names) -> Plain:
    return str(value["name"])


def _cable(value: Any, _record: Record, _names: Names) -> Plain:
    if kind := cable_kind(choice(value)):
        return kind
    raise ValueError(str(choice(value)))


def _metres(value: Any, record: Record, _names: Names) -> Plain:
    unit = choice(record.get("length_unit"))
    return round(float(value) * METRES[unit], 2) if value not in (None, "") and unit in METRES else None


def end_of(value: Any) -> str:
    """Return a cable's end as `node:port`. Raises ValueError for what is not one port of a device."""
    one = value[0] if isinstance(value, list) and len(value) == 1 else {}
    there = one.get("object") or {}
    node, port = str((there.get("device") or {}).get("name") or ""), str(there.get("name") or "")
    known = re.match(NAME_PATTERN, node) and re.match(PORT_PATTERN, port)
    if one.get("object_type") != "dcim.interface" or not known:
        raise ValueError(f"{node}:{port}")
    return f"{node}:{port}"


def _end(value: Any, _record: Record, _names: Names) -> Plain:
    return end_of(value)


_LIFE = {
    "status": Back("life.state", _one_of({theirs: ours for ours, theirs in STATES.items()})),
    "cf.countynet_bought": Back("life.bought_on", _day),
    "cf.countynet_warranty": Back("life.warranty_until", _day),
    "cf.countynet_support": Back("life.support_until", _day),
}
_GEAR = {
    "serial": Back("serial", _needed),
    "site": Back("building", _ref("sites")),
    "rack": Back("rack", _ref("racks")),
    **_LIFE,
}
_PERSON = {
    "name": Back("name", _needed),
    "phone": Back("telephone", _like(TELEPHONE_PATTERN)),
    "title": Back("title", _text),
}


def _line(access: Mapping[str, str]) -> Mapping[str, Back]:
    return {
        "type": Back("access", _slug_of(access)),
        "commit_rate": Back("down_kbps", _whole),
        "install_date": Back("begins", _day),
        "termination_date": Back("ends", _day),
        "cf.countynet_contract": Back("contract", _needed),
        "cf.countynet_rent": Back("rent", _whole),
        "cf.countynet_availability": Back("availability", _number),
        "cf.countynet_repair": Back("repair_hours", _whole),
    }


BACK: Mapping[tuple[str, str], Mapping[str, Back]] = {
    ("regions", "sites"): {
        "name": Back("name", _needed),
        "description": Back("name_en", _needed),
        "parent": Back("parent", _ref("regions")),
    },
    ("sites", "buildings"): {
        "name": Back("name", _needed),
        "description": Back("name_en", _needed),
        "physical_address": Back("address", _text),
        "latitude": Back("latitude", _number),
        "longitude": Back("longitude", _number),
        "region": Back("site", _ref("regions")),
        "cf.countynet_access": Back("access", _one_of({a: a for a in Access})),
    },
    ("racks", "racks"): {
        "u_height": Back("height", _whole),
        "description": Back("room", _text),
        "site": Back("building", _ref("sites")),
    },
    ("tenants", "units"): {
        "name": Back("name", _needed),
        "description": Back("name_en", _needed),
        "group": Back("kind", _slug_of({k: k for k in UnitKind})),
        "cf.countynet_parent": Back("parent", _text),
        "cf.countynet_browse": Back("may_browse", _flag),
        "cf.countynet_connected": Back("connected_on", _day),
    },
    ("contacts", "units"): _PERSON,
    ("contacts", "contacts"): {
        "name": Back("name", _needed),
        "phone": Back("telephone", _like(TELEPHONE_PATTERN)),
        "title": Back("duty", _text),
        "description": Back("organisation", _needed),
    },
    ("device_types", "device_types"): {
        "manufacturer": Back("make", _name_of),
        "model": Back("model", _needed),
        "part_number": Back("part_number", _text),
        "u_height": Back("height", _number),
    },
    ("devices", "devices"): _GEAR
    | {"position": Back("position", _whole), "cf.countynet_staging": Back("staging", _needed)},
    ("devices", "security_equipment"): _GEAR,
    ("cables", "cables"): {
        "type": Back("kind", _cable),
        "length": Back("length_m", _metres),
        "a_terminations": Back("a", _end),
        "b_terminations": Back("b", _end),
    },
    ("circuits", "circuits"): _line({a: a for a in Access}),
    ("circuits", "backup_lines"): _line({f"backup-{a}": a for a in ("dial-up", "adsl", "leased")}),
    ("terminations", "circuits"): {"upstream_speed": Back("up_kbps", _whole)},
    ("terminations", "backup_lines"): {"upstream_speed": Back("up_kbps", _whole)},
}
