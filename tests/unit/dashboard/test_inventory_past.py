"""One field changed as text, the log, undo, the difference of two dates, and the review of proposals."""

import re
from collections.abc import Callable

import pytest

from countynet import clock
from dashboard.services.protocols import Services
from tests.unit.dashboard.browser import Browser
from tests.unit.dashboard.conftest import CLERK, OTHER_CLERK
from tests.unit.dashboard.forms import fields, text

Enter = Callable[[str], Browser]
LINE = "/inventory/objects/circuits/line-040"
CHANGE = "/inventory/change/circuits/line-040"


def opened(browser: Browser, field: str, page: str = LINE, change: str = CHANGE) -> dict[str, str]:
    return {**fields(browser.get(f"{page}?field={field}").text, change), "reason": "合同变更"}


def test_one_field_of_any_object_is_changed_as_text(signed_in: Enter, services: Services) -> None:
    center = signed_in("center")
    form = opened(center, "rent")
    answer = center.post(CHANGE, **{**form, "value": " 95 "}, act="save")
    assert answer.status_code == 303
    page = text(center.get(answer.headers["Location"]).text)
    for said in ("已保存", "合同变更", "月租（元）", "95"):
        assert said in page, said
    done = services.inventory.log(1)[0]
    assert [(c.object, c.field, c.after) for c in done.changes] == [("circuits/line-040", "rent", "95")]


def test_a_list_is_changed_as_yaml_and_a_field_that_may_be_missing_is_removed(
    signed_in: Enter, services: Services
) -> None:
    center, page, change = (
        signed_in("center"),
        "/inventory/objects/devices/cpe-040",
        "/inventory/change/devices/cpe-040",
    )
    form = opened(center, "ports", page, change)
    assert form["value"].startswith("[")
    more = form["value"].replace("]", ", lan8]")
    assert center.post(change, **{**form, "value": more}, act="save").status_code == 303
    assert "lan8" in services.county.county().device_by_name["cpe-040"].ports
    form = opened(center, "ports", page, change)
    assert center.post(change, **{**form, "value": "[broken"}, act="save").status_code == 400
    form = opened(center, "begins") | {"value": "2026-04-01"}
    assert center.post(CHANGE, **form, act="save").status_code == 303
    form = opened(center, "begins") | {"value": ""}
    assert center.post(CHANGE, **form, act="save").status_code == 303
    assert services.county.county().circuit_by_unit["u040"].begins is None


@pytest.mark.parametrize(
    ("field", "value"), [("rent", "much"), ("access", "pigeon"), ("unit", "u999"), ("rnt", "1"), ("rent", "a\0b")]
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    signed_in: Enter, services: Services, field: str, value: str
) -> None:
    center = signed_in("center")
    head = services.inventory.head()
    answer = center.post(CHANGE, field=field, value=value, base=head, reason="x", act="save")
    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert fields(answer.text, CHANGE)["value"].replace("\ufffd", "\0") == value
    assert services.inventory.head() == head


def test_two_who_changed_one_field_meet_on_its_page_too(signed_in: Enter, services: Services) -> None:
    one, other = signed_in("center"), signed_in("center")
    mine, theirs = opened(one, "rent"), opened(other, "rent")
    other.post(CHANGE, **{**theirs, "value": "81", "reason": "降价"}, act="save")
    answer = one.post(CHANGE, **{**mine, "value": "82"}, act="save")
    assert answer.status_code == 409
    for said in ("降价", "center", "现在的值： 81"):
        assert said in text(answer.text), said
    again = fields(answer.text, CHANGE)
    assert again["value"] == "82"
    assert one.post(CHANGE, **again, act="save").status_code == 303
    assert services.county.county().circuit_by_unit["u040"].rent == 82


def test_who_may_change_what_is_asked_for_every_field(signed_in: Enter, services: Services) -> None:
    head = services.inventory.head()
    clerk, operator, auditor = signed_in(CLERK), signed_in("operator"), signed_in("auditor")
    for who, path, field in (
        (clerk, f"/inventory/change/units/{CLERK}", "name"),
        (clerk, f"/inventory/change/units/{OTHER_CLERK}", "officer.telephone"),
        (clerk, "/inventory/change/circuits/line-031", "rent"),
        (operator, "/inventory/change/units/u040", "name"),
        (operator, "/inventory/change/policy/dns", "reason"),
        (auditor, CHANGE, "rent"),
    ):
        answer = who.post(path, field=field, value="x", base=head, reason="x", act="propose")
        assert answer.status_code in (403, 404), (path, field)
    assert operator.post(CHANGE, field="rent", value="1", base=head, reason="x", act="save").status_code == 303
    assert services.inventory.head() == head
    assert [p.entry.login for p in services.inventory.proposals()] == ["operator"]


