"""Freeze periods in pages: told above the pages of changes, what is held says so, the center lets one thing begin."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from countynet import clock
from dashboard.services.protocols import Services
from playbooks.freezes.model import OWN
from tests.unit.dashboard.browser import Browser
from tests.unit.dashboard.conftest import CLERK
from tests.unit.dashboard.forms import beside, text
from tests.unit.dashboard.runs_sample import asked, ended, own_playbooks

Enter = Callable[[str], Browser]


@pytest.fixture
def file(tmp_path: Path, services: Services) -> Path:
    """A county with playbooks of its own, and a freeze period that holds; made after the services' folder."""
    assert services.runs
    found = own_playbooks(tmp_path).parents[1] / OWN
    day = clock.today()
    soon, later = day + timedelta(days=5), day + timedelta(days=6)
    found.write_text(
        f"freezes:\n- {{id: week, begins: {day}, ends: {day + timedelta(days=2)}, reason: 春节值守}}\n"
        f"- {{id: next, begins: {soon}, ends: {later}, reason: 检查, on: zone=server}}\n",
        encoding="utf-8",
    )
    return found


@pytest.mark.usefixtures("file")
def test_periods_stand_above_the_pages_of_changes_and_in_a_list(signed_in: Enter) -> None:
    center = signed_in("center")
    for path in ("/playbooks", "/runs", "/runs/schedules", "/plans", "/playbooks/greet"):
        page = text(center.get(path).text)
        assert "封网，不开始变更" in page, path
        assert "即将封网" in page, path
    assert "春节值守" not in center.get("/faults").text
    listed = text(center.get("/freezes").text)
    assert "week 正在生效" in listed
    assert "服务器区" in listed
    clerk = signed_in(CLERK)
    assert clerk.get("/freezes").status_code == 403
    assert "封网" not in clerk.get("/playbooks").text


@pytest.mark.usefixtures("file")
def test_a_look_is_held_until_the_center_lets_its_change_begin(signed_in: Enter, services: Services) -> None:
    operator, center = signed_in("operator"), signed_in("center")
    look = asked(operator)
    ended(services, look)
    held = operator.get(f"/runs/{look}").text
    assert "受封网时段限制" in held
    assert f"/freezes/runs/{look}" not in held, "it is for the center"
    refused = operator.post(f"/runs/{look}/go")
    assert (refused.status_code, "春节值守" in refused.text) == (409, True)
    assert operator.post(f"/freezes/runs/{look}", reason="x").status_code == 403
    assert f'action="/freezes/runs/{look}"' in center.get(f"/runs/{look}").text
    without = center.post(f"/freezes/runs/{look}", reason=" ")
    assert (without.status_code, beside(without.text, "held")) == (400, "缺少原因")
    assert center.post("/freezes/runs/99", reason="x").status_code == 404
    assert center.post(f"/freezes/runs/{look}", reason="线路中断").status_code == 303
    assert "受封网时段限制" not in operator.get(f"/runs/{look}").text
    assert operator.post(f"/runs/{look}/go").status_code == 303


def test_a_wrong_file_is_told_with_its_line_and_lets_nothing_begin(
    signed_in: Enter, services: Services, file: Path
) -> None:
    operator, center = signed_in("operator"), signed_in("center")
    look = asked(operator)
    ended(services, look)
    file.write_text("freezes:\n- {id: week, begins: tomorrow, ends: 2027-01-01, reason: x}\n", encoding="utf-8")
    assert "改正之前不开始任何变更" in center.get("/runs").text
    told = text(center.get("/freezes").text)
    assert "playbooks/freezes.yml:2" in told
    assert "tomorrow" in told
    assert operator.post(f"/runs/{look}/go").status_code == 400
    assert f'action="/freezes/runs/{look}"' not in center.get(f"/runs/{look}").text


@pytest.mark.usefixtures("file")
def test_a_plan_is_held_until_the_center_lets_it_begin(signed_in: Enter) -> None:
    operator, center = signed_in("operator"), signed_in("center")
    assert center.post("/plans/1/approve").status_code == 303
    assert "受封网时段限制" in operator.get("/plans/1").text
    assert "/freezes/plans/1" not in operator.get("/plans/1").text, "it is for the center"
    assert operator.post("/freezes/plans/1", reason="x").status_code == 403
    assert 'action="/freezes/plans/1"' in center.get("/plans/1").text
    without = center.post("/freezes/plans/1", reason=" ")
    assert (without.status_code, 'id="e-held"' in without.text) == (400, True)
    assert center.post("/freezes/plans/99", reason="x").status_code == 404
    assert center.post("/freezes/plans/1", reason="线路中断").status_code == 303
    assert "受封网时段限制" not in center.get("/plans/1").text
