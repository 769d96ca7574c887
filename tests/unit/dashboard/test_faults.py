"""A fault's way through the pages: every step by its role, and no step twice."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from dashboard.app import create_app
from dashboard.services.protocols import Services
from dashboard.services.real.faults import RealFaults
from tests.unit.dashboard import sample
from tests.unit.dashboard.browser import Browser
from tests.unit.dashboard.conftest import CLERK
from tests.unit.dashboard.forms import fields, text

Enter = Callable[[str], Browser]


def test_a_fault_goes_from_report_to_confirmation(signed_in: Enter) -> None:
    clerk, center, operator = signed_in(CLERK), signed_in("center"), signed_in("operator")
    answer = clerk.post("/faults", title="上不了专网", description="今早开始", contact="周雨桐 16910324051")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/faults/1")
    assert 'action="/faults/1/dispatch"' in center.get("/faults/1").text
    assert 'action="/faults/1/' not in operator.get("/faults/1").text
    assert center.post("/faults/1/dispatch", note="请今天处理").status_code == 303
    assert operator.post("/faults/1/start").status_code == 303
    assert operator.post("/faults/1/repaired", cause="光缆被挖断").status_code == 303
    assert 'action="/faults/1/reopen"' in clerk.get("/faults/1").text
    assert clerk.post("/faults/1/confirm", rating="4", note="谢谢").status_code == 303
    html = clerk.get("/faults/1").text
    for said in (CLERK, "center", "operator", "光缆被挖断", "请今天处理", "谢谢", "评分 4/5"):
        assert said in html
    assert html.count('<time datetime="') == 7
    assert '<form method="post" action="/faults' not in html


def test_a_report_needs_words_and_keeps_what_was_typed(signed_in: Enter, services: Services) -> None:
    answer = signed_in(CLERK).post("/faults", title="  ", description="since this morning", contact="me")
    assert answer.status_code == 400
    assert "since this morning" in answer.text
    assert services.faults.open() == []


def test_the_center_reports_for_a_unit_that_it_names(signed_in: Enter, services: Services) -> None:
    center = signed_in("center")
    for unit in ("", "u999"):
        assert center.post("/faults", title="phone call", unit=unit).status_code == 400
    assert center.post("/faults", title="phone call", unit="u007").status_code == 303
    assert services.faults.of_unit("u007")[0].title == "phone call"


def test_a_second_report_joins_the_first(signed_in: Enter, services: Services) -> None:
    clerk = signed_in(CLERK)
    clerk.post("/faults", title="first")
    assert clerk.post("/faults", title="second").headers["Location"] == "/faults/1"
    assert len(services.faults.open()) == 1


def test_a_step_from_an_old_page_is_refused_and_changes_nothing(signed_in: Enter, services: Services) -> None:
    clerk, center = signed_in(CLERK), signed_in("center")
    clerk.post("/faults", title="x")
    assert center.post("/faults/1/dispatch").status_code == 303
    before = services.faults.get(1)
    answer = center.post("/faults/1/dispatch", note="请带上 <b>备件")
    assert answer.status_code == 409
    assert "在此期间已有变化" in answer.text
    assert "请带上 &lt;b&gt;备件</textarea>" in answer.text, "the page as it is now, and what was typed"
    assert services.faults.get(1) == before


def test_a_rating_is_one_to_five(signed_in: Enter, services: Services) -> None:
    clerk, operator = signed_in(CLERK), signed_in("operator")
    clerk.post("/faults", title="x")
    signed_in("center").post("/faults/1/dispatch")
    operator.post("/faults/1/start")
    operator.post("/faults/1/repaired", cause="y")
    for rating in ("", "0", "6", "five", "-1", "1e0", "٣"):
        assert clerk.post("/faults/1/confirm", rating=rating).status_code == 400, rating
    assert clerk.post("/faults/1/reopen", note="still").status_code == 303
    found = services.faults.get(1)
    assert found is not None
    assert found.state == "dispatched"


def test_the_operator_arrives_stops_the_clocks_with_a_reason_and_sees_them(
    tmp_path: Path, services: Services, signed_in: Enter
) -> None:
    real = replace(services, faults=RealFaults(services.accounts.engine))
    app = create_app(sample.settings(tmp_path), real, rate_limit=False)
    browsers = {login: Browser(app.test_client()) for login in ("center", "operator", CLERK)}
    for login, browser in browsers.items():
        browser.sign_in(login)
    fault = browsers[CLERK].post("/faults", title="no net").headers["Location"]
    browsers["center"].post(f"{fault}/dispatch")
    operator = browsers["operator"]
    operator.post(f"{fault}/start")
    assert "我们已到现场" in operator.get(fault).text
    assert operator.post(f"{fault}/arrive").status_code == 303
    assert "我们已到现场" not in operator.get(fault).text
    assert operator.post(f"{fault}/pause", reason="dogs", note="x").status_code == 400
    assert operator.post(f"{fault}/pause", reason="power", note=" ").status_code == 400
    said = {"reason": "power", "note": "he <said> so", "who": "the janitor", "until": "2020-01-01T10:00"}
    refused = operator.post(f"{fault}/pause", **said)
    assert "2020-01-01 10:00" in refused.text
    form = fields(refused.text, f"{fault}/pause")
    assert {name: form[name] for name in said} == said, "nobody types on a telephone twice"
    assert fields(refused.text, f"{fault}/repaired")["cause"] == ""
    assert operator.post(f"{fault}/pause", reason="power", note="物业说停电").status_code == 303
    page = text(operator.get(fault).text)
    assert "停止计时" in page
    assert "停表，还剩" in page
    assert "物业说停电" in page
    assert "恢复计时" not in browsers[CLERK].get(fault).text
    assert browsers[CLERK].post(f"{fault}/resume").status_code == 403
    assert browsers["center"].post(f"{fault}/resume").status_code == 303
