"""What NetBox shall hold of a county: whole, each thing once, no secret, as long as NetBox takes it."""

import re
from typing import Any

from inventory.model import County
from inventory.netbox.fields import CUSTOM
from inventory.netbox.kinds import KINDS
from inventory.netbox.mapping import left_out, things
from inventory.netbox.thing import CF, Ref, refs, slug

LIMITS = {"name": 100, "slug": 100, "description": 200, "label": 100, "serial": 50, "part_number": 50, "cid": 100}


def test_every_thing_is_there_once_and_names_only_what_is_there_before_it(county: County) -> None:
    found = things(county)
    known: set[Ref] = set()
    for kind in KINDS:
        keys = [thing.key for thing in found[kind]]
        assert len(keys) == len(set(keys)), kind
        known |= {thing.ref for thing in found[kind]}
        assert not [
            r for thing in found[kind] for value in thing.fields.values() for r in refs(value) if r not in known
        ]


def test_equal_counties_give_equal_things_in_either_language(county: County) -> None:
    from countynet.i18n import set_language

    set_language("en")
    english = things(county)
    set_language("zh")
    assert things(county) == english


def test_no_field_is_longer_than_netbox_takes(county: County) -> None:
    for part in things(county).values():
        for thing in part:
            for field, limit in LIMITS.items():
                value = thing.fields.get(field)
                assert not isinstance(value, str) or len(value) <= limit
                assert not isinstance(value, str) or value == value.strip()


def test_every_custom_field_that_is_used_is_made(county: County) -> None:
    used = {f.removeprefix(CF) for part in things(county).values() for t in part for f in t.fields if f.startswith(CF)}
    assert used == set(CUSTOM)


def test_no_secret_is_in_any_thing(county: County) -> None:
    assert "none none" not in str(things(county))


def test_every_device_has_its_management_address_as_its_primary_one(county: County) -> None:
    found = things(county)
    primary = {thing.key: thing.fields["primary_ip4"] for thing in found["primaries"]}
    on = {t.ref: t.fields.get("assigned_object_id") for t in found["addresses"]}
    for device in county.devices:
        ref: Any = primary[device.name]
        assert ref == Ref("addresses", str(device.management))
        assert str(getattr(on[ref], "key", "")).startswith(f"{device.name}:")


def test_every_item_of_the_sections_that_netbox_holds_is_held(county: County) -> None:
    origins = {thing.origin[:2] for part in things(county).values() for thing in part}
    for section in ("units", "buildings", "sites", "racks", "devices", "cables", "circuits", "hosts", "device_types"):
        keys = {getattr(i, "id", None) or getattr(i, "name", None) or i.slug for i in getattr(county, section)}
        if section == "device_types":
            keys = {i.slug for i in county.device_types}
        assert {key for s, key in origins if s == section} == keys, section


def test_what_netbox_has_no_place_for_is_counted(county: County) -> None:
    assert left_out(county)["policy"] == len(county.policy)


def test_slugs_are_what_netbox_takes_and_two_names_stay_two() -> None:
    for text in ("Huawei", "云岭网络", "云岭", "RG-NBS3100 24GT", "a" * 300, "…", "Ünïcode-7"):
        assert re.fullmatch(r"[-a-zA-Z0-9_]{1,100}", slug(text)), text
    assert slug("云岭网络") != slug("云岭")
    assert slug("RG 1") == "rg-1"
