"""What a real NetBox 4.7.3 answered, replayed below pynetbox: everything of ours runs as it does against one."""

import pytest

from countynet.i18n import set_language
from inventory.model import County
from inventory.netbox.differences import DECIDED, UNREADABLE, differences
from inventory.netbox.newcomers import PLANNED
from inventory.netbox.push import Failure, Waiting
from inventory.netbox.service import fetch
from inventory.netbox.thing import Ref
from inventory.record.edit import Plain, Put, Set
from tests.unit.inventory.netbox import scenes
from tests.unit.inventory.netbox.replay import HERE, Replay, server, thawed


@pytest.fixture(autouse=True)
def _english() -> None:
    set_language("en")


def test_an_export_makes_all_then_nothing_then_only_what_differs() -> None:
    replay, things = Replay("export"), thawed()
    first, second, third = scenes.export(server(replay), things)
    made = sum(map(len, things.values()))
    assert first.count("made") + first.count("changed") == made
    assert {d.kind for d in first.done if d.what == "changed"} == {"interfaces", "primaries"}
    assert (second.done, second.failures, second.same) == ([], [], made)
    assert [(d.what, d.kind, d.key) for d in third.done] == [
        ("changed", "devices", "cpe-001"),
        ("removed", "cables", "cable-pc-001"),
    ]
    assert set(third.done[0].fields) == {"serial"}
    assert not replay.unasked


def test_what_netbox_refuses_is_named_with_its_words_and_the_rest_goes_on() -> None:
    replay, things = Replay("refused"), thawed()
    first, second = scenes.refused(server(replay), things)
    words = "phone: Ensure this field has no more than 50 characters."
    assert first.failures == [Failure("contacts", "u001-officer", words)]
    assert first.waiting == [Waiting("assignments", "u001:officer", Ref("contacts", "u001-officer"))]
    assert first.count("made") + first.count("changed") == sum(map(len, things.values())) - 2
    assert {(d.kind, d.key) for d in second.done} == {("contacts", "u001-officer"), ("assignments", "u001:officer")}
    assert (second.failures, second.waiting) == ([], [])
    assert not replay.unasked


def test_what_is_somebody_elses_is_used_but_changed_only_when_adopted() -> None:
    replay, things = Replay("theirs"), thawed()
    first, adopted = scenes.theirs(server(replay), things)
    theirs = {(d.kind, d.key) for d in first.done if d.what == "theirs"}
    assert theirs == {("sites", "admin"), ("circuit_types", "fiber")}
    assert not first.failures
    assert {(d.kind, d.key, d.what) for d in adopted.done} == {(kind, key, "changed") for kind, key in theirs}
    assert not replay.unasked


def test_an_import_takes_over_what_a_person_edited_and_lists_the_rest() -> None:
    county = County.model_validate_json((HERE / "county.json").read_text("utf-8"))
    found = differences(county, fetch(server(Replay("import")), False, scenes.silent))
    assert {(e.section, e.key, e.field, str(e.value)) for e in found.edits if isinstance(e, Set)} == {
        ("devices", "cpe-001", "serial", "BY-HAND"),
        ("devices", "cpe-001", "life.state", "faulty"),
        ("units", "u001", "name", "县委办"),
        ("cables", "cable-cpe-001", "length_m", "2.5"),
    }
    rack: dict[str, Plain] = {"id": "rack-9", "building": "admin", "room": "弱电间", "height": 24}
    assert [e for e in found.edits if isinstance(e, Put)] == [Put("racks", rack)]
    reasons = {(u.object, u.field): u.reason for u in found.unheld}
    assert reasons["units/u001", "officer.telephone"] == UNREADABLE
    assert reasons["prefixes/10.99.0.0/24", ""] == PLANNED
    assert set(reasons.values()) <= {UNREADABLE, PLANNED, DECIDED}


def test_no_recording_holds_a_token_or_a_machines_address() -> None:
    for path in HERE.glob("*.json"):
        text = path.read_text("utf-8")
        assert "nbt_" not in text
        assert "127.0.0.1" not in text
        assert "uthorization" not in text
