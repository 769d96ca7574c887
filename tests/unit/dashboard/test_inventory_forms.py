"""A unit joins, changes and leaves by forms: its meaning first, errors beside their fields, nothing typed lost."""

from collections.abc import Callable

import pytest

from dashboard.services.protocols import Services
from tests.unit.dashboard.browser import Browser
from tests.unit.dashboard.conftest import CLERK, OTHER_CLERK
from tests.unit.dashboard.forms import beside, fields, text

Enter = Callable[[str], Browser]
NEW = "/inventory/units/new"
EDIT = "/inventory/units/u040/edit"
BUREAU = {
    "name": "清岚县数据局",
    "name_en": "County Data Bureau",
    "kind": "government",
    "building": "admin",
    "leader.name": "张三丰",
    "leader.telephone": "１６９１２３４５６７０",
    "officer.name": "李四光",
    "officer.telephone": "0609-3112299",
    "macs": "02-00-0A-15-79-0A\n0200.0a15.790b",
    "reason": "机构改革新设",
}


def looked(browser: Browser, **more: str) -> dict[str, str]:
    answer = browser.post(NEW, **{**BUREAU, "act": "look", **more})
    assert answer.status_code == 200, text(answer.text)
    return fields(answer.text, NEW)


def test_what_it_will_mean_is_shown_before_anything_is_saved(signed_in: Enter, services: Services) -> None:
    head = services.inventory.head()
    answer = signed_in("center").post(NEW, **BUREAU, act="look")
    said = text(answer.text)
    for value in ("u121", "221", "10.21.121.0/24", "10.20.121.0/29", "10.255.16.121", "cpe-121", "line-121",
                  "sw-admin:p15", "fdc3:7e1a:94d2:79::/64", "pc-121 10.21.121.10, pc-121-2", "+ - id"):  # fmt: skip
        assert value in said, value
    assert services.inventory.head() == head
    kept = fields(answer.text, NEW)
    assert kept["name"] == BUREAU["name"]
    assert kept["macs"].split() == BUREAU["macs"].split()


def test_saving_makes_one_commit_with_author_and_reason_and_the_pages_show_it_at_once(
    signed_in: Enter, services: Services
) -> None:
    center = signed_in("center")
    before = services.inventory.log(50)
    answer = center.post(NEW, **looked(center), act="save")
    assert answer.status_code == 303
    newest = services.inventory.log(50)
    assert len(newest) == len(before) + 1
    assert (newest[0].entry.login, newest[0].entry.reason) == ("center", "机构改革新设")
    unit = services.county.county().unit_by_id["u121"]
    assert [t.mac for t in unit.terminals] == ["02:00:0a:15:79:0a", "02:00:0a:15:79:0b"]
    assert unit.leader.telephone == "16912345670"
    assert "已保存" in center.get(answer.headers["Location"]).text
    assert "u121" in center.get("/inventory?q=数据局").text
    assert center.get("/units/u121").status_code == 200
    assert "u121" in [account.login for account in services.accounts.list()]


def test_a_double_click_and_a_second_look_say_that_it_is_there_already(signed_in: Enter, services: Services) -> None:
    center = signed_in("center")
    form = looked(center)
    center.post(NEW, **form, act="save")
    head = services.inventory.head()
    again = center.post(NEW, **form, act="save")
    assert again.status_code == 303
    assert "台账中已是如此" in center.get(again.headers["Location"]).text
    look = center.post(NEW, **BUREAU, act="look")
    assert "已有同名单位" in look.text
    assert 'value="save"' not in look.text
    assert services.inventory.head() == head


def test_every_mistake_stands_beside_its_field_and_nothing_typed_is_lost(signed_in: Enter, services: Services) -> None:
    center = signed_in("center")
    wrong = {
        **BUREAU, "name_en": " ", "kind": "bank", "building": "", "access": "pigeon", "rent": "a lot",
        "leader.telephone": "12", "officer.name": "李", "officer.telephone": "",
    }  # fmt: skip
    answer = center.post(NEW, **wrong, act="look")
    assert answer.status_code == 400
    for name in ("name_en", "kind", "building", "access", "rent", "leader.telephone", "officer.name",
                 "officer.telephone"):  # fmt: skip
        assert beside(answer.text, name), name
    assert not beside(answer.text, "name")
    kept = fields(answer.text, NEW)
    assert (kept["rent"], kept["leader.telephone"], kept["officer.name"]) == ("a lot", "12", "李")
    assert kept["reason"] == BUREAU["reason"]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"macs": "not-a-mac"}, "macs"),
        ({"macs": "02:00:0a:15:07:0a"}, "macs"),
        ({"building": "nowhere"}, "building"),
        ({"parent": "u999"}, "parent"),
        ({"access": "adsl"}, "access"),
        ({"contract": "QLDX-2026-G007"}, "contract"),
    ],
)
def test_what_the_county_refuses_stands_beside_its_field_too(
    signed_in: Enter, typed: dict[str, str], field: str
) -> None:
    answer = signed_in("center").post(NEW, **{**BUREAU, **typed}, act="look")
    assert answer.status_code == 400
    assert beside(answer.text, field), text(answer.text)[:600]


