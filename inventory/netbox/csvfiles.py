"""A county as the CSV files that NetBox 4.7's bulk import takes, for a NetBox that we cannot reach.

One file per model, numbered in the order in which they must be imported; the headers are those of NetBox's own
import forms, with `site.slug` where a form would else look for a name. NetBox takes each cell as it stands, so a quote
before a formula would become part of the data; but it strips spaces, and a spreadsheet takes a cell that begins with a
space as text: a text cell that could be read as a formula begins with one. What cannot be said is in `LEFT_OUT`.
"""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from countynet.errors import CountyError
from countynet.i18n import _
from inventory.netbox.mapping import Things
from inventory.netbox.thing import CF, TAG, Ref, Thing

Index = Mapping[Ref, Thing]
Cell = Callable[[Thing, Index], Any]
Column = tuple[str, Cell]
FORMULA = ("=", "+", "-", "@", "\t", "\r", "|")
LEFT_OUT = ("interface_templates", "terminations", "assignments")
"""kinds that NetBox's CSV import cannot take: it asks for ids that exist only afterwards, or has no form for them"""


def _plain(field: str) -> Cell:
    return lambda thing, _index: thing.fields.get(field)


def _key(field: str) -> Cell:
    """Return the key that a reference names: a slug, or a device's name."""

    def cell(thing: Thing, _index: Index) -> str:
        value = thing.fields.get(field)
        return value.key if isinstance(value, Ref) else ""

    return cell


def _of(field: str, other: str) -> Cell:
    """Return a field of the thing that a reference names."""

    def cell(thing: Thing, index: Index) -> Any:
        value = thing.fields.get(field)
        found = index[value].fields.get(other) if isinstance(value, Ref) else None
        return found.key if isinstance(found, Ref) else found

    return cell


def _vids(field: str) -> Cell:
    """Return the VLAN numbers that a field names."""

    def cell(thing: Thing, _index: Index) -> str:
        value = thing.fields.get(field)
        found = value if isinstance(value, tuple) else (value,)
        return ",".join(ref.key.split(":")[1] for ref in found if isinstance(ref, Ref))

    return cell


def _group(thing: Thing, _index: Index) -> str:
    """Return the VLAN group of the VLANs that an interface or prefix names."""
    for field in ("vlan", "untagged_vlan", "tagged_vlans"):
        value = thing.fields.get(field)
        for ref in value if isinstance(value, tuple) else (value,):
            if isinstance(ref, Ref):
                return ref.key.split(":")[0]
    return ""


def _end(side: str, part: int) -> Cell:
    """Return the device (0) or port (1) at an end of a cable."""

    def cell(thing: Thing, _index: Index) -> str:
        ends: Any = thing.fields[side]
        return str(ends[0]["object_id"].key.split(":", 1)[part])

    return cell


def _joined(field: str) -> Cell:
    def cell(thing: Thing, _index: Index) -> str:
        values: Any = thing.fields[field]
        return ",".join(map(str, values))

    return cell


def _always(value: str) -> Cell:
    return lambda _thing, _index: value


def _more(field: str) -> Cell:
    return lambda thing, _index: thing.more.get(field)


def _primary(thing: Thing, index: Index) -> str:
    device = str(thing.more.get("device", ""))
    primary = index.get(Ref("primaries", device))
    return "true" if primary and thing.ref in primary.fields.values() else ""


def _columns(*names: str, **more: Cell) -> list[Column]:
    """Return columns: `site.slug` is the key of the thing in `site`, `cf_x` a custom field, others as they are."""
    found: list[Column] = []
    for name in names:
        field = name.split(".")[0]
        custom = f"{CF}{name.removeprefix('cf_')}" if name.startswith("cf_") else field
        found.append((name, _key(field) if "." in name else _plain(custom)))
    return [*found, *((name.replace("__", "."), cell) for name, cell in more.items())]


