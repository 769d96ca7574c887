"""The pages of findings about terminals: who sees whose, in both languages, and what a device's words cannot do."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import Engine

from audit.terminals import store
from audit.terminals.model import Confidence, Evidence, Kind, Suspicion
from audit.terminals.tags import ScanTag
from countynet import clock
from countynet.db import transaction
from countynet.events import record
from countynet.surroundings import Table
from countynet.vocabulary import Severity
from dashboard.services.protocols import Services
from tests.unit.dashboard.browser import Browser
from tests.unit.dashboard.conftest import CLERK

Enter = Callable[[str], Browser]
MAC = "00:1e:c9:ff:00:01"
EVIL = "10.21.1.66 dev lan0 <script>alert(1)</script>"


def suspicion(unit: str, port: str = "lan0") -> Suspicion:
    device = f"cpe-{unit[1:]}" if unit else "sw-dc"
    values = {"mac": MAC, "device": device, "port": port, "unit": unit, "address": "", "terminal": ""}
    seen = Evidence(Table.ARP, device, port, "seen in this table", {}, MAC, line=EVIL, last=clock.now())
    return Suspicion(
        Kind.UNKNOWN, device, port, "{mac} at {device}:{port} is in no inventory", "one of those at the port",
        Severity.MAJOR, Confidence.CERTAIN, (seen,), values, unit, MAC, contradicts="cables.yml x",
    )  # fmt: skip


def scanned(engine: Engine, *units: str) -> None:
    """Keep a scan that found something at each unit."""
    with transaction(engine) as session:
        row = store.begin(session, clock.now(), "cli")
        store.keep(session, row.id, [suspicion(unit) for unit in units], clock.now(), set())
        record(session, ScanTag.SCANNED, "cli", f"terminal-scan:{row.id}", {})
        row.silent = '{"core-9": "no answer"}'


@pytest.fixture
def found(services: Services) -> Services:
    """Three findings: of the clerk's unit, of another unit, of no unit."""
    scanned(services.scans.engine, CLERK, "u025", "")
    return services


def test_a_unit_sees_its_own_and_nobody_elses(found: Services, signed_in: Enter) -> None:
    clerk = signed_in(CLERK)
    text = clerk.get("/audit/terminals").text
    assert "cpe-031:lan0" in text
    assert "cpe-025" not in text
    assert "core-9" not in text
    assert [clerk.get(f"/audit/terminals/{n}").status_code for n in (1, 2, 3)] == [200, 403, 403]
    assert [one["unit"] for one in clerk.get("/audit/terminals.json?unit=u025").json or []] == []
    assert [one["unit"] for one in clerk.get("/audit/terminals.json").json or []] == [CLERK]


@pytest.mark.parametrize("login", ["center", "operator", "auditor"])
def test_those_who_watch_the_county_see_all(found: Services, signed_in: Enter, login: str) -> None:
    browser = signed_in(login)
    text = browser.get("/audit/terminals").text
    assert all(place in text for place in ("cpe-031:lan0", "cpe-025:lan0", "sw-dc:lan0", "core-9"))
    assert ("/audit/terminals/scan" in text) is (login != "operator")
    assert len(browser.get("/audit/terminals.json").json or []) == 3


def test_a_finding_shows_its_evidence_in_both_languages_and_no_device_writes_the_page(
    found: Services, signed_in: Enter
) -> None:
    browser = signed_in("center")
    said = {}
    for code in ("zh_CN", "en"):
        browser.post("/language", language=code)
        said[code] = browser.get("/audit/terminals/1").text
        assert "<script>alert" not in said[code]
        assert MAC in said[code]
    assert "is in no inventory" in said["en"]
    assert "不在台账中" in said["zh_CN"]
    assert browser.get("/audit/terminals/99").status_code == 404


def test_a_scan_is_begun_once_by_those_who_may(services: Services, signed_in: Enter) -> None:
    assert signed_in("operator").post("/audit/terminals/scan").status_code == 403
    assert signed_in(CLERK).post("/audit/terminals/scan").status_code == 403
    auditor = signed_in("auditor")
    assert auditor.post("/audit/terminals/scan").status_code == 303
    assert services.scans.under_way()
    assert auditor.post("/audit/terminals/scan").status_code == 422
    assert "/audit/terminals/scan" not in auditor.get("/audit/terminals").text


def test_what_is_gone_is_asked_for(found: Services, signed_in: Enter) -> None:
    with transaction(found.scans.engine) as session:
        row = store.begin(session, clock.now(), "cli")
        looked = {("cpe-031", Table.ARP)}
        store.keep(session, row.id, [replace(suspicion("u025"))], clock.now(), looked)
        record(session, ScanTag.SCANNED, "cli", f"terminal-scan:{row.id}", {})
    browser = signed_in("center")
    assert "cpe-031" not in browser.get("/audit/terminals").text
    gone = browser.get("/audit/terminals?state=gone").text
    assert "cpe-031:lan0" in gone
    assert "cpe-025" not in gone
    assert [one["state"] for one in browser.get("/audit/terminals.json?kind=unknown").json or []].count("standing") == 1