def test_whoever_comes_second_sees_the_new_promise_before_it_is_kept(signed_in: Enter, services: Services) -> None:
    one, other = signed_in("center"), signed_in("center")
    mine = looked(one)
    theirs = looked(other, name="清岚县档案局", name_en="Archives", macs="")
    assert other.post(NEW, **theirs, act="save").status_code == 303
    answer = one.post(NEW, **mine, act="save")
    assert answer.status_code == 409
    assert "已被他人占用" in answer.text
    assert "u122" in text(answer.text)
    assert one.post(NEW, **fields(answer.text, NEW), act="save").status_code == 303
    assert services.county.county().unit_by_id["u122"].name == "清岚县数据局"


def test_without_a_reason_nothing_is_saved(signed_in: Enter, services: Services) -> None:
    center = signed_in("center")
    head = services.inventory.head()
    form = {**looked(center), "reason": "  "}
    assert center.post(NEW, **form, act="save").status_code == 400
    assert center.post("/inventory/units/u040/remove").status_code == 400
    assert services.inventory.head() == head


def opened(browser: Browser, path: str = EDIT) -> dict[str, str]:
    return {**fields(browser.get(path).text, path), "reason": "电话核对"}


def test_only_what_was_changed_is_in_the_commit(signed_in: Enter, services: Services) -> None:
    center = signed_in("center")
    form = opened(center)
    answer = center.post(EDIT, **{**form, "unit.officer.telephone": "16900000001", "line.rent": "77"}, act="save")
    assert answer.status_code == 303
    done = services.inventory.log(1)[0]
    assert {(c.object, c.field, c.after) for c in done.changes} == {
        ("units/u040", "officer.telephone", "16900000001"),
        ("circuits/line-040", "rent", "77"),
    }
    assert services.county.county().circuit_by_unit["u040"].rent == 77


def test_a_check_box_a_list_and_a_person_who_goes_are_one_edit_each(signed_in: Enter, services: Services) -> None:
    center = signed_in("center")
    form = opened(center)
    gone = {f"unit.officer.{part}": "" for part in ("name", "title", "telephone")}
    form |= {**gone, "unit.may_browse": "true", "unit.terminals.0.mac": "0200-0A15-280F"}
    assert center.post(EDIT, **form, act="save").status_code == 303
    unit = services.county.county().unit_by_id["u040"]
    assert (unit.officer, unit.may_browse) == (None, True)
    assert unit.terminals[0].mac == "02:00:0a:15:28:0f"


def test_a_form_without_a_change_says_so(signed_in: Enter, services: Services) -> None:
    center = signed_in("center")
    head = services.inventory.head()
    answer = center.post(EDIT, **opened(center), act="save")
    assert (answer.status_code, "还没有任何改动" in answer.text) == (400, True)
    assert services.inventory.head() == head


def test_an_error_stands_beside_the_field_of_the_form(signed_in: Enter) -> None:
    center = signed_in("center")
    form = opened(center) | {"unit.leader.telephone": "12", "line.rent": "-4", "unit.building": "admin"}
    answer = center.post(EDIT, **form, act="save")
    assert answer.status_code == 400
    assert beside(answer.text, "unit.leader.telephone")
    assert beside(answer.text, "line.rent")
    assert fields(answer.text, EDIT)["line.rent"] == "-4"


