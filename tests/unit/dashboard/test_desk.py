"""The desk: the queue with one press to dispatch, faults merged and split, the visit, the repair order."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from countynet.paper import FONT
from dashboard.desk.pages import telephones
from dashboard.services.protocols import Services
from tests.unit.dashboard.browser import Browser
from tests.unit.dashboard.conftest import CLERK, OTHER_CLERK
from tests.unit.dashboard.forms import fields, text

Enter = Callable[[str], Browser]
DUTY = """
people:
- {name: 张伟, login: operator, telephone: "13800000001"}
- {name: 李娜, telephone: "13800000002"}
"""


@pytest.fixture
def duty(tmp_path: Path) -> None:
    (tmp_path / "monitoring").mkdir()
    (tmp_path / "monitoring" / "duty.yml").write_text(DUTY, encoding="utf-8")


@pytest.mark.usefixtures("duty")
def test_the_queue_dispatches_to_who_is_suggested_and_stays_the_queue(signed_in: Enter, services: Services) -> None:
    signed_in(CLERK).post("/faults", title="上不了网")
    center = signed_in("center")
    html = center.get("/faults?view=waiting").text
    assert 'data-key="d"' in html
    assert "派给 张伟" in text(html)
    assert "手上有 0 个故障" in html
    back = re.search(r'name="queue" value="([^"]+)"', html)
    assert back is not None
    sent = back[1].replace("&amp;", "&")
    answer = center.post("/faults/1/dispatch", queue=sent, to="张伟")
    assert answer.headers["Location"] == "/faults?view=waiting&mine=0"
    assert "#1" in signed_in("operator").get("/faults").text
    assert "李娜" in center.get("/faults/1").text
    assert center.post("/faults/1/hand", to="李娜").status_code == 303
    assert "#1" in signed_in("operator").get("/faults").text  # 李娜 has no account: it stays everybody's
    assert center.post("/faults/1/hand", to="谁").status_code == 400


def test_nobody_to_suggest_is_said(signed_in: Enter) -> None:
    signed_in(CLERK).post("/faults", title="上不了网")
    assert "duty.yml 没有登记人员" in signed_in("center").get("/faults").text


def test_no_filter_breaks_the_page(signed_in: Enter) -> None:
    center = signed_in("center")
    for query in (
        "view=x&state=y&page=-3",
        "page=99999999999999",
        "unit='%3B--",
        "mine=2",
        "view=closed",
        "view=overdue",
    ):
        assert center.get(f"/faults?{query}").status_code == 200, query
        assert center.get(f"/faults/waiting?{query}").status_code == 200, query


def test_faults_are_merged_parted_linked_and_split_on_the_page(signed_in: Enter) -> None:
    first, second, center = signed_in(CLERK), signed_in(OTHER_CLERK), signed_in("center")
    first.post("/faults", title="上不了网")
    first.post("/faults", title="打印机慢")
    second.post("/faults", title="断网了")
    refused = center.post("/faults/2/merge", other="一号", note="同一根光缆")
    kept = fields(refused.text, "/faults/2/merge")
    assert (refused.status_code, kept["other"], kept["note"]) == (400, "一号", "同一根光缆")
    assert fields(refused.text, "/faults/2/link")["other"] == ""
    assert center.post("/faults/2/merge", other="1", note="同一根光缆").status_code == 303
    assert center.get("/faults/2").text.count("dispatch") == 0
    queue = text(center.get("/faults").text)
    assert "#2" not in queue
    assert "另有 1 个并入" in queue
    assert "并入另一故障" in second.get("/faults/2").text
    assert center.post("/faults/2/part").status_code == 303
    assert center.post("/faults/2/link", other="1", kind="caused-by").status_code == 303
    assert "起因于" in center.get("/faults/2").text
    assert center.post("/faults/2/unlink", other="#1").status_code == 303
    for wrong in ({"other": "x"}, {"other": "99"}, {"other": ""}):
        assert center.post("/faults/2/merge", **wrong).status_code == 400
    again = center.post("/faults/1/merge", other="1", note="同一处断点")
    assert (again.status_code, fields(again.text, "/faults/1/merge")["note"]) == (409, "同一处断点")
    report = re.findall(r'name="report" value="(\d+)"', center.get("/faults/1").text)
    assert center.post("/faults/1/split", report=report[1]).status_code == 303
    assert "打印机慢" in center.get("/faults/3").text
    for path in ("merge", "part", "split", "link", "unlink", "hand", "correct"):
        assert first.post(f"/faults/1/{path}", other="2").status_code == 403


def test_the_operator_sees_where_to_go_whom_to_call_and_says_with_which_part(signed_in: Enter) -> None:
    signed_in(CLERK).post("/faults", title="上不了网", contact="周雨桐 16910324051")
    center, operator = signed_in("center"), signed_in("operator")
    center.post("/faults/1/dispatch")
    html = operator.get("/faults/1").text
    assert 'href="tel:16910324051"' in html
    assert "countynet faults fix 1" in html
    assert "16910324051" not in signed_in("auditor").get("/faults/1").text
    operator.post("/faults/1/start")
    wrong = operator.post("/faults/1/pause", reason="material", note="等光模块", until="2020-01-01T00:00")
    assert wrong.status_code == 400
    assert operator.post("/faults/1/pause", reason="material", note="等光模块", who="仓库").status_code == 303
    page = center.get("/faults/1").text
    assert "仓库" in text(page)
    pause = re.search(r'name="pause" value="(\d+)"', page)
    assert pause is not None
    assert center.post("/faults/1/correct", pause=pause[1], note="没有等", void="1").status_code == 303
    assert (
        operator.post("/faults/1/repaired", cause="光模块坏", part="SFP 1310", done="2031-01-01T00:00").status_code
        == 400
    )
    assert operator.post("/faults/1/repaired", cause="光模块坏", part="SFP 1310").status_code == 303
    assert "SFP 1310" in center.get("/faults/1").text


def test_the_repair_order_is_on_screen_and_on_paper_for_who_goes_there(signed_in: Enter) -> None:
    signed_in(CLERK).post("/faults", title="上不了网", contact="16910324051")
    operator = signed_in("operator")
    html = operator.get("/faults/1/order").text
    for said in ("派修单 1", "16910324051", "上不了网", "携带物品", "单位签字"):
        assert said in html
    for who in ("auditor", CLERK):
        assert signed_in(who).get("/faults/1/order").status_code == 403
    if FONT.is_file():
        paper = operator.get("/faults/1/order.pdf")
        assert paper.content_type == "application/pdf"
        assert paper.data.startswith(b"%PDF-")


def test_telephone_numbers_are_found_in_what_people_type() -> None:
    assert telephones("周雨桐 16910324051，办公室 0898-1234567") == ["16910324051", "0898-1234567"]
    assert telephones("工号 123456789012345") == []
