"""An import of what people do in NetBox by hand: nothing lost in silence, nothing that we decide taken over."""

import copy
from datetime import date
from typing import Any

import pytest

from inventory.model import County
from inventory.netbox import newcomers
from inventory.netbox.differences import DECIDED, UNREADABLE, Differences, differences
from inventory.netbox.mapping import things
from inventory.netbox.service import fetch
from inventory.netbox.thing import TAG
from inventory.record.edit import Drop, Put, Set
from tests.unit.inventory.netbox.fake import FakeNetBox
from tests.unit.inventory.netbox.scenes import run, silent

TAGS = [{"slug": TAG}]


@pytest.fixture(scope="module")
def full(county: County) -> FakeNetBox:
    netbox = FakeNetBox()
    run(netbox, things(county))
    return netbox


@pytest.fixture
def netbox(full: FakeNetBox) -> FakeNetBox:
    return copy.deepcopy(full)


def one(netbox: FakeNetBox, path: str, **fields: object) -> dict[str, Any]:
    """Return the record with these fields."""
    return next(r for r in netbox.records[path].values() if all(r.get(k) == v for k, v in fields.items()))


def read(netbox: FakeNetBox, county: County, everything: bool = False, drop: bool = False) -> Differences:
    return differences(county, fetch(netbox, everything, silent), drop)


def sets(found: Differences) -> list[tuple[str, str, str, object]]:
    return [(e.section, e.key, e.field, e.value) for e in found.edits if isinstance(e, Set)]


def test_what_we_exported_ourselves_is_no_difference(netbox: FakeNetBox, county: County) -> None:
    assert read(netbox, county) == Differences()


def test_fields_of_every_section_are_read_backwards(netbox: FakeNetBox, county: County) -> None:
    one(netbox, "tenancy/tenants", slug="u002")["custom_fields"]["countynet_connected"] = "2026-05-04"
    one(netbox, "dcim/sites", slug="finance").update({"latitude": 30.5, "physical_address": "路 1"})
    circuit = one(netbox, "circuits/circuits", cid="line-001")
    circuit["commit_rate"] = 20480
    circuit["custom_fields"]["countynet_availability"] = 99.5
    one(netbox, "dcim/devices", name="core-1").update({"status": "offline"})
    one(netbox, "dcim/devices", name="core-2").update({"status": "inventory", "position": 7.0})
    found = read(netbox, county)
    assert set(sets(found)) == {
        ("units", "u002", "connected_on", date(2026, 5, 4)),
        ("buildings", "finance", "latitude", 30.5),
        ("buildings", "finance", "address", "路 1"),
        ("circuits", "line-001", "down_kbps", 20480),
        ("circuits", "line-001", "availability", 99.5),
        ("devices", "core-2", "life.state", "spare"),
        ("devices", "core-2", "position", 7),
    }
    assert [(u.object, u.field, u.reason) for u in found.unheld] == [("devices/core-1", "life.state", UNREADABLE)]


def test_a_device_that_was_moved_and_replaced_changes_building_make_and_model(
    netbox: FakeNetBox, county: County
) -> None:
    maker = netbox.create("dcim/manufacturers", [{"name": "Huawei", "slug": "huawei", "tags": TAGS}]).records[0]
    type_ = {"manufacturer": maker["id"], "model": "AR6121E", "slug": "ar6121e", "u_height": 1}
    made = netbox.create("dcim/device-types", [type_]).records[0]
    site = one(netbox, "dcim/sites", slug="finance")["id"]
    one(netbox, "dcim/devices", name="cpe-001").update({"device_type": made["id"], "site": site})
    record = netbox.records["dcim/device-types"][made["id"]]
    record["manufacturer"] = {"name": "Huawei", "slug": "huawei"}
    taken = {(key, field): value for _section, key, field, value in sets(read(netbox, county))}
    assert taken["cpe-001", "make"] == "Huawei"
    assert taken["cpe-001", "model"] == "AR6121E"
    assert taken["cpe-001", "building"] == "finance"
    assert taken.get(("cpe-001", "type")) is None


def test_what_the_plan_and_intent_decide_is_listed_and_not_taken(netbox: FakeNetBox, county: County) -> None:
    one(netbox, "ipam/prefixes", prefix="10.21.1.0/24")["description"] = "by hand"
    port = next(r for r in netbox.records["dcim/interfaces"].values() if r["name"] == "wan0")
    port["enabled"] = not port["enabled"]
    found = read(netbox, county)
    assert not found.edits
    assert {(u.field, u.reason) for u in found.unheld} == {("description", DECIDED), ("enabled", DECIDED)}


