"""The evaluation's pages: who reads what of a period, what the center enters, what a unit sees of itself."""

import csv
from collections.abc import Callable
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook

from dashboard.services.protocols import Services
from monitoring.evaluation.charges.model import operators
from tests.unit.dashboard.browser import Browser
from tests.unit.dashboard.conftest import CLERK, OTHER_CLERK
from tests.unit.dashboard.forms import text

Enter = Callable[[str], Browser]


@pytest.mark.parametrize("who", ["center", "operator", "auditor"])
def test_the_watchers_read_a_period(signed_in: Enter, who: str) -> None:
    page = text(signed_in(who).get("/evaluation?period=2026-10").text)
    assert "2026-10" in page
    assert "没有测量数据" in page
    assert "900.00" in page


@pytest.mark.parametrize("period", ["2026-Q4", "2026"])
def test_quarters_and_years_too(signed_in: Enter, period: str) -> None:
    assert period in text(signed_in("center").get(f"/evaluation?period={period}").text)


def test_without_a_period_it_is_the_month_before(signed_in: Enter) -> None:
    assert signed_in("center").get("/evaluation").status_code == 200


def test_what_is_no_period_is_told_and_the_month_before_shown(signed_in: Enter) -> None:
    answer = signed_in("center").get("/evaluation?period=gestern")
    assert answer.status_code == 400
    assert "这不是一个期间" in text(answer.text)
    assert signed_in("center").get("/evaluation.pdf?period=gestern").status_code == 400


def test_the_workbook_is_a_file(signed_in: Enter) -> None:
    center = signed_in("center")
    answer = center.get("/evaluation.xlsx?period=2026-10")
    assert answer.data.startswith(b"PK")
    assert 'filename="evaluation-2026-10.xlsx"' in answer.headers["Content-Disposition"]


def test_a_clerk_does_not_see_other_units_figures(signed_in: Enter) -> None:
    clerk = signed_in(CLERK)
    for path in ("", ".pdf", ".xlsx", "/ranking", "/applications"):
        assert clerk.get(f"/evaluation{path}").status_code == 403
    page = clerk.get("/evaluation/own?period=2026-10").text
    assert "本单位自身网络工作" in page
    assert "line-031" in page
    assert "line-007" not in page
    assert signed_in("center").get("/evaluation/own").status_code == 403
    for path in ("/evaluation/own?period=x", "/evaluation/own?period=2099"):
        assert clerk.get(path).status_code in (200, 400)


def test_the_ranking_shows_every_unit_with_its_arithmetic_and_the_applications_say_that_nobody_asked(
    signed_in: Enter,
) -> None:
    auditor = signed_in("auditor")
    page = text(auditor.get("/evaluation/ranking?period=2026-10").text)
    assert "100 - 1 x 5 (未申报的终端)" in page
    assert "没有进行过安全检查" in page
    assert page.count("计算过程") == 1
    assert "县内网门户：本期内无人询问" in text(auditor.get("/evaluation/applications?period=2026-10").text)
    for path in ("ranking", "applications"):
        answer = auditor.get(f"/evaluation/{path}?period=gestern")
        assert answer.status_code == 400
        assert "这不是一个期间" in text(answer.text)


def test_the_center_enters_what_an_expert_gives_and_is_told_everything_that_is_wrong(signed_in: Enter) -> None:
    center = signed_in("center")
    center.get("/evaluation?period=2026-10")
    wrong = center.post("/evaluation/experts", period="2026-10", expert="", score="101", reason="看法")
    assert wrong.status_code == 400
    page = text(wrong.text)
    assert "这不是分数" in page
    assert "101" in page
    assert "看法" in page
    assert "2026-10" in page
    done = center.post("/evaluation/experts", period="2026-10", expert="王工", score="88", reason="<b>尽责</b>")
    assert (done.status_code, done.headers["Location"]) == (303, "/evaluation?period=2026-10")
    html = center.get("/evaluation?period=2026-10").text
    assert "王工" in text(html)
    assert "<b>尽责" not in html
    assert "王工" not in text(center.get("/evaluation?period=2026-11").text)
    auditor = signed_in("auditor").get("/evaluation?period=2026-10").text
    assert "王工" in auditor
    assert 'action="/evaluation/experts"' not in auditor
    gone = center.post("/evaluation/experts", period="2026-10", expert="李工", score="", reason="误录", back="1")
    assert gone.status_code == 409
    center.post("/evaluation/experts", period="2026-10", expert="王工", score="", reason="误录", back="1")
    assert "本期尚无专家评分" in text(center.get("/evaluation?period=2026-10").text)


def test_a_unit_sees_the_rent_of_its_own_lines_in_every_form_and_the_operator_its_contracts(
    signed_in: Enter, services: Services
) -> None:
    county = services.county.whole()
    units = {"center": {u.id for u in county.units}, CLERK: {CLERK}, OTHER_CLERK: {OTHER_CLERK}}
    for login, seen in units.items():
        browser = signed_in(login)
        rows = list(csv.reader(StringIO(browser.get("/rent.csv?month=2026-10").text)))[1:]
        assert {row[0] for row in rows} == seen
        book = load_workbook(BytesIO(browser.get("/rent.xlsx?month=2026-10").data))
        assert {row[1] for row in book["租费"].iter_rows(min_row=2, values_only=True)} == seen
        assert browser.get("/rent.pdf?month=2026-10").data.startswith(b"%PDF-") or login == "center"
    page = signed_in(CLERK).get("/rent?month=2026-10").text
    assert "line-031" in page
    assert "line-007" not in page
    rows = list(csv.reader(StringIO(signed_in("operator").get("/rent.csv?month=2026-10").text)))[1:]
    assert {row[5] for row in rows} <= operators(county) | {""}
    assert rows
