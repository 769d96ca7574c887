"""The fakes and the real services keep one contract; the board's real questions are few and stay few."""

import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, event

import inventory
from countynet import clock
from countynet.db import open_database, transaction
from countynet.errors import BadInput, Conflict, NotAllowed
from countynet.events import record
from countynet.settings import Settings
from countynet.vocabulary import FaultState, LineState, Role, Severity
from dashboard.app import create_app
from dashboard.services import fake
from dashboard.services.fake_log import FakeLog
from dashboard.services.log import Log
from dashboard.services.model import Entry, Line
from dashboard.services.protocols import Alarms, Audits, Faults, Watch
from dashboard.services.real.alarms import RealAlarms
from dashboard.services.real.audits import RealAudits
from dashboard.services.real.county import CountyFolder
from dashboard.services.real.every import real_services
from dashboard.services.real.faults import RealFaults
from dashboard.services.real.log import RealLog
from dashboard.services.real.watch import RealWatch
from dashboard.users.model import Person
from monitoring.alarms import service as alarms_service
from monitoring.alarms.service import Trouble
from monitoring.faults import joining
from monitoring.state.store import LineRow
from tests.unit.dashboard import sample
from tests.unit.dashboard.browser import Browser

CENTER = Person(1, "center", Role.CENTER)
OPERATOR = Person(2, "operator", Role.OPERATOR)
CLERK = Person(3, "u031", Role.UNIT, "u031")
OTHER = Person(4, "u007", Role.UNIT, "u007")
AUDITOR = Person(5, "auditor", Role.AUDITOR)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    found = open_database(sample.settings(tmp_path))
    yield found
    found.dispose()


@pytest.fixture
def faults(engine: Engine) -> Faults:
    return RealFaults(engine)


def test_a_fault_has_one_way_and_each_step_one_role(faults: Faults) -> None:
    number = faults.report(CLERK, "u031", "no net", "since eight", "me 110")
    steps: list[tuple[str, Person, Callable[[Person], None], FaultState]] = [
        ("dispatch", CENTER, lambda who: faults.dispatch(who, number, "please"), FaultState.DISPATCHED),
        ("start", OPERATOR, lambda who: faults.start(who, number, ""), FaultState.STARTED),
        ("repaired", OPERATOR, lambda who: faults.repaired(who, number, "digger"), FaultState.REPAIRED),
        ("confirm", CLERK, lambda who: faults.confirm(who, number, 5, "thanks"), FaultState.CONFIRMED),
    ]
    for name, who, take, after in steps:
        found = faults.get(number)
        assert found is not None
        for person in (CENTER, OPERATOR, CLERK, OTHER, AUDITOR):
            assert (name in faults.possible(person, found)) is (person is who)
            if person.role is not who.role or person is OTHER:
                with pytest.raises(NotAllowed):
                    take(person)
        take(who)
        with pytest.raises((Conflict, NotAllowed)):
            take(who)
        moved = faults.get(number)
        assert moved is not None
        assert moved.state is after
    assert faults.open() == []
    assert [f.id for f in faults.closed(10)] == [number]
    done = faults.get(number)
    assert done is not None
    assert [step.actor for step in done.steps] == ["u031", "center", "operator", "operator", "u031"]
    assert [step.rating for step in done.steps] == [None, None, None, None, 5]
    assert done.steps[3].note == "digger"
    assert [s.at for s in done.steps] == sorted(s.at for s in done.steps)


def test_what_is_still_broken_goes_back_to_the_operator(faults: Faults) -> None:
    number = faults.report(CLERK, "u031", "no net", "", "")
    faults.dispatch(CENTER, number, "")
    faults.start(OPERATOR, number, "")
    faults.repaired(OPERATOR, number, "x")
    faults.reopen(CLERK, number, "still")
    found = faults.get(number)
    assert found is not None
    assert (found.state, found.assignee) == (FaultState.DISPATCHED, Role.OPERATOR)


def test_a_unit_has_one_open_fault(faults: Faults) -> None:
    first = faults.report(CLERK, "u031", "no net", "", "")
    assert faults.report(CENTER, "u031", "they called", "", "") == first
    assert faults.report(OTHER, "u007", "printer", "", "") != first
    assert [f.title for f in faults.open()] == ["no net", "printer"]
    assert [f.title for f in faults.of_unit("u031")] == ["no net"]
    assert faults.get(99) is None


