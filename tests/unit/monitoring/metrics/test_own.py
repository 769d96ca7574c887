"""What is known of ourselves: told to people, Prometheus and the rules; and who says that the receiver is gone."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import Engine

from countynet import clock
from countynet.db import reading, transaction
from countynet.jobs import submit
from countynet.settings import Settings
from countynet.vocabulary import LineState
from inventory import load_county
from monitoring.alarms.store import open_alarms
from monitoring.metrics import pulse, watchdog
from monitoring.metrics.look import Own, OwnReadings, look
from monitoring.metrics.prometheus import text
from monitoring.metrics.pulse import Told
from monitoring.metrics.show import lines
from monitoring.receive import status as receiving
from monitoring.receive.status import Listening, Receiver, Syslog, Traps
from monitoring.rules.load import read
from monitoring.rules.part import RulePart
from monitoring.series.sqlite import SqliteSeries
from monitoring.state.store import DeviceRow

COUNTY = load_county(Path(__file__).parents[4] / "inventory" / "example")
ROUND = Told(
    interval=15.0,
    lag=0.02,
    seconds=1.2,
    round_seconds=3.4,
    store_seconds=0.05,
    cpu_seconds=0.4,
    devices={"core-1": (0.2, ""), "adsl-7": (1.1, "no answer"), "agg-1": (0.3, "")},
    values=900,
)


def receiver(settings: Settings, ago: float = 0.0) -> None:
    now = clock.now()
    traps = Traps(received=10, taken=6, refused={"not authenticated": 4}, dropped={"mad": 3}, kernel_dropped=2, hints=5)
    port = Listening(what="syslog-udp", port=514, error="Address already in use")
    at = now - timedelta(seconds=ago)
    logs = Syslog(received={"udp": 7}, dropped=1)
    receiving.keep(settings, Receiver(at=at, began=at, traps=traps, syslog=logs, listening=(port,), lag_seconds=0.5))


def own(settings: Settings, database: Engine) -> Own:
    with reading(database) as session:
        return look(settings, session)


def test_nothing_is_known_of_what_never_ran(settings: Settings, database: Engine) -> None:
    found = own(settings, database)
    assert (found.poller, found.receiver, found.poll_age, found.receiver_age) == (None, None, None, None)
    assert found.document()["poller"] is None
    with reading(database) as session:
        assert b"countynet_poll_age" not in text(found, session)
    assert len(list(lines(found))) == 3


def test_the_slow_device_is_named(settings: Settings, database: Engine) -> None:
    pulse.teller(settings)(ROUND)
    found = own(settings, database)
    assert found.poller is not None
    assert [one.device for one in found.poller.slowest] == ["adsl-7", "agg-1", "core-1"]
    assert (found.poller.devices, found.poller.answered) == (3, 2)
    assert "slowest adsl-7 1.10 s" in "\n".join(lines(found))


def test_while_the_twin_is_down_we_are_not_late(settings: Settings, database: Engine) -> None:
    pulse.waiting(settings)
    found = own(settings, database)
    assert found.poll_age is None
    assert not [r for r in OwnReadings(found, "station").readings(0.0) if r.key.metric == "self.poll-age"]


def test_prometheus_reads_it(settings: Settings, database: Engine) -> None:
    pulse.teller(settings)(ROUND)
    receiver(settings)
    with transaction(database) as session:
        submit(session, "nothing", {}, "center")
        session.add(DeviceRow(device="core-1", state=LineState.UP, since=clock.now(), cause="", snmp_error=""))
    with reading(database) as session:
        said = text(own(settings, database), session).decode()
    values = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(said)
        for sample in family.samples
    }
    assert values["countynet_poll_slowest_seconds", "adsl-7"] == 1.1
    assert values["countynet_traps_fate_total", "dropped"] == 3
    assert values["countynet_log_received_total", "udp"] == 7
    assert values["countynet_listening", "syslog-udp"] == 0
    assert values[("countynet_jobs_waiting",)] == 1
    assert values["countynet_devices", "up"] == 1
    assert values["countynet_devices", "down"] == 0


def test_a_poll_that_is_late_is_an_alarm_by_a_rule(settings: Settings, database: Engine) -> None:
    pulse.teller(settings)(ROUND)
    rules = [
        one
        for one in read(COUNTY, b"rules: [{name: poller-late, lasting: 0, clearing: 0}]")
        if one.rule.name == "poller-late"
    ]

    delay = 10.0

    def late(session: object, now: object) -> OwnReadings:
        found = own(settings, database)
        return OwnReadings(replace(found, at=found.at + timedelta(seconds=delay)), "station")

    def alarms() -> list[str]:
        part.turn(clock.now().timestamp())
        with reading(database) as session:
            return [alarm.key for alarm in open_alarms(session)]

    part = RulePart(settings, database, SqliteSeries(settings.state / "series"), COUNTY, rules, (late,))
    assert alarms() == []
    delay = 100.0
    assert alarms() == ["rule:poller-late:station:"]
    delay = 10.0
    assert alarms() == []


def test_a_receiver_that_says_nothing_is_an_alarm_by_the_worker(
    settings: Settings, database: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def alarms() -> list[str]:
        watchdog.tick(settings, database, clock.now())
        with reading(database) as session:
            return [alarm.key for alarm in open_alarms(session)]

    monkeypatch.setattr(watchdog, "GRACE", float("inf"))
    receiver(settings, ago=3600)
    assert alarms() == []
    monkeypatch.setattr(watchdog, "GRACE", -1.0)
    assert alarms() == ["self:receiver"]
    assert alarms() == ["self:receiver"]
    receiver(settings)
    assert alarms() == []
