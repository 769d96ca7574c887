"""An export against a NetBox in memory: refusals of every sort, what is not ours, what is there twice."""

from collections.abc import Mapping
from typing import Any

import pytest

from inventory.model import County
from inventory.netbox.mapping import things
from inventory.netbox.push import Failure
from inventory.netbox.thing import TAG, Ref, Thing
from tests.unit.inventory.netbox.fake import FakeNetBox
from tests.unit.inventory.netbox.replay import closure
from tests.unit.inventory.netbox.scenes import changed, run, without

Things = dict[str, tuple[Thing, ...]]


@pytest.fixture
def whole(county: County) -> Things:
    return dict(things(county))


@pytest.fixture
def small(whole: Things) -> Things:
    seeds = {Ref("cables", "cable-pc-001"), Ref("primaries", "cpe-001"), Ref("assignments", "u001:officer")}
    return closure(whole, {*seeds, Ref("tags", TAG), *(t.ref for t in whole["custom_fields"])})


def test_a_whole_county_takes_few_requests_and_a_second_export_writes_nothing(whole: Things) -> None:
    netbox = FakeNetBox()
    first = run(netbox, whole)
    count = sum(map(len, whole.values()))
    assert (first.failures, first.waiting) == ([], [])
    assert first.count("made") == count - len(whole["primaries"])
    assert netbox.writes() < count / 25
    before = netbox.writes()
    second = run(netbox, whole)
    assert (second.same, second.done, second.extra) == (count, [], [])
    assert netbox.writes() == before


def test_a_preview_writes_nothing_and_says_what_an_export_then_does(small: Things) -> None:
    netbox = FakeNetBox()
    preview = run(netbox, small, preview=True)
    assert netbox.writes() == 0
    real = run(netbox, small)
    assert {(d.what, d.kind, d.key) for d in preview.done} == {(d.what, d.kind, d.key) for d in real.done}


def _no_pc(_path: str, body: Mapping[str, Any]) -> str:
    return "no" if body.get("name") == "pc-001" else ""


@pytest.mark.parametrize("says_which", [True, False], ids=["named", "only that something broke"])
def test_one_refused_object_costs_only_itself_and_what_names_it(small: Things, says_which: bool) -> None:
    outcome = run(FakeNetBox(_no_pc, says_which), small)
    assert [(f.kind, f.key) for f in outcome.failures] == [("devices", "pc-001")]
    assert {(w.kind, w.key) for w in outcome.waiting} == {("interfaces", "pc-001:eth0"), ("cables", "cable-pc-001")}
    done = outcome.count("made") + outcome.count("changed")
    assert done == sum(map(len, small.values())) - len(outcome.failures) - len(outcome.waiting)


def test_when_every_object_is_refused_each_is_named_with_the_words(small: Things) -> None:
    outcome = run(FakeNetBox(lambda path, _body: "full" if path == "tenancy/tenants" else ""), small)
    assert Failure("tenants", "u001", "full") in outcome.failures


def test_what_lacks_our_tag_is_left_alone_and_named_with_its_differences(small: Things) -> None:
    netbox = FakeNetBox()
    theirs = netbox.create("tenancy/tenants", [{"name": "Party office", "slug": "u001"}]).records[0]
    outcome = run(netbox, small)
    assert not outcome.failures
    assert [(d.kind, d.key, set(d.fields) >= {"name"}) for d in outcome.done if d.what == "theirs"] == [
        ("tenants", "u001", True)
    ]
    assert netbox.records["tenancy/tenants"][theirs["id"]]["name"] == "Party office"
    run(netbox, small, adopt=True)
    adopted = netbox.records["tenancy/tenants"][theirs["id"]]
    assert adopted["tags"] == [{"slug": TAG}]
    assert adopted["name"] != "Party office"