def test_the_second_of_two_is_told_who_was_faster_and_keeps_the_own_edit(signed_in: Enter, services: Services) -> None:
    one, other = signed_in("center"), signed_in("center")
    mine, theirs = opened(one), opened(other)
    other.post(
        EDIT,
        **{**theirs, "unit.officer.telephone": "16900000001", "unit.leader.title": "调研员", "reason": "换了手机"},
        act="save",
    )
    mine |= {"unit.officer.telephone": "16900000002", "line.rent": "99"}
    answer = one.post(EDIT, **mine, act="save")
    assert answer.status_code == 409
    said = text(answer.text)
    for told in ("units/u040 officer.telephone", "16900000001", "center", "换了手机", "现在的值： 16900000001"):
        assert told in said, told
    assert said.count("现在的值：") == 1
    kept = fields(answer.text, EDIT)
    assert (kept["unit.officer.telephone"], kept["line.rent"]) == ("16900000002", "99")
    assert kept["unit.leader.title"] == "调研员", "what this person did not touch is as it is now"
    assert one.post(EDIT, **kept, act="save").status_code == 303
    unit = services.county.county().unit_by_id["u040"]
    assert unit.officer is not None
    assert (unit.officer.telephone, unit.leader.title) == ("16900000002", "调研员")


def test_two_who_changed_different_fields_do_not_meet(signed_in: Enter, services: Services) -> None:
    one, other = signed_in("center"), signed_in("center")
    mine, theirs = opened(one), opened(other)
    other.post(EDIT, **{**theirs, "unit.officer.telephone": "16900000001"}, act="save")
    assert one.post(EDIT, **{**mine, "unit.leader.title": "调研员"}, act="save").status_code == 303
    unit = services.county.county().unit_by_id["u040"]
    assert unit.officer is not None
    assert (unit.officer.telephone, unit.leader.title) == ("16900000001", "调研员")


@pytest.mark.parametrize("base", ["", "nonsense", "-x", "0" * 40])
def test_a_form_with_a_made_up_base_changes_nothing(signed_in: Enter, services: Services, base: str) -> None:
    center = signed_in("center")
    head = services.inventory.head()
    form = opened(center) | {"base": base, "line.rent": "1"}
    assert center.post(EDIT, **form, act="save").status_code == 400
    assert services.inventory.head() == head


def test_a_clerk_proposes_people_only_and_whatever_else_is_sent_is_not_read(
    signed_in: Enter, services: Services
) -> None:
    clerk, path = signed_in(CLERK), f"/inventory/units/{CLERK}/edit"
    head = services.inventory.head()
    form = opened(clerk, path)
    assert {name for name in form if name.startswith(("unit.", "line."))} == {
        f"unit.{who}.{part}" for who in ("leader", "officer") for part in ("name", "title", "telephone")
    }
    form |= {"unit.officer.telephone": "16900000009", "unit.name": "皇宫", "line.rent": "0"}
    answer = clerk.post(path, **form, act="save")
    assert answer.headers["Location"] == "/inventory/proposals/1"
    review = services.inventory.review(1)
    assert review is not None
    assert [(c.object, c.field) for c in review.changes] == [(f"units/{CLERK}", "officer.telephone")]
    assert (review.proposal.entry.login, review.proposal.entry.author) == (CLERK, "清岚县公安局交通警察大队")
    assert services.inventory.head() == head
    other = f"/inventory/units/{OTHER_CLERK}/edit"
    assert clerk.post(other, **form, act="propose").status_code == 403


def test_the_operator_proposes_lines_only(signed_in: Enter, services: Services) -> None:
    operator = signed_in("operator")
    form = opened(operator)
    assert {name.partition(".")[0] for name in form} == {"base", "reason", "line"}
    answer = operator.post(EDIT, **{**form, "line.repair_hours": "6", "unit.name": "x"}, act="save")
    assert answer.headers["Location"] == "/inventory/proposals/1"
    review = services.inventory.review(1)
    assert review is not None
    assert [(c.object, c.field, c.after) for c in review.changes] == [("circuits/line-040", "repair_hours", "6")]


def test_removing_shows_what_is_freed_then_frees_it_once(signed_in: Enter, services: Services) -> None:
    center, path = signed_in("center"), "/inventory/units/u016/remove"
    said = text(center.get(path).text)
    for value in ("10.21.16.0/24", "10.20.16.0/29", "116", "10.255.16.16", "devices/cpe-016", "circuits/line-016"):
        assert value in said, value
    assert center.post(path, reason="撤销建制").status_code == 303
    assert "u016" not in services.county.county().unit_by_id
    assert center.post(path, reason="撤销建制").headers["Location"] == "/inventory/objects/units/u016"
    page = center.get("/inventory/objects/units/u016")
    assert "台账中已无此对象" in page.text
    assert "撤销建制" in page.text
    assert "vlan 116" in center.get("/inventory/sections/quarantine").text
    assert center.get("/inventory/objects/quarantine/network%2010.21.16.0/24").status_code == 200
    assert center.get("/inventory/units/u999/remove").status_code == 404