@pytest.fixture(params=["fake", "real"])
def audits(request: pytest.FixtureRequest, engine: Engine, tmp_path: Path) -> Audits:
    return fake.FakeAudits() if request.param == "fake" else RealAudits(engine, sample.settings(tmp_path))


def test_an_audit_that_never_ran_says_so_and_one_started_is_on_its_way(audits: Audits) -> None:
    assert audits.latest() is None
    assert audits.run(1) is None
    assert list(audits.runs(5)) == []
    assert audits.job() is None
    assert audits.file("a" * 64) is None
    assert audits.file("../../county.db") is None
    number = audits.start(AUDITOR, "mlps-3")
    job = audits.job()
    assert job is not None
    assert (job.id, job.busy) == (number, True)


def test_the_center_alone_accepts_findings_and_everything_wrong_is_told_at_once(audits: Audits) -> None:
    day = clock.now().astimezone(clock.CHINA).date() + timedelta(days=30)
    with pytest.raises(BadInput) as told:
        audits.accept(AUDITOR, "no-such", "", "short", day.replace(year=day.year + 3))
    assert len(told.value.problems) == 4
    audits.accept(CENTER, "telnet-off", "core-1", "replaced next month by a new one", day)
    held = [*audits.accepted()]
    assert [(one.check, one.subject, one.until, one.by) for one in held] == [
        ("telnet-off", "core-1", day, CENTER.login)
    ]
    with pytest.raises(BadInput):
        audits.withdraw(AUDITOR, held[0].id)
    audits.withdraw(CENTER, held[0].id)
    assert not [*audits.accepted()]
    with pytest.raises(BadInput):
        audits.withdraw(CENTER, 99)


def test_the_checks_are_queued_once(engine: Engine, tmp_path: Path) -> None:
    audits = RealAudits(engine, sample.settings(tmp_path))
    assert audits.start(AUDITOR, "mlps-3") == audits.start(AUDITOR, "mlps-3")


@pytest.fixture(params=["fake", "real"])
def log(request: pytest.FixtureRequest, engine: Engine) -> Log:
    found = FakeLog()
    for number in range(1, 6):
        with transaction(engine) as session:
            said = record(session, "user.created", "test", f"subject-{number}", {"n": number})
        found.entries.append(Entry(said.id, said.at, said.tag, said.actor, said.subject, said.data))
    return found if request.param == "fake" else RealLog(engine)


def test_the_log_is_read_backwards_in_pages(log: Log) -> None:
    newest = log.page(None, 2)
    assert [entry.subject for entry in newest] == ["subject-5", "subject-4"]
    assert [entry.subject for entry in log.page(newest[-1].id, 9)] == ["subject-3", "subject-2", "subject-1"]
    assert log.page(1, 9) == []
    assert (log.verify().length, log.verify().broken) == (5, ())


def trouble(line: str, unit: str | None) -> Trouble:
    return Trouble(f"line:{line}", Severity.MAJOR, line, "Device {device} does not answer", {"device": line}, unit=unit)


@pytest.fixture(params=["fake", "real"])
def alarms(request: pytest.FixtureRequest, engine: Engine) -> Alarms:
    with transaction(engine) as session:
        alarms_service.open_alarm(session, trouble("line-040", "u040"), "test")
        alarms_service.close_alarm(session, "line:line-040")
        alarms_service.open_alarm(session, trouble("line-031", "u031"), "test")
    real = RealAlarms(engine)
    return real if request.param == "real" else fake.FakeAlarms([*real.open(), *real.recent(9)])


def test_alarms_are_open_or_over(alarms: Alarms) -> None:
    assert [a.subject for a in alarms.open()] == ["line-031"]
    assert [a.subject for a in alarms.recent(5)] == ["line-040"]
    assert all(a.closed is not None for a in alarms.recent(5))
    assert [a.subject for a in alarms.of_unit("u031", 5)] == ["line-031"]
    assert list(alarms.of_unit("u001", 5)) == []
    assert alarms.open()[0].message.format(**alarms.open()[0].values)


