"""What the audit gets of monitoring: fullest hours, clocks, what stands unanswered, days of logs, and what failed."""

import json
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from countynet.db import open_database, transaction
from countynet.measured import measured as asked
from countynet.settings import Settings
from countynet.vocabulary import Severity
from monitoring.intrusions.collect import Collector
from monitoring.intrusions.store import keep
from monitoring.intrusions.whose import Whose
from monitoring.measured import measured
from monitoring.probes.store import ProbeRow
from monitoring.receive.syslog.keep import FOLDER, Days, Line
from monitoring.series import peaks
from monitoring.series.choose import open_series
from monitoring.series.rates import Reading
from monitoring.series.seam import Gauge, Interface, Measured, Sample
from tests.unit.topology.small_county import small_county

NOW = datetime(2026, 11, 26, 12, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
SPEED = 10_000_000


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(county=tmp_path, language="en")


@pytest.fixture
def engine(settings: Settings) -> Engine:
    return open_database(settings)


def line(arrived: datetime, device: str, at: datetime | None) -> Line:
    return Line(arrived, device, "10.0.0.1", "udp", 1, 5, at, "h", "a", "words", "words")


def polled(settings: Settings) -> None:
    """Write two hours: a port at 20 % and then 90 % of its rate, a processor at 30 and then 85 %."""
    with closing(open_series(settings)) as series:
        for ago, share, load in ((5, 0.2, 30.0), (3, 0.9, 85.0)):
            hour = NOW.replace(minute=0) - ago * HOUR
            for minute in (0, 20, 40):
                at = int((hour + timedelta(minutes=minute)).timestamp())
                reading = Reading(float(at), at * 100 % 2**32, 3, 0, SPEED, (at, at, 1, 2, 3, 4, 5, 6))
                rates = (share * SPEED, 0.1 * SPEED, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0)
                port = Sample(Interface("core-1", "p1"), reading, 1, 2, rates)
                series.write(at, [port], [Measured(Gauge("core-1", "cpu", "1"), load)])


def test_the_fullest_hour_is_a_mean_of_a_whole_hour_with_its_begin(settings: Settings, engine: Engine) -> None:
    polled(settings)
    found = measured(settings, engine, NOW - timedelta(days=30), NOW)
    peaks = {(p.device, p.what, p.part): (p.percent, p.at) for p in found.peaks if p.what != "disk"}
    hour = NOW.replace(minute=0) - 3 * HOUR
    assert peaks["core-1", "in", "p1"] == (90.0, hour)
    assert peaks["core-1", "out", "p1"][0] == 10.0
    assert peaks["core-1", "cpu", "1"] == (85.0, hour)
    assert found.hours == 2
    assert [p.device for p in found.peaks if p.what == "disk"] == ["countynet"]
    engine.dispose()


def test_clocks_are_told_by_probes_and_by_the_last_log_line(settings: Settings, engine: Engine) -> None:
    days = Days(settings.state / FOLDER)
    second = timedelta(seconds=1)
    days.write([line(NOW - HOUR, "core-1", NOW - HOUR - 500 * second), line(NOW, "core-1", NOW - 2 * second)])
    days.write([line(NOW, "core-2", None), line(NOW, "", NOW)])
    days.close()
    with (settings.state / FOLDER / f"{NOW.date()}.jsonl").open("ab") as file:
        file.write(json.dumps(["no line"]).encode() + b"\n" + b'{"device":"core-9"')
    row = {"message": "m", "values": {}, "milliseconds": 1.0, "days": None, "stratum": 2, "loss": None, "jitter": None}
    with transaction(engine) as session:
        named = {"name": "t", "kind": "ntp", "host": "time-1", "address": "a"}
        session.add(ProbeRow(**named, ok=True, offset=1500.0, at=NOW, since=NOW, **row))
    found = measured(settings, engine, NOW - HOUR, NOW)
    assert {o.device: (o.how, o.seconds) for o in found.offsets} == {"time-1": ("probe", 1.5), "core-1": ("log", -2.0)}
    engine.dispose()


def test_days_of_logs_are_told_with_the_holes_between_them(settings: Settings, engine: Engine) -> None:
    assert measured(settings, engine, NOW, NOW).logs is None
    days = Days(settings.state / FOLDER)
    for ago in (4, 2, 0):
        days.write([line(NOW - timedelta(days=ago), "core-1", None)])
    days.close()
    logs = measured(settings, engine, NOW, NOW).logs
    assert logs is not None
    assert logs.first == (NOW - timedelta(days=4)).date()
    assert logs.missing == tuple((NOW - timedelta(days=ago)).date() for ago in (3, 1))
    engine.dispose()


def test_what_nobody_answered_comes_by_the_seam_and_a_part_that_fails_is_named(
    settings: Settings, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = '{"event_type":"alert","src_ip":"192.0.2.1","alert":{"signature":"x","severity":1,"action":"allowed"}}'
    collector = Collector()
    collector.take([Line(NOW, "fw-1", "10.0.0.1", "udp", 1, 5, None, "h", "suricata", words, words)])
    with transaction(engine) as session:
        keep(session, collector.drain(), Whose(small_county()))

    def fails(_settings: Settings) -> None:
        raise OSError("disk I/O error")

    monkeypatch.setattr(peaks, "open_series", fails)
    found = asked(settings, engine, NOW - HOUR, NOW)
    assert found is not None
    assert [(s.subject, s.severity) for s in found.intrusions] == [("fw-1", Severity.MAJOR)]
    assert found.said == {"capacity-peaks": "disk I/O error"}
    assert (found.hours, found.peaks) == (0, ())
    engine.dispose()
