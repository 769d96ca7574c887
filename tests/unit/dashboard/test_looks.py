"""An auditor's look at a person's data is an event; the log's page finds events and gives the log away."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from flask import Flask
from sqlalchemy import Engine, select

from audit.verify import checked
from countynet import clock
from countynet.db import open_database, reading, transaction
from countynet.events import Event, record
from countynet.secrets import password_file
from countynet.vocabulary import Role
from dashboard.access import ACCESS, Door
from dashboard.looks import LOOKS, whose
from dashboard.services.fake_log import FakeLog
from dashboard.services.log import LogState, Wanted
from dashboard.services.protocols import Services
from dashboard.services.real.log import RealLog
from tests.unit.dashboard import sample
from tests.unit.dashboard.browser import Browser

Enter = Callable[[str], Browser]
NUMBER = re.compile(r"\b(?:1[3-9]\d{9}|0\d{2,3}-?\d{7,8})\b")
PLACES = {"unit": "u001", "section": "units", "key": "u001", "device": "cpe-031", "number": "1", "fault": "1"}
FETCHED = (".live", ".progress", ".events", ".lines", ".waiting")
"""endings of what a page fetches by itself"""


def of_auditors(endpoint: str) -> bool:
    who = ACCESS[endpoint].who
    return who is Door.SIGNED_IN or (isinstance(who, frozenset) and Role.AUDITOR in who)


def test_every_look_is_at_a_page_that_an_auditor_may_open_and_says_whose(app: Flask) -> None:
    rules = {rule.endpoint: rule for rule in app.url_map.iter_rules() if rule.endpoint in LOOKS}
    assert set(rules) == set(LOOKS)
    assert not [endpoint for endpoint in LOOKS if not of_auditors(endpoint)]
    for endpoint, rule in rules.items():
        assert "{" not in whose(endpoint, {name: "x" for name in rule.arguments})


def test_no_page_shows_an_auditor_a_telephone_number_unseen(app: Flask, services: Services, signed_in: Enter) -> None:
    auditor, told = signed_in("auditor"), set[str]()
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint not in ACCESS or not of_auditors(rule.endpoint):
            continue
        if (
            rule.endpoint.endswith(FETCHED)
            or rule.rule.endswith((".pdf", ".xlsx"))
            or not rule.arguments <= PLACES.keys()
        ):
            continue
        places = {name: PLACES[name] for name in rule.arguments}
        path = app.url_map.bind("localhost").build(rule.endpoint, places)
        answer = auditor.get(path)
        if answer.status_code == 200 and answer.mimetype == "text/html" and NUMBER.search(answer.text):
            told.add(rule.endpoint)
    assert told
    assert told <= set(LOOKS)
    assert isinstance(services.log, FakeLog)
    assert {page for _login, page, _whose in services.log.looks} >= told


def test_only_the_auditor_is_noted_and_not_what_the_page_fetches(services: Services, signed_in: Enter) -> None:
    assert isinstance(services.log, FakeLog)
    signed_in("center").get("/units/u001")
    signed_in("auditor").get("/units/u999")
    auditor = signed_in("auditor")
    auditor.get("/units/u001", headers={"X-Fragment": "1"})
    assert services.log.looks == []
    auditor.get("/units/u001")
    assert services.log.looks == [("auditor", "units.page", "unit:u001")]


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return open_database(sample.settings(tmp_path / "real"))


def looks(engine: Engine) -> list[tuple[str, str, object]]:
    with reading(engine) as session:
        rows = session.scalars(select(Event).where(Event.tag == "audit.looked").order_by(Event.id))
        return [(row.actor, row.subject, row.data["page"]) for row in rows]


def test_the_same_look_counts_once_an_hour(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    log = RealLog(engine)
    for _time in range(3):
        log.looked("auditor", "units.page", "unit:u001")
    log.looked("auditor", "units.page", "unit:u002")
    log.looked("second", "units.page", "unit:u001")
    assert len(looks(engine)) == 3
    later = clock.now() + timedelta(hours=1, seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    log.looked("auditor", "units.page", "unit:u001")
    assert looks(engine)[-1] == ("auditor", "look:unit:u001", "units.page")
    assert len(looks(engine)) == 4


def test_events_are_found_by_words_and_days(engine: Engine) -> None:
    for number, word in enumerate(("断线", "100%", "x_y")):
        with transaction(engine) as session:
            record(session, "fault.reported", "王芳", f"unit:u{number}", {"why": word})
    log, today = RealLog(engine), clock.today()

    def found(wanted: Wanted) -> list[str]:
        return [entry.subject for entry in log.page(None, 9, wanted)]

    assert found(Wanted("断线")) == ["unit:u0"]
    assert found(Wanted("%")) == ["unit:u1"]  # no wildcard
    assert found(Wanted("_")) == ["unit:u2"]
    assert found(Wanted("UNIT:U1")) == ["unit:u1"]
    assert len(found(Wanted("王芳", today, today))) == 3
    assert found(Wanted(until=date(2020, 1, 1))) == []
    assert found(Wanted(since=today.replace(year=today.year + 1))) == []


def test_the_page_says_how_the_log_is_protected(services: Services, signed_in: Enter) -> None:
    assert isinstance(services.log, FakeLog)
    auditor = signed_in("auditor")
    auditor.post("/language", language="en")
    assert auditor.get("/log").text.count("none yet") == 4
    services.log.now = LogState(250, clock.now(), 240, clock.now(), damaged=2, troubles=("no way",), note="a note")
    html = auditor.get("/log?q=user.signed-in&since=2026-01-01").text
    for words in ("240 of 250 events", "2 events did not hold", "no way", 'value="2026-01-01"', "/log/checkpoint"):
        assert words in html
    assert "q=user.signed-in&amp;since=2026-01-01" in html  # the older ones of what was looked for
    assert auditor.get("/log/checkpoint").text.startswith("a note\n")
    assert auditor.get("/log?since=2026-02-02&until=2026-01-01").status_code == 400
    assert auditor.get("/log?since=yesterday").status_code == 400


def test_an_auditor_takes_the_log_away_and_nobody_else_does(services: Services, signed_in: Enter) -> None:
    assert signed_in("center").post("/log/take").status_code == 403
    assert "ZIP" not in signed_in("center").get("/log").text
    auditor = signed_in("auditor")
    assert "ZIP" in auditor.get("/log").text
    answer = auditor.post("/log/take")
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")


def test_what_is_taken_holds(engine: Engine, tmp_path: Path) -> None:
    settings = sample.settings(tmp_path / "real")
    password_file(settings).write_text("a password\n")
    with transaction(engine) as session:
        record(session, "a.b", "x", "y", {})
    with RealLog(engine, settings).take("auditor") as archive, ZipFile(BytesIO(archive.read())) as packed:
        packed.extractall(tmp_path)
    found = checked(tmp_path / "countynet-log", [], [], [])
    assert (found["holds"], found["events"]) == (True, 2)
    assert not [p for p in settings.state.iterdir() if p.name.startswith("tmp")]