def test_a_cable_that_was_moved_changes_its_end_and_one_with_two_ports_at_an_end_is_listed(
    netbox: FakeNetBox, county: County
) -> None:
    ports = {r["name"]: r["id"] for r in netbox.records["dcim/interfaces"].values() if r.get("description") == "idle"}
    name, number = next((n, i) for n, i in ports.items() if n.startswith("p"))
    end = {"object_type": "dcim.interface", "object_id": number}
    one(netbox, "dcim/cables", label="cable-pc-001")["a_terminations"] = [end]
    one(netbox, "dcim/cables", label="cable-pc-002")["a_terminations"] *= 2
    found = read(netbox, county)
    ((section, key, field, value),) = sets(found)
    assert (section, key, field) == ("cables", "cable-pc-001", "a")
    assert str(value).endswith(f":{name}")
    assert [(u.object, u.field, u.reason) for u in found.unheld] == [("cables/cable-pc-002", "a", UNREADABLE)]


def test_what_netbox_has_no_more_is_listed_and_dropped_only_when_asked(netbox: FakeNetBox, county: County) -> None:
    cable = one(netbox, "dcim/cables", label="cable-pc-001")
    del netbox.records["dcim/cables"][cable["id"]]
    found = read(netbox, county)
    assert (found.edits, found.missing) == ([], ["cables/cable-pc-001"])
    assert read(netbox, county, drop=True).edits == [Drop("cables", "cable-pc-001")]


def test_an_empty_netbox_drops_no_unit_and_no_device(county: County) -> None:
    found = read(FakeNetBox(), county, drop=True)
    assert not {e.section for e in found.edits if isinstance(e, Drop)} & {"units", "devices", "circuits", "hosts"}
    assert len(found.missing) > len(county.units)


def test_new_things_are_taken_in_when_netbox_knows_all_that_we_need(netbox: FakeNetBox, county: County) -> None:
    region = netbox.create("dcim/regions", [{"name": "Hills", "slug": "hills", "tags": TAGS}]).records[0]
    place = {"name": "Depot", "slug": "depot", "latitude": 30.1, "longitude": 118.1, "region": region["id"]}
    access = {"custom_fields": {"countynet_access": "adsl"}}
    site = netbox.create("dcim/sites", [{**place, **access, "tags": TAGS}]).records[0]
    netbox.create("dcim/racks", [{"name": "rack-d", "site": site["id"], "u_height": 12, "tags": TAGS}])
    found = read(netbox, county)
    assert [e for e in found.edits if isinstance(e, Put)] == [
        Put("sites", {"id": "hills", "name": "Hills", "name_en": "Hills"}),
        Put(
            "buildings",
            {
                "id": "depot",
                "name": "Depot",
                "name_en": "Depot",
                "latitude": 30.1,
                "longitude": 118.1,
                "access": "adsl",
                "site": "hills",
            },
        ),
        Put("racks", {"id": "rack-d", "building": "depot", "height": 12}),
    ]


@pytest.mark.parametrize(
    ("path", "body", "reason"),
    [
        ("tenancy/tenants", {"name": "New", "slug": "u900"}, newcomers.UNIT),
        ("ipam/prefixes", {"prefix": "10.99.0.0/24"}, newcomers.PLANNED),
        ("dcim/sites", {"name": "Depot", "slug": "depot"}, newcomers.NO_PLACE),
        ("dcim/regions", {"name": "X", "slug": "9-lives"}, newcomers.NO_NAME),
        ("dcim/cables", {"label": "c", "a_terminations": [], "b_terminations": []}, newcomers.NO_CABLE),
        ("ipam/roles", {"name": "R", "slug": "r"}, newcomers.OTHER),
    ],
)
def test_what_cannot_be_taken_in_is_listed_with_the_reason(
    netbox: FakeNetBox, county: County, path: str, body: dict[str, object], reason: str
) -> None:
    netbox.create(path, [{**body, "tags": TAGS}])
    found = read(netbox, county)
    assert not found.edits
    assert [u.reason for u in found.unheld] == [reason]


def test_without_our_tag_new_things_are_read_only_when_asked(netbox: FakeNetBox, county: County) -> None:
    site = one(netbox, "dcim/sites", slug="finance")["id"]
    netbox.create("dcim/racks", [{"name": "rack-x", "site": site, "u_height": 42}])
    assert read(netbox, county) == Differences()
    assert [e.key for e in read(netbox, county, everything=True).edits] == ["rack-x"]


def test_the_ports_of_a_device_type_are_taken_over_as_one_list(netbox: FakeNetBox, county: County) -> None:
    known = next(t for t in county.device_types if t.interfaces)
    type_ = one(netbox, "dcim/device-types", slug=known.slug)["id"]
    more = {"device_type": type_, "name": "aux9", "type": "1000base-t", "mgmt_only": True}
    netbox.create("dcim/interface-templates", [more])
    ((section, key, field, value),) = sets(read(netbox, county))
    assert (section, key, field) == ("device_types", known.slug, "interfaces")
    assert isinstance(value, list)
    assert len(value) == len(known.interfaces) + 1
    assert {"name": "aux9", "type": "1000base-t", "management": True} in value
