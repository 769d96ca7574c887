"""Outages and availability on the pages: who sees what, in both languages, and the real service behind them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

from countynet import clock
from countynet.db import open_database, transaction
from countynet.events import record
from countynet.vocabulary import LedgerState
from dashboard.outages.pages import kept, lasting, percent
from dashboard.services.protocols import Services
from dashboard.services.real.outages import RealOutages
from inventory.month import Month
from monitoring.ledger.store import OutageStretch, set_beat
from monitoring.tags import WindowTag
from monitoring.windows.store import WindowCover, WorkWindow
from tests.unit.dashboard import sample
from tests.unit.dashboard.browser import Browser
from tests.unit.dashboard.conftest import CLERK, OTHER_CLERK

Enter = Callable[[str], Browser]
OWN = f"/units/{CLERK}/outages"


@pytest.mark.parametrize("login", [CLERK, "center", "operator", "auditor"])
def test_who_watches_and_the_clerk_of_the_unit_see_its_month(signed_in: Enter, login: str) -> None:
    browser = signed_in(login)
    assert all(word in browser.get(OWN).text for word in ("99.799%", "99.979%", "agg-2", "作业时段 3", "仍在持续"))
    browser.post("/language", language="en")
    english = browser.get(OWN).text
    assert all(word in english for word in ("What the unit had", "cut off upstream", "planned work", "1:00:00"))


def test_a_clerk_sees_no_other_unit_and_not_the_county(signed_in: Enter) -> None:
    assert signed_in(OTHER_CLERK).get(OWN).status_code in (403, 404)
    assert signed_in(CLERK).get("/outages").status_code == 403
    assert signed_in("admin").get("/outages").status_code == 403
    assert signed_in("center").get("/units/u999/outages").status_code == 404


def test_the_units_page_says_what_is_announced_and_how_the_month_is(signed_in: Enter) -> None:
    browser = signed_in(CLERK)
    page = browser.get(f"/units/{CLERK}").text
    assert all(word in page for word in ("更换汇聚交换机光模块", "作业公告", "99.799%", f'href="{OWN}"'))
    assert "作业公告" in browser.get(f"/units/{CLERK}/live").text
    assert "作业公告" not in signed_in(OTHER_CLERK).get(f"/units/{OTHER_CLERK}").text


def test_all_units_the_worst_first(signed_in: Enter) -> None:
    browser = signed_in("auditor")
    page = browser.get("/outages?month=2026-03").text
    assert page.index(f"/units/{CLERK}/outages") < page.index("/units/u001/outages")
    assert "month=2026-02" in page
    assert "无可计时间" in page


def test_a_month_that_is_none_says_so(signed_in: Enter) -> None:
    for path in ("/outages?month=2026-13", f"{OWN}?month=soon"):
        answer = signed_in("center").get(path)
        assert answer.status_code == 400
        assert "2026-11" in answer.text


def test_a_promise_is_kept_by_the_line_not_by_what_stands_before_it(services: Services) -> None:
    circuit = services.county.county().circuit_by_unit[CLERK]
    promised = float(circuit.availability)
    assert kept(promised, circuit) is True
    assert kept(promised - 0.001, circuit) is False
    assert kept(None, circuit) is None
    assert (percent(99.9999), lasting(3_723.9)) == ("99.999%", "1:02:03")


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return open_database(sample.settings(tmp_path))


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> datetime:
    at = datetime(2026, 3, 20, 4, 0, tzinfo=clock.CHINA)
    monkeypatch.setattr(clock, "now", lambda: at)
    return at


def test_the_real_service_tells_a_month_newest_first(engine: Engine, now: datetime) -> None:
    hour = timedelta(hours=1)
    rows = [
        (LedgerState.UP, 40, 10, ""), (LedgerState.SHADOWED, 10, 9, "agg-2"), (LedgerState.UP, 9, 1, ""),
        (LedgerState.DOWN, 1, None, ""),
    ]  # fmt: skip
    with transaction(engine) as session:
        for state, since, until, cause in rows:
            end = None if until is None else now - until * hour
            about = {"device": "cpe-031", "unit": "u031", "cause": cause}
            session.add(OutageStretch(**about, state=state, start=now - since * hour, end=end))
        set_beat(session, now)
    found = RealOutages(engine).of_unit("u031", Month(2026, 3))
    assert [(row.state, row.cause, row.lasts) for row in found.rows] == [
        (LedgerState.DOWN, "", True), (LedgerState.SHADOWED, "agg-2", False),
    ]  # fmt: skip
    assert found.outages == 2
    assert found.availability == 95
    assert round(found.line_availability or 0, 3) == round(100 * 38 / 39, 3)
    other = RealOutages(engine).of_unit("u007", Month(2026, 3))
    assert (other.availability, other.rows) == (None, ())


def test_all_units_are_a_fixed_number_of_questions(engine: Engine, now: datetime) -> None:
    asked: list[str] = []
    event.listen(engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    counts = []
    for many in (20, 120):
        asked.clear()
        RealOutages(engine).of_all([f"u{n:03}" for n in range(many)], Month(2026, 3))
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 6


def test_a_window_is_told_to_the_units_it_touches_until_it_is_over(engine: Engine, now: datetime) -> None:
    with transaction(engine) as session:
        row = WorkWindow(
            devices=["agg-2"], start=now - timedelta(hours=1), end=now + timedelta(hours=1), reason="work", login="c"
        )
        session.add(row)
        session.flush()
        cover = {"window": row.id, "device": "cpe-031", "unit": "u031"}
        session.add(WindowCover(**cover, start=row.start, end=row.end))
        record(session, WindowTag.ANNOUNCED, "c", "window:1", {})
    (told,) = RealOutages(engine).announced("u031")
    assert (told.reason, told.running) == ("work", True)
    assert RealOutages(engine).announced("u007") == []


def test_what_lasted_over_the_end_of_a_past_month_does_not_last_now(engine: Engine, now: datetime) -> None:
    with transaction(engine) as session:
        about = {"device": "cpe-031", "unit": "u031", "cause": "", "state": LedgerState.DOWN}
        session.add(OutageStretch(**about, start=now - timedelta(days=25), end=None))
        set_beat(session, now)
    for month, lasts in ((2, False), (3, True)):
        (row,) = RealOutages(engine).of_unit("u031", Month(2026, month)).rows
        assert row.lasts is lasts
