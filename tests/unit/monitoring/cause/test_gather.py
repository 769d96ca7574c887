"""What is collected about an alarm: ports, uptimes, light, margins, gasps and batteries, and what is kept of it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from countynet import clock
from countynet.db import open_database, reading, transaction
from countynet.events import Event, verify
from countynet.i18n import set_language
from countynet.settings import Settings
from countynet.vocabulary import FaultDomain, LineState
from monitoring.alarms.service import close_alarm, open_alarm
from monitoring.alarms.show import documents
from monitoring.alarms.store import Alarm
from monitoring.alarms.troubles import trouble
from monitoring.capability.quantity import Condition, Quantity
from monitoring.capability.store import SensorRow
from monitoring.cause.gather import About, Gather, Witness
from monitoring.cause.service import judge_all
from monitoring.cause.show import of_unit
from monitoring.cause.store import of
from monitoring.detect.signs import Measured, Port
from monitoring.detect.topology import topology
from monitoring.faults.joining import alarm_opened
from monitoring.faults.store import open_faults
from monitoring.receive.store import TrapRow
from monitoring.series.rates import Reading
from monitoring.series.seam import Interface, Sample
from monitoring.series.sqlite import SqliteSeries
from monitoring.state.store import DeviceRow, LineRow
from tests.unit.topology.small_county import small_county

COUNTY = small_county()
TOPOLOGY = topology(COUNTY)
NOW = clock.now()
FELL = NOW - timedelta(seconds=30)
LONG = NOW - timedelta(hours=5)
SECOND = timedelta(seconds=1)
UPLINK = next(
    a if b.node == "cpe-001" else b
    for cable in COUNTY.cables
    for a, b in ((cable.a, cable.b),)
    if "cpe-001" in (a.node, b.node) and "sw-admin" in (a.node, b.node)
)
END = (UPLINK.node, UPLINK.port)


@pytest.fixture(autouse=True)
def english_and_now(monkeypatch: pytest.MonkeyPatch) -> None:
    set_language("en")
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return open_database(Settings(county=tmp_path, language="en"))


def seen(*silent: str, ports: Mapping[tuple[str, str], Port] | None = None, back: datetime | None = None) -> Witness:
    """Return what the watch remembers when some are silent since FELL, or are back since a moment."""
    answering = {n: LONG for n in TOPOLOGY.watched if n not in silent}
    if back is not None:
        answering |= dict.fromkeys(silent, back)
    measured = {n: Measured(0.0, 2.0, 2.0, 60) for n in TOPOLOGY.watched}
    fell = {} if back is not None else dict.fromkeys(silent, FELL)
    return Witness(ports or {}, measured, answering, fell)


def dark(at: datetime = NOW) -> dict[tuple[str, str], Port]:
    return {END: Port(2, 1, at, at)}


def row(engine: Engine, device: str, uptime: float, polled: datetime) -> None:
    with transaction(engine) as session:
        session.merge(
            DeviceRow(
                device=device, state=LineState.UP, since=polled, cause="", snmp_error="", polled=polled, uptime=uptime
            )
        )


def sensor(engine: Engine, device: str, quantity: Quantity, value: float, at: datetime, **more: object) -> None:
    with transaction(engine) as session:
        session.add(
            SensorRow(device=device, quantity=quantity, name="0", value=value, since=at, seen=at, said="", **more)
        )


def trap(engine: Engine, device: str, name: str, *variables: tuple[str, object]) -> None:
    with transaction(engine) as session:
        session.add(
            TrapRow(
                device=device, trap="1.3.6", name=name, part="", count=1, first=FELL, last=FELL, variables=[*variables]
            )
        )


def opened(engine: Engine, node: str = "cpe-001") -> int:
    with transaction(engine) as session:
        alarm, _new = open_alarm(session, trouble(node, TOPOLOGY, COUNTY), "ping")
        alarm_opened(session, alarm)
        return alarm.id


def closed(engine: Engine, key: str = "line:line-001") -> None:
    with transaction(engine) as session:
        close_alarm(session, key)


def judged(engine: Engine, witness: Witness) -> str:
    """Judge all alarms and return the rule of the only verdict."""
    with transaction(engine) as session:
        judge_all(session, COUNTY, TOPOLOGY, witness, "ping")
    with reading(engine) as session:
        (alarm,) = session.scalars(select(Alarm)).all()
        return of(session, [alarm.id])[alarm.id].rule


def told(engine: Engine) -> list[str]:
    with reading(engine) as session:
        assert verify(session) == ()
        events = session.scalars(select(Event).where(Event.tag == "alarm.judged").order_by(Event.id))
        return [event.data["rule"] for event in events]


def text(engine: Engine) -> str:
    with reading(engine) as session:
        (shown,) = documents(session, session.scalars(select(Alarm)).all())
    return str(shown["text"])


def test_a_port_read_before_the_failure_is_no_evidence(engine: Engine) -> None:
    opened(engine)
    assert judged(engine, seen("cpe-001", ports={END: Port(1, 1, FELL - SECOND)})) == "line-down"
    assert judged(engine, seen("cpe-001", ports=dark())) == "line-dark"
    assert judged(engine, seen("cpe-001", ports={END: Port(1, 1, NOW)})) == "line-lit"
    assert told(engine) == ["line-down", "line-dark", "line-lit"]


def test_the_same_look_again_writes_nothing(engine: Engine) -> None:
    opened(engine)
    for _time in range(3):
        assert judged(engine, seen("cpe-001", ports=dark())) == "line-dark"
    assert told(engine) == ["line-dark"]


def test_back_with_a_short_uptime_it_was_power_and_with_a_long_one_the_line(engine: Engine) -> None:
    opened(engine)
    judged(engine, seen("cpe-001", ports=dark()))
    closed(engine)
    back = seen("cpe-001", ports={END: Port(1, 1, NOW, NOW)}, back=NOW)
    assert judged(engine, back) == "line-dark", "no uptime was read since"
    row(engine, "cpe-001", 20.0, NOW + SECOND)
    assert judged(engine, back) == "power-restart"
    row(engine, "cpe-001", 90_000.0, NOW + 2 * SECOND)
    assert judged(engine, back) == "line-back"
    assert "lost carrier" in text(engine), "what was seen while it was silent stands"
    assert "it came back without a restart" in text(engine)


def test_an_uptime_from_before_the_return_says_nothing(engine: Engine) -> None:
    opened(engine)
    row(engine, "cpe-001", 10.0, FELL - SECOND)
    closed(engine)
    assert judged(engine, seen("cpe-001", back=NOW)) == "line-down"


def test_light_before_is_told_from_light_now(engine: Engine) -> None:
    opened(engine)
    sensor(engine, END[0], Quantity.RX_POWER, -38.0, NOW, interface=END[1])
    assert judged(engine, seen("cpe-001", ports=dark())) == "line-dark", "the dark after a cut is no worn line"
    assert "light now: -38.0 dBm" in text(engine)


def test_light_that_was_faint_before_is_the_operators(engine: Engine) -> None:
    opened(engine)
    sensor(engine, END[0], Quantity.RX_POWER, -28.3, FELL - 60 * SECOND, interface=END[1])
    sensor(engine, END[0], Quantity.TX_POWER, -5.0, FELL - 60 * SECOND, interface=END[1])
    assert judged(engine, seen("cpe-001", ports=dark())) == "line-worn"
    assert "light before: -28.3 dBm" in text(engine)


def test_a_narrow_dsl_margin_before_is_the_operators(engine: Engine) -> None:
    opened(engine, "cpe-025")
    sensor(engine, "cpe-025", Quantity.SNR_DOWN, 4.5, FELL - 60 * SECOND)
    assert judged(engine, seen("cpe-025")) == "line-worn"


@pytest.mark.parametrize(
    ("name", "variables", "rule"),
    [
        ("dot3OamNonThresholdEvent", (("dot3OamEventLogType.7.1", 257),), "power-said"),
        ("dot3OamNonThresholdEvent", (("dot3OamEventLogType.7.1", 256),), "line-dark"),
        ("hwDyingGasp", (), "power-said"),
        ("linkDown", (), "line-dark"),
    ],
)
def test_a_last_gasp_is_power(engine: Engine, name: str, variables: tuple[tuple[str, object], ...], rule: str) -> None:
    opened(engine)
    trap(engine, "cpe-001", name, *variables)
    trap(engine, "cpe-002", "hwDyingGasp")
    assert judged(engine, seen("cpe-001", ports=dark())) == rule


def test_a_supply_of_the_building_on_its_battery_is_power(engine: Engine) -> None:
    opened(engine)
    sensor(engine, "sw-admin", Quantity.UPS_SOURCE, 5.0, FELL, condition=Condition.OK)
    assert judged(engine, seen("cpe-001", ports=dark())) == "line-dark"
    with transaction(engine) as session:
        session.scalars(select(SensorRow)).one().condition = Condition.DEGRADED
    assert judged(engine, seen("cpe-001", ports=dark())) == "power-said"


def test_ports_that_fell_with_it_are_counted_by_time(engine: Engine) -> None:
    opened(engine)
    near = {(END[0], f"x{n}"): Port(2, 1, NOW, NOW + n * SECOND) for n in range(3)}
    ever = {(END[0], "idle"): Port(2, 1, NOW, None), (END[0], "old"): Port(2, 1, NOW, LONG)}
    assert judged(engine, seen("cpe-001", ports=dark() | ever)) == "line-dark"
    assert judged(engine, seen("cpe-001", ports=dark() | ever | near)) == "card"


def test_a_switch_behind_which_something_answers_passes(engine: Engine) -> None:
    opened(engine, "sw-admin")
    assert judged(engine, seen("sw-admin")) == "device-passes"
    assert judged(engine, seen("sw-admin", "cpe-001", "cpe-002")) == "device-down"
    early = seen("sw-admin", "cpe-002")
    early = replace(early, answering={**early.answering, "cpe-001": NOW})
    assert judged(engine, early) == "device-down", "what is back a moment earlier proves nothing"


def test_the_operators_net_is_judged_by_the_hubs_port(engine: Engine) -> None:
    opened(engine, "operator")
    adsl = ("cpe-025", "cpe-026")
    assert judged(engine, seen(*adsl, ports={("vpn-hub", "wan0"): Port(1, 1, NOW)})) == "operator-net"
    assert judged(engine, seen(*adsl, ports={("vpn-hub", "wan0"): Port(2, 1, NOW)})) == "hub-dark"
    assert judged(engine, seen(*adsl, ports={("vpn-hub", "wan0"): Port(2, 2, NOW)})) == "hub-shut"


def test_a_place_is_judged_by_any_router_that_restarted(engine: Engine) -> None:
    place = "building:admin:sw-admin"
    opened(engine, place)
    assert judged(engine, seen("cpe-001", "cpe-002", ports=dark())) == "place-ports"
    closed(engine, place)
    row(engine, "cpe-001", 90_000.0, NOW + SECOND)
    back = seen("cpe-001", "cpe-002", back=NOW)
    assert judged(engine, back) == "place-ports-back"
    row(engine, "cpe-002", 9.0, NOW + SECOND)
    assert judged(engine, back) == "power-restart"


def test_a_fault_of_which_only_the_alarm_speaks_says_the_cause_too(engine: Engine) -> None:
    opened(engine)
    judged(engine, seen("cpe-001", ports=dark()))
    with reading(engine) as session:
        (fault,) = open_faults(session)
        (alarm,) = session.scalars(select(Alarm)).all()
    assert (fault.title, fault.values) == (alarm.message, alarm.values)
    assert fault.values["line"] == "line-001", "what it said before is still there"


def test_a_lossy_line_whose_switch_loses_nothing_is_the_operators(engine: Engine) -> None:
    opened(engine, "quality:cpe-001")
    assert judged(engine, seen()) == "quality-line"
    with reading(engine) as session:
        poor = Witness({}, {"sw-admin": Measured(0.3, 2.0, 2.0, 60)}, {}, {})
        known = Gather(session, COUNTY, TOPOLOGY, poor).of(About("quality:cpe-001", NOW))
    assert not known.clean_before


def test_a_unit_whose_line_works_is_judged_by_its_own_port(engine: Engine, tmp_path: Path) -> None:
    settings = Settings(county=tmp_path, language="en")
    with transaction(engine) as session:
        session.add(LineRow(unit="u001", circuit="line-001", state=LineState.UP, since=LONG, cause=""))
    with reading(engine) as session:
        nothing = of_unit(session, settings, COUNTY, "u001")
        assert (nothing.domain if nothing else None) is FaultDomain.UNCLEAR
        assert of_unit(session, settings, COUNTY, "u002") is None, "nothing is known of its line"
    for oper, domain in ((1, FaultDomain.APPLICATION), (2, FaultDomain.UNIT_LAN)):
        series = SqliteSeries(settings.state / "series")
        reading_ = Reading(NOW.timestamp(), 1, 1, 0, 0, (None,) * 8)
        series.write(int(NOW.timestamp()), [Sample(Interface("cpe-001", "lan0"), reading_, 1, oper, None)])
        series.close()
        with reading(engine) as session:
            found = of_unit(session, settings, COUNTY, "u001")
        assert found is not None
        assert found.domain is domain


def test_a_unit_in_a_shadow_has_the_verdict_of_what_shadows_it(engine: Engine, tmp_path: Path) -> None:
    opened(engine, "sw-admin")
    judged(engine, seen("sw-admin", "cpe-001", "cpe-002"))
    with transaction(engine) as session:
        session.add(LineRow(unit="u001", circuit="line-001", state=LineState.SHADOWED, since=NOW, cause="sw-admin"))
    with reading(engine) as session:
        found = of_unit(session, Settings(county=tmp_path, language="en"), COUNTY, "u001")
    assert found is not None
    assert found.rule == "device-down"