def test_an_alarm_and_a_report_are_one_fault_with_a_title_in_the_readers_language(engine: Engine) -> None:
    with transaction(engine) as session:
        alarm, _new = alarms_service.open_alarm(session, trouble("line-031", "u031"), "test")
        joining.alarm_opened(session, alarm)
    faults = RealFaults(engine)
    opened = faults.open()[0]
    assert "line-031" in opened.title
    assert opened.alarm is not None
    assert faults.report(CLERK, "u031", "{curly} words", "", "") == opened.id
    joined = faults.get(opened.id)
    assert joined is not None
    assert joined.title == "{curly} words"
    assert len(joined.steps) == 2


@pytest.fixture
def folder(tmp_path: Path) -> Settings:
    settings = sample.settings(tmp_path / "county")
    shutil.copytree(Path(inventory.__file__).parent / "example", settings.county)
    return settings


@pytest.fixture(params=["fake", "real"])
def watch(request: pytest.FixtureRequest, engine: Engine, tmp_path: Path, folder: Settings) -> Watch:
    at = clock.now()
    if request.param == "fake":
        return fake.FakeWatch({"u031": Line("u031", LineState.DOWN, at)}, last=None)
    with transaction(engine) as session:
        session.add(LineRow(unit="u031", circuit="line-031", state=LineState.DOWN, since=at))
    return RealWatch(engine, sample.settings(tmp_path), fake.FakeCounty(sample.county()))


def test_what_was_never_seen_is_unknown_and_without_curve(watch: Watch) -> None:
    now = clock.now()
    assert set(watch.lines()) == {"u031"}
    assert watch.line("u031").state is LineState.DOWN
    assert watch.line("u001").state is LineState.UNKNOWN
    assert watch.devices() == {}
    assert watch.cables() == {}
    assert watch.polled() is None
    points = watch.traffic("u031", now - timedelta(days=1), now, 48)
    assert len(points) <= 48
    assert all(p.down is None and p.up is None for p in points)


def test_the_county_is_loaded_again_only_when_it_changed_and_never_broken(
    folder: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboard.services.real.county.LOOK_AGAIN", 0.0)
    source = CountyFolder(folder)
    first = source.county()
    assert source.county() is first
    file = folder.county / "county.yml"
    good = file.read_text()
    file.write_text(good.replace("name_en: Qinglan County", "name_en: Changed County"))
    assert source.county().plan.name_en == "Changed County"
    file.write_text("plan: [")
    assert source.county().plan.name_en == "Changed County"
    file.write_text(good)
    assert source.county().plan.name_en == "Qinglan County"
    file.write_text("plan: [")
    with pytest.raises(BadInput):
        CountyFolder(folder)


def test_the_front_page_asks_eight_questions_whatever_the_number_of_units(folder: Settings) -> None:
    services = real_services(folder)
    object.__setattr__(services.accounts, "hasher", sample.CHEAP)
    services.accounts.create("center", Role.CENTER, None, "test", sample.PASSWORD)
    with transaction(services.accounts.engine) as session:
        for unit in sample.county().units:
            circuit = f"line-{unit.number:03}"
            state = LineState.DOWN if unit.number % 2 else LineState.UP
            session.add(LineRow(unit=unit.id, circuit=circuit, state=state, since=clock.now()))
            if state is LineState.DOWN:
                alarm, _new = alarms_service.open_alarm(session, trouble(circuit, unit.id), "test")
                joining.alarm_opened(session, alarm)
    browser = Browser(create_app(folder, services, rate_limit=False).test_client())
    browser.sign_in("center")
    asked: list[str] = []
    event.listen(services.accounts.engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    answer = browser.get("/board")
    questions = [sql for sql in asked if sql.startswith("SELECT")]
    assert answer.text.count('<li class="down"><a href="/units/') == 60
    assert len(questions) == 8, questions
    assert not [sql for sql in asked if sql.split()[0] in ("INSERT", "UPDATE", "DELETE")]
    assert len(answer.data) < 150_000
    services.accounts.engine.dispose()


def test_who_acknowledges_is_shown_until_it_runs_out(alarms: Alarms) -> None:
    (alarm,) = alarms.open()
    assert alarms.acknowledged() == {}
    alarms.acknowledge(Person(1, "operator", Role.OPERATOR), alarm.id, 4, "on my way")
    said = alarms.acknowledged()[alarm.id]
    assert list(alarms.said(alarm.id)) == [said]
    assert (said.login, said.note) == ("operator", "on my way")
    assert said.until is not None
    assert timedelta(hours=3) < said.until - clock.now() <= timedelta(hours=4)
    assert alarms.get(alarm.id) == alarm
    assert alarms.get(99) is None
