"""The page of the exchange: what waits and why, tried again by the center, with and without the file."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from countynet import clock
from countynet.db import reading, transaction
from countynet.events import Event
from countynet.people import Actor
from countynet.vocabulary import Role
from dashboard.services.protocols import Services
from monitoring.bridge import store, turns
from monitoring.bridge.model import COUNTY
from monitoring.bridge.standing import Standing
from monitoring.faults.service import Faults
from tests.unit.dashboard.browser import Browser
from tests.unit.dashboard.conftest import CLERK, OTHER_CLERK

Enter = Callable[[str], Browser]
FILE = """\
platforms:
  - {name: province, url: "http://127.0.0.1:9/v4", system: qinglan, pull: false}
"""
WHY = "HTTP 500 <maintenance> until Monday"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / COUNTY).parent.mkdir()
    (tmp_path / COUNTY).write_text(FILE)
    return tmp_path


@pytest.fixture
def failed(folder: Path, services: Services) -> Services:
    """A county whose fault 1 the platform refused until it was given up, with fault 2 behind it and a stray there."""
    faults, now = Faults(services.accounts.engine), clock.now()
    for unit in (CLERK, OTHER_CLERK):
        faults.report(unit, "no net", "", "", Actor(unit, Role.UNIT, unit))
    with transaction(services.accounts.engine) as session:
        where = store.place(session, "province", now)
        where.at, where.said, where.attempts, where.due = now, WHY, 3, now
        row = session.get_one(store.BridgeDue, ("province", 1))
        row.given_up, row.attempts, row.said = True, 99, WHY
        session.add(store.BridgeLink(platform="province", ticket="TT-9", origin=store.THEIRS, said="no unit", notes=[]))
        turns.gone(session, "province", turns.Way.PUSH, 4, now)
    return services


def standing(services: Services) -> Standing:
    (one,) = services.bridge.standings()
    return one


def test_the_page_says_what_waits_what_failed_and_why(failed: Services, signed_in: Enter) -> None:
    text = signed_in("center").get("/faults/bridge").text
    for said in (WHY.replace("<", "&lt;").replace(">", "&gt;"), "TT-9", "/faults/1", "/faults/2", "127.0.0.1:9"):
        assert said in text
    assert text.index("已放弃") < text.index("/faults/1") < text.index("等待送出") < text.index("/faults/2")
    assert "文件中已关闭" in text, "pull is off"
    assert "<form" not in signed_in("auditor").get("/faults/bridge/live").text
    for login in ("operator", "admin", CLERK):
        assert signed_in(login).get("/faults/bridge").status_code == 403


def test_the_center_has_it_tried_again_at_once(failed: Services, signed_in: Enter) -> None:
    center = signed_in("center")
    answer = center.post("/faults/bridge/retry", platform="province", fault="1")
    assert answer.status_code == 303
    now = standing(failed)
    assert (sorted(one.fault for one in now.waiting), now.given_up, now.failures) == ([1, 2], (), 0)
    assert now.next_round is not None
    assert now.next_round <= clock.now()
    with reading(failed.accounts.engine) as session:
        told = session.scalars(select(Event).where(Event.tag == "bridge.retried")).one()
    assert (told.actor, told.subject, told.data["fault"]) == ("center", "bridge:province", 1)
    for form, status in (({"platform": "nobody"}, 400), ({"platform": "province", "fault": "77"}, 409)):
        assert center.post("/faults/bridge/retry", **form).status_code == status
    for login in ("auditor", "operator", CLERK):
        assert signed_in(login).post("/faults/bridge/retry", platform="province").status_code == 403


def test_their_tickets_are_read_from_the_first_on_when_asked(failed: Services, signed_in: Enter) -> None:
    with transaction(failed.accounts.engine) as session:
        session.get_one(store.BridgePlace, "province").updated = clock.now()
    signed_in("center").post("/faults/bridge/retry", platform="province", from_start="1")
    assert standing(failed).their_time is None
    assert standing(failed).given_up == ()


def test_without_the_file_and_with_a_wrong_one_the_page_says_so(folder: Path, signed_in: Enter) -> None:
    center = signed_in("center")
    (folder / COUNTY).write_text(FILE + "  - {name: province, url: 'ftp://x', system: ''}\n")
    wrong = center.get("/faults/bridge")
    assert (wrong.status_code, "monitoring/bridge.yml:3" in wrong.text) == (200, True)
    (folder / COUNTY).unlink()
    assert "monitoring/bridge.yml" in center.get("/faults/bridge").text