_NAMED = ("name", "slug", "description")
_TAGS: dict[str, Cell] = {"tags": _always(TAG)}
FILES: Mapping[str, Sequence[Column]] = {
    "tags": _columns("name", "slug", "color", "description", weight=_always("1000")),
    "custom_fields": _columns(
        "name",
        "label",
        "group_name",
        "type",
        object_types=_joined("object_types"),
        search_weight=_always("1000"),
        filter_logic=_always("loose"),
        weight=_always("100"),
    ),
    "regions": _columns(*_NAMED, "parent.slug", **_TAGS),
    "tenant_groups": _columns(*_NAMED, **_TAGS),
    "tenants": _columns(
        *_NAMED,
        "group.slug",
        "cf_countynet_number",
        "cf_countynet_parent",
        "cf_countynet_browse",
        "cf_countynet_connected",
        **_TAGS,
    ),
    "contact_roles": _columns(*_NAMED, **_TAGS),
    "contacts": _columns("name", "title", "phone", "description", "cf_countynet_id", **_TAGS),
    "manufacturers": _columns("name", "slug", **_TAGS),
    "platforms": _columns("name", "slug", **_TAGS),
    "device_roles": _columns(*_NAMED, "color", **_TAGS),
    "device_types": _columns("manufacturer.slug", "model", "slug", "part_number", "u_height", **_TAGS),
    "sites": _columns(
        *_NAMED,
        "status",
        "region.slug",
        "physical_address",
        "latitude",
        "longitude",
        "cf_countynet_access",
        **_TAGS,
    ),
    "racks": _columns("site.slug", "name", "status", "width", "u_height", "description", **_TAGS),
    "devices": _columns(
        "name",
        "role.slug",
        "tenant.slug",
        "device_type.slug",
        "platform.slug",
        "serial",
        "status",
        "site.slug",
        "position",
        "face",
        "description",
        "cf_countynet_staging",
        "cf_countynet_bought",
        "cf_countynet_warranty",
        "cf_countynet_support",
        manufacturer__slug=_of("device_type", "manufacturer"),
        rack=_key("rack"),
        **_TAGS,
    ),
    "roles": _columns(*_NAMED, weight=_always("1000"), **_TAGS),
    "vlan_groups": _columns(*_NAMED, **_TAGS),
    "vlans": _columns("group.slug", "vid", "name", "tenant.slug", "status", "role.slug", "description", **_TAGS),
    "interfaces": _columns(
        "name",
        "label",
        "type",
        "enabled",
        "mgmt_only",
        "description",
        "mode",
        device=_key("device"),
        vlan_group__slug=_group,
        untagged_vlan=_vids("untagged_vlan"),
        tagged_vlans=_vids("tagged_vlans"),
        **_TAGS,
    ),
    "prefixes": _columns(
        "prefix",
        "tenant.slug",
        "status",
        "role.slug",
        "scope_type",
        "description",
        vlan_group__slug=_group,
        vlan=_vids("vlan"),
        scope_name=_of("scope_id", "name"),
        **_TAGS,
    ),
    "addresses": _columns(
        "address",
        "tenant.slug",
        "status",
        "role",
        "dns_name",
        "description",
        device=_more("device"),
        interface=_more("interface"),
        is_primary=_primary,
        **_TAGS,
    ),
    "cables": _columns(
        "type",
        "status",
        "label",
        "length",
        "length_unit",
        side_a_device=_end("a_terminations", 0),
        side_a_type=_always("dcim.interface"),
        side_a_name=_end("a_terminations", 1),
        side_b_device=_end("b_terminations", 0),
        side_b_type=_always("dcim.interface"),
        side_b_name=_end("b_terminations", 1),
        **_TAGS,
    ),
    "providers": _columns("name", "slug", **_TAGS),
    "circuit_types": _columns(*_NAMED, **_TAGS),
    "circuits": _columns(
        "cid",
        "provider.slug",
        "type.slug",
        "status",
        "tenant.slug",
        "install_date",
        "termination_date",
        "commit_rate",
        "description",
        "cf_countynet_contract",
        "cf_countynet_rent",
        "cf_countynet_availability",
        "cf_countynet_repair",
        **_TAGS,
    ),
    "services": _columns(
        "parent_object_type",
        "name",
        parent=_key("parent_object_id"),
        port_mappings=_joined("port_mappings"),
        **_TAGS,
    ),
}
"""kind -> its columns, in the order of import"""


def cell(value: Any) -> str:
    """Return a value as a cell; text that a spreadsheet could read as a formula begins with a space."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    return f" {text}" if isinstance(value, str) and text.startswith(FORMULA) else text


def files(things: Things) -> dict[str, tuple[str, int]]:
    """Return each file by name: its text and how many objects are in it; a kind without objects has none."""
    index = {thing.ref: thing for part in things.values() for thing in part}
    kinds = [kind for kind in FILES if things[kind]]
    return {
        f"{number:02}-{kind.replace('_', '-')}.csv": (_file(FILES[kind], things[kind], index), len(things[kind]))
        for number, kind in enumerate(kinds, 1)
    }


def _file(columns: Sequence[Column], things: Iterable[Thing], index: Index) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(name for name, _cell in columns)
    for thing in things:
        writer.writerow(cell(make(thing, index)) for _name, make in columns)
    return stream.getvalue()


def write(things: Things, folder: Path) -> dict[str, int]:
    """Write the files into a folder and return how many objects each holds. Raises CountyError."""
    made = files(things)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, (text, _count) in made.items():
            (folder / name).write_text(text, "utf-8", newline="")
    except OSError as error:
        raise CountyError(_("{folder} cannot be written: {reason}"), folder=folder, reason=error.strerror) from error
    return {name: count for name, (_text, count) in made.items()}