def rent(browser: Browser, value: str, reason: str = "合同变更") -> None:
    form = opened(browser, "rent") | {"value": value, "reason": reason}
    assert browser.post(CHANGE, **form, act="save").status_code == 303


def test_the_log_tells_who_what_and_why_and_undo_is_one_more_commit(signed_in: Enter, services: Services) -> None:
    center = signed_in("center")
    before = services.county.county().circuit_by_unit["u040"].rent
    rent(center, "81", "写错了")
    page = center.get("/inventory/log").text
    commit = re.findall(r"/inventory/commits/([0-9a-f]{40})#undo", page)[0]
    for said in ("写错了", "circuits/line-040", "81", str(before)):
        assert said in text(page), said
    action = f"/inventory/commits/{commit}/undo"
    assert center.post(action, reason=" ").status_code == 400
    answer = center.post(action, reason="恢复原值")
    assert answer.status_code == 303
    assert services.county.county().circuit_by_unit["u040"].rent == before
    newest = services.inventory.log(1)[0]
    assert (newest.entry.reason, newest.entry.trailers("Reverts")) == ("恢复原值", (commit,))
    assert center.get(answer.headers["Location"]).status_code == 200


def test_a_refused_undo_names_the_later_commits(signed_in: Enter, services: Services) -> None:
    center = signed_in("center")
    rent(center, "81", "first")
    first = services.inventory.head()
    rent(center, "82", "second")
    answer = center.post(f"/inventory/commits/{first}/undo", reason="back")
    assert answer.status_code == 409
    said = text(answer.text)
    assert services.inventory.head()[:10] in said
    assert "second" in said


def test_an_undo_that_leaves_something_without_its_base_names_what_builds_on_it(
    signed_in: Enter, services: Services
) -> None:
    center = signed_in("center")
    new = {
        "name": "数据局", "name_en": "Data", "kind": "government", "building": "admin",
        "leader.name": "张三", "leader.telephone": "16912345670", "reason": "new",
    }  # fmt: skip
    look = center.post("/inventory/units/new", **new, act="look").text
    assert center.post("/inventory/units/new", **fields(look, "/inventory/units/new"), act="save").status_code == 303
    added = services.inventory.head()
    below = {**new, "name": "数据局分局", "name_en": "Branch", "kind": "branch", "parent": "u121", "reason": "below"}
    look = center.post("/inventory/units/new", **below, act="look").text
    assert center.post("/inventory/units/new", **fields(look, "/inventory/units/new"), act="save").status_code == 303
    later = services.inventory.head()
    page = center.get(f"/inventory/commits/{added}").text
    assert f"/inventory/commits/{later}" in page
    answer = center.post(f"/inventory/commits/{added}/undo", reason="back")
    assert answer.status_code == 409
    assert f"/inventory/commits/{later}" in answer.text
    assert services.inventory.head() == later


@pytest.mark.parametrize("commit", ["nonsense", "0" * 40, "-x", "HEAD:units.yml", "%00"])
def test_what_is_no_commit_of_the_record_is_404(signed_in: Enter, commit: str) -> None:
    assert signed_in("center").get(f"/inventory/commits/{commit}").status_code == 404


def test_a_proposals_branch_is_no_commit_of_the_record(signed_in: Enter, services: Services) -> None:
    center = signed_in("center")
    center.post(CHANGE, **{**opened(center, "rent"), "value": "81"}, act="propose")
    branch = services.inventory.proposals()[0].entry.commit
    assert center.get(f"/inventory/commits/{branch}").status_code == 404


def test_the_first_commit_is_no_ones_to_undo(signed_in: Enter, services: Services) -> None:
    center = signed_in("center")
    first = services.inventory.log(100)[-1].entry.commit
    assert "/undo" not in center.get(f"/inventory/commits/{first}").text
    assert center.post(f"/inventory/commits/{first}/undo", reason="x").status_code == 409


def test_the_difference_of_two_dates_or_commits(signed_in: Enter, services: Services) -> None:
    center = signed_in("center")
    before = services.inventory.head()
    rent(center, "81")
    today = clock.today().isoformat()
    for query in (f"since=2020-01-01&until={today}", f"since={before}&until=HEAD", ""):
        said = text(center.get(f"/inventory/diff?{query}").text)
        assert "circuits/line-040" in said, query
    assert "没有差异" in center.get("/inventory/diff?since=HEAD&until=HEAD").text
    for wrong in ("2026-13-01", "yesterday", "-x", "a\0b", "<b>"):
        answer = center.get("/inventory/diff", query_string={"since": wrong})
        assert answer.status_code == 400, wrong
        assert "<b>&" not in answer.text