def test_adopting_keeps_the_tags_that_are_there(small: Things) -> None:
    netbox = FakeNetBox()
    theirs = netbox.create("tenancy/tenants", [{"name": "x", "slug": "u001", "tags": [{"slug": "vip"}]}]).records[0]
    run(netbox, small, adopt=True)
    assert netbox.records["tenancy/tenants"][theirs["id"]]["tags"] == [{"slug": "vip"}, {"slug": TAG}]


def test_prune_removes_only_what_bears_our_tag_and_the_last_kind_first(small: Things) -> None:
    netbox = FakeNetBox()
    run(netbox, small)
    netbox.create("dcim/cables", [{"label": "theirs", "a_terminations": [], "b_terminations": []}])
    gone = (Ref("cables", "cable-pc-001"), Ref("interfaces", "pc-001:eth0"), Ref("devices", "pc-001"))
    fewer = without(small, *gone)
    assert set(run(netbox, fewer).extra) == {(ref.kind, ref.key) for ref in gone}
    removed = [(d.kind, d.key) for d in run(netbox, fewer, prune=True).done if d.what == "removed"]
    assert removed == [(ref.kind, ref.key) for ref in gone]
    assert [r["label"] for r in netbox.records["dcim/cables"].values()] == ["theirs"]


def test_what_is_there_twice_with_our_tag_is_said_and_pruned_to_one(small: Things) -> None:
    netbox = FakeNetBox()
    run(netbox, small)
    copy = next(r for r in netbox.records["tenancy/contacts"].values())
    netbox.create("tenancy/contacts", [{k: v for k, v in copy.items() if k != "id"}])
    key = copy["custom_fields"]["countynet_id"]
    assert run(netbox, small).extra == [("contacts", key)]
    assert run(netbox, small, prune=True).count("removed") == 1
    assert run(netbox, small).extra == []


def test_a_finer_cable_type_in_netbox_is_kept(small: Things) -> None:
    netbox = FakeNetBox()
    run(netbox, small)
    cable = next(r for r in netbox.records["dcim/cables"].values() if r["label"] == "cable-pc-001")
    cable["type"] = "cat6a"
    assert run(netbox, small).done == []
    cable["type"] = "mmf-om4"
    assert [(d.key, set(d.fields)) for d in run(netbox, small).done] == [("cable-pc-001", {"type"})]


def test_other_peoples_custom_fields_and_descriptions_survive_a_change(small: Things) -> None:
    netbox = FakeNetBox()
    run(netbox, small)
    device = next(r for r in netbox.records["dcim/devices"].values() if r["name"] == "cpe-001")
    device["custom_fields"] = {**device["custom_fields"], "cost_center": "7"}
    device["comments"] = "mind the step"
    run(netbox, changed(small, Ref("devices", "cpe-001"), serial="SN-9"))
    device = next(r for r in netbox.records["dcim/devices"].values() if r["name"] == "cpe-001")
    assert (device["serial"], device["comments"]) == ("SN-9", "mind the step")
    assert device["custom_fields"]["cost_center"] == "7"


def test_regions_are_made_parents_first_whatever_their_order() -> None:
    chain = [("c", "b"), ("b", "a"), ("a", None)]
    regions = tuple(
        Thing("regions", key, {"name": key, "slug": key, "parent": Ref("regions", parent) if parent else None})
        for key, parent in chain
    )
    netbox, empty = FakeNetBox(), {kind: () for kind in things_kinds()}
    outcome = run(netbox, {**empty, "regions": regions})
    assert (outcome.failures, outcome.waiting) == ([], [])
    assert [d.key for d in outcome.done] == ["a", "b", "c"]


def test_regions_in_a_circle_are_said_to_wait_and_end() -> None:
    circle = tuple(
        Thing("regions", key, {"name": key, "slug": key, "parent": Ref("regions", parent)})
        for key, parent in (("a", "b"), ("b", "a"))
    )
    outcome = run(FakeNetBox(), {**{kind: () for kind in things_kinds()}, "regions": circle})
    assert {w.key for w in outcome.waiting} == {"a", "b"}


def things_kinds() -> list[str]:
    from inventory.netbox.kinds import KINDS

    return list(KINDS)
