"""The evaluation page: the watchers read a period and take it with them; bad periods are told."""

from collections.abc import Callable

import pytest

from tests.unit.dashboard.browser import Browser
from tests.unit.dashboard.conftest import CLERK
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


def test_paper_and_workbook_are_files(signed_in: Enter) -> None:
    center = signed_in("center")
    assert center.get("/evaluation.pdf?period=2026-10").data.startswith(b"%PDF-")
    answer = center.get("/evaluation.xlsx?period=2026-10")
    assert answer.data.startswith(b"PK")
    assert 'filename="evaluation-2026-10.xlsx"' in answer.headers["Content-Disposition"]


def test_a_clerk_does_not_see_other_units_figures(signed_in: Enter) -> None:
    for path in ("/evaluation", "/evaluation.pdf", "/evaluation.xlsx"):
        assert signed_in(CLERK).get(path).status_code == 403