def proposed(browser: Browser, reason: str = "换了手机号") -> str:
    path = f"/inventory/units/{CLERK}/edit"
    form = fields(browser.get(path).text, path) | {"unit.officer.telephone": "16900000009", "reason": reason}
    answer = browser.post(path, **form, act="propose")
    assert answer.status_code == 303, text(answer.text)
    return answer.headers["Location"]


def test_the_center_merges_what_a_unit_proposes(signed_in: Enter, services: Services) -> None:
    clerk, center = signed_in(CLERK), signed_in("center")
    path = proposed(clerk)
    assert "等待县信息中心审核" in clerk.get(path).text
    assert "换了手机号" in center.get("/inventory/proposals").text
    page = text(center.get(path).text)
    for said in ("信息员 · 电话", "16910324051", "16900000009", "+ officer"):
        assert said in page, said
    assert center.post(f"{path}/merge", reason="已电话核实").status_code == 303
    officer = services.county.county().unit_by_id[CLERK].officer
    assert officer is not None
    assert officer.telephone == "16900000009"
    newest = services.inventory.log(1)[0]
    assert (newest.entry.login, newest.entry.trailers("Proposal")) == ("center", ("1",))
    assert "已电话核实" in newest.entry.reason
    assert center.post(f"{path}/merge").status_code == 409
    assert "/merge" not in center.get(path).text
    assert clerk.get(path).status_code == 200


def test_a_declined_proposal_tells_its_author_why(signed_in: Enter, services: Services) -> None:
    clerk, center = signed_in(CLERK), signed_in("center")
    head, path = services.inventory.head(), proposed(clerk)
    assert center.post(f"{path}/decline", reason="").status_code == 400
    assert center.post(f"{path}/decline", reason="请用单位公函").status_code == 303
    assert "请用单位公函" in clerk.get(path).text
    assert services.inventory.head() == head


def test_nobody_merges_their_own_and_the_page_says_why(signed_in: Enter, services: Services) -> None:
    center = signed_in("center")
    head = services.inventory.head()
    center.post(CHANGE, **{**opened(center, "rent"), "value": "81"}, act="propose")
    page = center.get("/inventory/proposals/1").text
    assert "任何人不得批准自己的申请" in page
    assert "/merge" not in page
    answer = center.post("/inventory/proposals/1/merge")
    assert answer.status_code == 403
    assert services.inventory.head() == head


def test_a_proposal_that_others_overtook_says_so_and_cannot_be_merged(signed_in: Enter, services: Services) -> None:
    operator, center = signed_in("operator"), signed_in("center")
    operator.post(CHANGE, **{**opened(operator, "rent"), "value": "81"}, act="propose")
    rent(center, "82")
    page = center.get("/inventory/proposals/1").text
    assert "此后他人已修改相同内容" in page
    assert "/merge" not in page
    assert center.post("/inventory/proposals/1/merge").status_code == 409
    assert services.county.county().circuit_by_unit["u040"].rent == 82


def test_a_clerk_sees_only_the_own_proposals_and_decides_nothing(signed_in: Enter) -> None:
    clerk, other, operator, auditor = (
        signed_in(CLERK),
        signed_in(OTHER_CLERK),
        signed_in("operator"),
        signed_in("auditor"),
    )
    path = proposed(clerk)
    assert "换了手机号" not in other.get("/inventory/proposals").text
    assert other.get(path).status_code == 403
    for who in (clerk, other, operator, auditor):
        assert who.post(f"{path}/merge").status_code == 403
        assert who.post(f"{path}/decline", reason="x").status_code == 403
    assert auditor.get(path).status_code == 200
    assert operator.get("/inventory/proposals/99").status_code == 404


def test_what_people_wrote_is_text_never_markup(signed_in: Enter) -> None:
    evil = '<script>alert("x")</script>'
    clerk, center = signed_in(CLERK), signed_in("center")
    path = proposed(clerk, evil)
    assert center.post(f"{path}/merge", reason=evil).status_code == 303
    for page in (
        path,
        "/inventory/proposals",
        "/inventory/log",
        "/inventory/commits/HEAD",
        f"/inventory/objects/units/{CLERK}",
    ):
        html = center.get(page).text
        assert "<script>alert" not in html, page
        assert "&lt;script&gt;" in html, page
