"""What the sites' watch tells becomes troubles: one a unit and kind, faults for what damages a site now."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

import inventory
from countynet import clock
from countynet.db import open_database, reading, transaction
from countynet.errors import CountyError
from countynet.events import record
from countynet.settings import Settings
from countynet.vocabulary import Severity
from inventory import load_county
from monitoring.alarms.store import Alarm
from monitoring.faults import elsewhere
from monitoring.faults.store import Fault
from monitoring.sitewatch.ask import Answer, Told, parse
from monitoring.sitewatch.standing import MESSAGES, of_watch, troubles
from monitoring.sitewatch.store import SiteWatchRow
from monitoring.sitewatch.tick import _keep, look, standing
from playbooks.tags import AppTag
from tests.unit.playbooks.applications import scene

EXAMPLE = Path(inventory.__file__).parent / "example"
NOW = datetime(2026, 11, 26, 8, tzinfo=UTC)


def told(kind: str, severity: Severity, unit: str = "u003", url: str = "/u003/news/1/", minutes: int = 0) -> Told:
    since = NOW - timedelta(minutes=minutes)
    return Told(key=f"{kind}:{url}", kind=kind, severity=severity, unit=unit, url=url, detail="x", since=since)


def test_findings_become_faults_of_the_unit_and_close_when_they_are_over(tmp_path: Path) -> None:
    settings = Settings.load(tmp_path)
    county, engine = load_county(EXAMPLE), open_database(settings)

    def said(*findings: Told) -> tuple[list[tuple[str, str | None]], int]:
        with transaction(engine) as session:
            row = session.get(SiteWatchRow, "sites") or SiteWatchRow(application="sites", standing=[])
            _keep(row, Answer(clock.now(), findings), county, clock.now())
            session.add(row)
        elsewhere.judge(settings, engine)
        with reading(engine) as session:
            alarms = session.scalars(select(Alarm).where(Alarm.closed.is_(None)).order_by(Alarm.key)).all()
            return [(a.key, a.unit) for a in alarms], len(session.scalars(select(Fault)).all())

    changed, stale = told("changed", Severity.CRITICAL), told("stale", Severity.MINOR, "u004", "/u004/news/")
    expected = [("sites:sites.u003.changed", "u003"), ("sites:sites.u004.stale", None)]
    assert said(changed, told("changed", Severity.CRITICAL, url="/u003/news/2/"), stale) == (expected, 1)
    assert said(stale) == (expected[1:], 1)
    with transaction(engine) as session:
        row = session.get(SiteWatchRow, "sites")
        assert row
        _keep(row, "no answer", county, clock.now() - timedelta(minutes=11))
    assert {one.key for one in standing(settings, engine)} == {"sites.u004.stale", "sites.silent"}
    engine.dispose()


def test_sites_that_were_taken_off_their_servers_are_asked_no_more_until_they_are_deployed_again(
    tmp_path: Path,
) -> None:
    settings = Settings.load(tmp_path)
    engine = open_database(settings)

    def asked(happened: AppTag) -> list[str]:
        with transaction(engine) as session:
            record(session, happened, "amy", "application:sites", {})
        look(settings, engine, scene.county())
        with reading(engine) as session:
            return list(session.scalars(select(SiteWatchRow.application)))

    tags = (AppTag.DEPLOYED, AppTag.REMOVED, AppTag.FAILED, AppTag.DEPLOYED)
    assert [asked(tag) for tag in tags] == [["sites"], [], [], ["sites"]]
    engine.dispose()


def test_the_gravest_finding_of_a_kind_speaks_and_a_kind_of_a_later_version_is_told_too() -> None:
    county = load_county(EXAMPLE)
    found = [told("words", Severity.MINOR, url="/a/", minutes=9), told("words", Severity.MAJOR, url="/b/"),
             told("other", Severity.MAJOR, unit="gone")]  # fmt: skip
    one, other = sorted(troubles("sites", found, county), key=lambda t: t.key, reverse=True)
    assert (one.values["url"], one.unit, one.message) == ("/b/", "u003", MESSAGES["words"])
    assert (other.unit, other.values["unit"]) == (None, "gone")


def test_a_watch_that_stopped_looking_is_told_after_an_hour() -> None:
    for hours, keys in ((0.9, []), (1, ["sites.idle"])):
        looked = NOW - timedelta(hours=hours)
        assert [one.key for one in of_watch("sites", None, "", looked, NOW)] == keys
    assert not [*of_watch("sites", NOW - timedelta(minutes=9), "away", NOW, NOW)]


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"null", b"<html>", b'{"findings": [{"key": 1}]}', b'{"looked_at": "yesterday", "findings": []}',
     json.dumps({"looked_at": None, "findings": [{"severity": "fatal"}]}).encode()],
)  # fmt: skip
def test_an_answer_that_is_none_is_refused(body: bytes) -> None:
    with pytest.raises(CountyError):
        parse(body)


def test_an_answer_with_more_than_we_know_is_read() -> None:
    answer = parse(json.dumps({"looked_at": NOW.isoformat(), "pages": 5, "findings": []}).encode())
    assert (answer.looked_at, answer.findings) == (NOW, ())
