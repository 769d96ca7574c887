"""From lines to findings: what is equal is one, whose it is, bounds under a storm, and what people say to it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, text

from countynet import clock
from countynet.db import open_database, reading, transaction
from countynet.errors import BadInput, Conflict
from countynet.events import Event, record
from countynet.people import Actor
from countynet.settings import Settings
from countynet.unitfindings import FindingKind
from countynet.vocabulary import Role, SecurityKind, Severity
from inventory.model import SecurityEquipment
from monitoring.intrusions import ranking
from monitoring.intrusions.collect import MANY, NEW, WINDOW, Collector
from monitoring.intrusions.model import Detection, Feed, IntrusionKind, Level
from monitoring.intrusions.part import IntrusionPart
from monitoring.intrusions.readings import IntrusionReadings
from monitoring.intrusions.service import Intrusions, Sieve, unanswered
from monitoring.intrusions.store import APART, FalseAlarm, Intrusion, forget, keep
from monitoring.intrusions.whose import Whose
from monitoring.receive.senders import addresses
from monitoring.receive.syslog.keep import Line
from monitoring.tags import IntrusionTag
from tests.unit.topology.small_county import small_county

COUNTY = small_county()
UNIT = COUNTY.units[0]
TERMINAL = UNIT.terminals[0]
ROUTER = COUNTY.cpe_by_unit[UNIT.id].name
CENTER, OPERATOR, AUDITOR = (Actor(r.value, r) for r in (Role.CENTER, Role.OPERATOR, Role.AUDITOR))
CLERK, OTHER = (Actor(unit.id, Role.UNIT, unit.id) for unit in COUNTY.units[:2])
AT = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
OUTSIDE = "203.0.113.5"
ALERT = (
    '{{"event_type":"alert","src_ip":"{source}","dest_ip":"{target}","dest_port":445,"proto":"TCP","alert":'
    '{{"action":"{action}","signature_id":{sid},"signature":"ET {sid}","category":"c","severity":{level}}}}}'
)


def line(at: datetime = AT, sensor: str = "ids-1", **values: object) -> Line:
    """Return a kept line that tells an alert."""
    said = {"source": str(TERMINAL.address), "target": OUTSIDE, "action": "allowed", "sid": 7, "level": 1} | values
    words = ALERT.format(**said)
    return Line(at, sensor, "10.0.0.9", "udp", 16, 6, None, "ids", "suricata", words, words)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = open_database(Settings(county=tmp_path, language="en"))
    yield made
    made.dispose()


def kept(engine: Engine, *lines: Line) -> list[Intrusion]:
    """Return all findings after lines came."""
    collector = Collector()
    collector.take(lines)
    with transaction(engine) as session:
        keep(session, collector.drain(), Whose(COUNTY))
    with reading(engine) as session:
        rows = list(session.scalars(select(Intrusion).order_by(Intrusion.id)))
        session.expunge_all()
    return rows


def test_a_thousand_equal_alerts_are_one_finding_with_its_times(engine: Engine) -> None:
    minute = timedelta(minutes=1)
    (row,) = kept(engine, *(line(AT + n * minute / 1000) for n in range(1000)))
    assert (row.count, row.first, row.last) == (1000, AT, AT + 999 * minute / 1000)
    assert (row.subject, row.unit, row.attacked, row.severity) == (TERMINAL.name, UNIT.id, False, Severity.MAJOR)
    stopped = line(AT + minute, action="blocked"), line(AT + 2 * minute, sid=8)
    same, other = kept(engine, *stopped)
    assert (same.id, same.count, same.blocked, same.last, other.signature) == (row.id, 1001, 1, AT + minute, "8")
    assert same.severity is Severity.MAJOR, "the worst of them stays"


def test_a_quiet_week_or_an_answer_ends_a_finding(engine: Engine) -> None:
    (first,) = kept(engine, line())
    assert len(kept(engine, line(AT + APART + timedelta(hours=1)))) == 2
    Intrusions(engine).answer(CENTER, COUNTY, 2, "the computer was cleaned and checked")
    assert [row.count for row in kept(engine, line(AT + APART + timedelta(hours=2)))] == [1, 1, 1]
    assert first.answered is None


@pytest.mark.parametrize(
    ("source", "target", "whose", "unit", "attacked", "natted"),
    [
        (str(TERMINAL.address), OUTSIDE, TERMINAL.name, UNIT.id, False, False),
        (OUTSIDE, str(TERMINAL.address), TERMINAL.name, UNIT.id, True, False),
        (str(UNIT.lan.broadcast_address - 1), OUTSIDE, UNIT.id, UNIT.id, False, False),
        (str(COUNTY.device_by_name["core-1"].management), OUTSIDE, "core-1", "", False, False),
        (str(COUNTY.device_by_name[ROUTER].management), OUTSIDE, ROUTER, UNIT.id, False, False),
        (OUTSIDE, "198.51.100.99", "ids-1", "", False, False),
        ("", "", "ids-1", "", False, False),
    ],
)
def test_a_finding_is_about_whom_of_the_county_it_concerns(
    engine: Engine, source: str, target: str, whose: str, unit: str, attacked: bool, natted: bool
) -> None:
    (row,) = kept(engine, line(source=source, target=target))
    assert (row.subject, row.unit, row.attacked, row.natted) == (whose, unit, attacked, natted)


def test_behind_a_translation_nobody_is_blamed_unless_the_proxy_told_who() -> None:
    gateway = next(z.gateway for z in COUNTY.zones if z.name == "internet")
    whose, nobody = (
        Whose(COUNTY),
        Detection(Feed.H3C, IntrusionKind.ATTACK, "1", "x", Level.HIGH, str(gateway), OUTSIDE),
    )
    assert whose.concerned(nobody, "fw-1").owner.natted
    assert whose.concerned(nobody, "fw-1").owner.subject == "fw-1"
    told = Detection(Feed.H3C, IntrusionKind.ATTACK, "1", "x", Level.HIGH, str(gateway), behind=str(TERMINAL.address))
    assert whose.concerned(told, "fw-1").owner.unit == UNIT.id
    host = next(h for h in COUNTY.hosts if h.published)
    attacked = Detection(Feed.H3C, IntrusionKind.ATTACK, "1", "x", Level.HIGH, OUTSIDE, str(host.published))
    concern = whose.concerned(attacked, "fw-1")
    assert (concern.owner.subject, concern.owner.natted, concern.attacked) == (host.name, True, True)


def test_security_equipment_of_the_inventory_is_a_sender_that_is_known() -> None:
    ids = SecurityEquipment(
        id="ids-1", kind=SecurityKind.INTRUSION_DETECTION, make="m", model="m", serial="s", building="admin",
        management=IPv4Address("10.0.9.9"),
    )  # fmt: skip
    assert addresses(COUNTY.model_copy(update={"security_equipment": (ids,)}))["10.0.9.9"] == "ids-1"
    assert "10.0.9.9" not in addresses(COUNTY)


def test_a_storm_of_forged_sources_and_signatures_stays_within_bounds_and_is_counted() -> None:
    collector, many = Collector(), 3 * NEW
    collector.take(line(source=f"198.51.{n // 250}.{n % 250}", sid=n) for n in range(many))
    groups = collector.drain()
    assert sum(group.count for group in groups) == many
    assert len(groups) == 2 * NEW + 1
    assert [group.count for group in groups if group.key.signature == MANY] == [NEW]
    assert collector.folded == 2 * NEW
    collector.take([line(source="198.51.0.1", sid=1), line(source="198.51.200.1", sid=1)])
    assert [bool(group.key.source) for group in collector.drain()] == [True, False], "what is known stays told apart"
    collector.take([line(AT + timedelta(seconds=WINDOW), source="198.51.200.1")])
    assert collector.drain()[0].key.source, "the next window begins anew"


def test_a_sender_that_nobody_knows_makes_no_finding(engine: Engine) -> None:
    collector = Collector()
    collector.take([line(sensor="")])
    assert (collector.drain(), collector.strange, collector.told) == ([], 1, 0)


def test_a_database_that_is_busy_loses_nothing(engine: Engine) -> None:
    part, second = IntrusionPart(engine, Whose(COUNTY), 180), timedelta(seconds=1)
    table = "ALTER TABLE intrusion RENAME TO away", "ALTER TABLE away RENAME TO intrusion"
    with engine.begin() as connection:
        connection.execute(text(table[0]))
    part.take([line(), line(sid=9)], at_once=True)
    part.take([line(AT + second, action="blocked")], at_once=True)
    with engine.begin() as connection:
        connection.execute(text(table[1]))
    part.take([], at_once=True)
    both, other = kept(engine)
    assert (both.count, both.blocked, both.first, both.last, other.count) == (2, 1, AT, AT + second, 1)


def test_what_is_old_is_forgotten(engine: Engine) -> None:
    kept(engine, line(), line(AT + timedelta(days=2), sid=8))
    with transaction(engine) as session:
        forget(session, AT + timedelta(days=181), 180)
    assert [row.signature for row in kept(engine)] == ["8"]


def test_each_sees_what_concerns_them(engine: Engine) -> None:
    far = COUNTY.units[1]
    kept(engine, line(), line(source=str(far.terminals[0].address)), line(source=OUTSIDE, target="198.51.100.1"))
    ask = Intrusions(engine)

    def seen(actor: Actor) -> list[str]:
        return sorted(one.row.unit for one in ask.list(actor, COUNTY, Sieve()))

    assert seen(CENTER) == seen(AUDITOR) == sorted(["", UNIT.id, far.id])
    assert (seen(CLERK), seen(OTHER), seen(Actor("a", Role.ADMIN))) == ([UNIT.id], [far.id], [])
    assert set(seen(OPERATOR)) <= {UNIT.id, far.id}
    assert ask.get(OTHER, COUNTY, 1) is None
    assert len(ask.list(CENTER, COUNTY, Sieve(unit=far.id))) == 1


def test_a_false_alarm_covers_one_address_or_all_until_its_day(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    kept(engine, line(), line(source=OUTSIDE, target=str(TERMINAL.address)))
    ask, today = Intrusions(engine), clock.today()
    with pytest.raises(BadInput) as wrong:
        ask.accept(OPERATOR, 99, False, "short", today - timedelta(days=1))
    assert len(wrong.value.problems) == 4
    number = ask.accept(CENTER, 1, False, "the scanner of the center itself", today + timedelta(days=3))
    with transaction(engine) as session:
        session.get_one(FalseAlarm, number).address = str(TERMINAL.address)
        record(session, IntrusionTag.ACCEPTED, "test", "false-alarm:1", {})
    assert ask.list(CENTER, COUNTY, Sieve()) == []
    ask.withdraw(CENTER, number)
    assert len(ask.list(CENTER, COUNTY, Sieve())) == 2
    with pytest.raises(Conflict):
        ask.withdraw(CENTER, number)
    ask.accept(CENTER, 2, True, "a signature that is known to be wrong", today)
    assert [one.accepted is not None for one in ask.list(CENTER, COUNTY, Sieve(also_answered=True))] == [True, True]
    monkeypatch.setattr(clock, "today", lambda: today + timedelta(days=1))
    assert len(ask.list(CENTER, COUNTY, Sieve())) == 2, "its day is over"


def test_a_noisy_signature_that_is_a_false_alarm_hides_no_other(engine: Engine) -> None:
    kept(
        engine, line(AT - timedelta(hours=2), sid=8), *(line(source=f"203.0.113.{n}", target=OUTSIDE) for n in range(9))
    )
    ask = Intrusions(engine)
    noisy = max(ask.list(CENTER, COUNTY, Sieve()), key=lambda one: one.row.signature == "7").row.id
    ask.accept(CENTER, noisy, True, "the scanner of the center itself", clock.today())
    assert [one.row.signature for one in ask.list(CENTER, COUNTY, Sieve(), 2)] == ["8"]
    with reading(engine) as session:
        assert [row.signature for row in unanswered(session, clock.today(), 2)] == ["8"]


def test_an_answer_is_given_once_by_who_may_and_is_an_event(engine: Engine) -> None:
    kept(engine, line())
    ask = Intrusions(engine)
    for who, number, words in (
        (CLERK, 1, "cleaned and checked"),
        (CENTER, 9, "cleaned and checked"),
        (CENTER, 1, "no"),
    ):
        with pytest.raises(BadInput):
            ask.answer(who, COUNTY, number, words)
    ask.answer(CENTER, COUNTY, 1, "cleaned and checked")
    with pytest.raises(Conflict):
        ask.answer(CENTER, COUNTY, 1, "cleaned and checked")
    with reading(engine) as session:
        (event,) = session.scalars(select(Event).where(Event.tag == "intrusion.answered"))
    assert (event.actor, event.subject) == ("center", "intrusion:1")


def test_severe_ones_that_stand_are_read_at_the_units_router_and_go_to_zero(engine: Engine) -> None:
    kept(engine, line(), line(sid=8, level=3), line(sensor="core-1", source=OUTSIDE, target="198.51.100.1"))
    ask = Intrusions(engine)

    def read() -> dict[tuple[str, str], float]:
        with reading(engine) as session:
            found = IntrusionReadings(session, COUNTY, AT + timedelta(hours=1)).readings(1.0)
            return {(r.key.device, r.key.part): r.value for r in found}

    assert read() == {(ROUTER, TERMINAL.name): 1.0, ("core-1", "core-1"): 1.0}
    ask.answer(CENTER, COUNTY, 1, "cleaned and checked")
    assert read() == {(ROUTER, TERMINAL.name): 0.0, ("core-1", "core-1"): 1.0}


def test_what_a_units_own_computer_began_counts_in_the_ranking(engine: Engine, tmp_path: Path) -> None:
    kept(engine, line(), line(sid=9, source=OUTSIDE, target=str(TERMINAL.address)))
    settings = Settings(county=tmp_path, language="en")
    looked = ranking.found(settings, engine, AT, AT + timedelta(days=1))
    assert [(f.subject, f.kind, f.severity) for f in looked.found] == [
        (TERMINAL.name, FindingKind.INTRUSION, Severity.MAJOR)
    ]
    assert ranking.found(settings, engine, AT + timedelta(days=1), AT + timedelta(days=2)).at is None
