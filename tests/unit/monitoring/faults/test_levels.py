"""Escalation: once for each level, in working time; at once when a line is out that is mended day and night."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

import inventory
from countynet import clock
from countynet.db import reading, transaction
from countynet.errors import BadInput
from countynet.i18n import set_language
from countynet.settings import Settings
from countynet.vocabulary import LineState
from inventory.calendar.model import Calendar, Holiday, Year
from monitoring.faults.clocks import Clock, ClockKind, Target
from monitoring.faults.levels import sender
from monitoring.faults.levels.plan import due, reached
from monitoring.faults.levels.sender import Escalation
from monitoring.faults.levels.store import FaultLevel
from monitoring.faults.service import Faults
from monitoring.faults.targets import Level, read
from monitoring.faults.ties.service import Ties
from monitoring.notices.deliver import Outcome
from monitoring.notices.model import NoticeState, Quiet
from monitoring.state.store import LineRow
from monitoring.tags import FaultTag
from tests.unit.monitoring.faults.conftest import CENTER, CLERKS, OPERATOR

MONDAY = datetime(2026, 11, 23, 1, tzinfo=UTC)
"""nine o'clock on the county's clock"""
NIGHT = MONDAY + timedelta(hours=14)
OFF = Holiday(name="x", first=MONDAY.date() + timedelta(days=1), last=MONDAY.date() + timedelta(days=1))
CALENDAR = Calendar(years={2026: Year(year=2026, notice="x", holidays=(OFF,))})
CLOCKS = """
targets:
- {clock: respond, minutes: 60}
- {clock: arrive, minutes: 100000}
- {clock: repair, minutes: 600}
levels:
- {percent: 50, to: [duty]}
- {clock: respond, percent: 100, to: [duty, boss]}
"""
NOTICES = """
channels: [{name: mail, kind: mail, host: localhost, sender: a@b.cn}]
recipients:
- {name: duty, channel: mail, to: [d@b.cn], language: en}
- {name: boss, channel: mail, to: [e@b.cn], language: en}
rules: []
"""


def at(kind: ClockKind, used: int, *, working: bool = False, ended: bool = False) -> Clock:
    return Clock(kind, Target(60, working), timedelta(minutes=used), None, False, MONDAY if ended else None)


def test_each_share_is_reached_once_and_never_by_a_clock_that_ended() -> None:
    levels = [Level(percent=50, to=("a",)), Level(clock=ClockKind.REPAIR, percent=100, to=("b",))]
    levels += [Level(percent=100, to=("a",))]
    clocks = [at(ClockKind.RESPOND, 45), at(ClockKind.REPAIR, 61), at(ClockKind.ARRIVE, 90, ended=True)]
    found = [(*one.key, one.to) for one in reached(clocks, levels, {("repair", 50)})]
    assert found == [("respond", 50, ("a",)), ("repair", 100, ("b", "a"))]


def test_at_night_only_what_is_mended_day_and_night_and_is_out_is_told() -> None:
    wall, working = at(ClockKind.REPAIR, 61), at(ClockKind.RESPOND, 61, working=True)
    assert due(wall, True, Quiet(start="22:00", end="07:00"), CALENDAR, NIGHT) == NIGHT
    wednesday = datetime(2026, 11, 25, 0, 30, tzinfo=UTC)  # Tuesday is a holiday
    assert due(wall, False, None, CALENDAR, NIGHT) == wednesday
    assert due(working, True, None, CALENDAR, NIGHT) == wednesday
    quiet = Quiet(start="08:00", end="10:00")
    assert due(working, True, quiet, CALENDAR, NIGHT) == datetime(2026, 11, 25, 2, tzinfo=UTC)


def test_levels_are_data_with_their_mistakes_told() -> None:
    assert [level.percent for level in read("clocks.yml", CLOCKS.encode()).levels] == [50, 100]
    wrong = "levels:\n- {percent: 0, to: [a]}\n- {percent: 50, to: []}\n- {clock: nap, percent: 5, to: [a]}\n"
    with pytest.raises(BadInput) as told:
        read("clocks.yml", wrong.encode())
    assert [problem.line for problem in told.value.problems] == [2, 3, 4]
    with pytest.raises(BadInput):
        read("clocks.yml", b"levels:\n- {percent: 5, to: [a]}\n- {percent: 5, to: [b]}\n")


class Time:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.at = MONDAY

    def now(self) -> datetime:
        self.at += timedelta(milliseconds=1)
        return self.at


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    set_language("en")
    found = Time()
    monkeypatch.setattr(clock, "now", found.now)
    return found


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    said: list[tuple[str, str]] = []

    def deliver(_settings: object, _channel: object, recipient: object, make: object, _number: str) -> Outcome:
        set_language(recipient.language)  # type: ignore[attr-defined]
        said.append((recipient.name, make().subject))  # type: ignore[attr-defined, operator]
        return Outcome(NoticeState.SENT, "250")

    monkeypatch.setattr(sender, "deliver", deliver)
    return said


@pytest.fixture
def escalation(tmp_path: Path, engine: Engine, time: Time) -> Escalation:
    for file in (Path(inventory.__file__).parent / "example").glob("*.yml"):
        shutil.copy(file, tmp_path)
    (tmp_path / "monitoring").mkdir()
    (tmp_path / "monitoring" / "clocks.yml").write_text(CLOCKS)
    (tmp_path / "monitoring" / "notices.yml").write_text(NOTICES)
    return Escalation(Settings(county=tmp_path, language="en"), engine)


def passes(escalation: Escalation, time: Time, minutes: int) -> int:
    """Let time pass, and the worker look."""
    time.at += timedelta(minutes=minutes)
    new = escalation.step(time.at)
    for _each in range(3):
        escalation.wait(60)
        escalation.step(time.at)
    escalation.wait(60)
    return new


def test_a_fault_that_nobody_takes_climbs_and_each_level_is_told_once(
    escalation: Escalation, time: Time, sent: list[tuple[str, str]], faults: Faults, ties: Ties, engine: Engine
) -> None:
    with transaction(engine) as session:
        session.add(LineRow(unit="u001", circuit="line-001", state=LineState.DOWN, cause="", since=time.now()))
    lead = faults.report("u001", "no net", "", "", CLERKS[0])
    follower = faults.report("u002", "no net", "", "", CLERKS[1])
    ties.merge(follower, lead, CENTER)
    assert passes(escalation, time, 20) == 0
    assert passes(escalation, time, 11) == 1
    assert passes(escalation, time, 1) == 0
    assert [name for name, _said in sent] == ["duty"]
    assert "50% of the time to respond is used up: no net" in sent[0][1]
    assert passes(escalation, time, 30) == 1
    assert sorted(name for name, _said in sent) == ["boss", "duty", "duty"]
    steps = [past for past in faults.history(lead) if past.tag is FaultTag.ESCALATED]
    assert [(past.data["clock"], past.data["percent"]) for past in steps] == [("respond", 50), ("respond", 100)]
    assert FaultTag.ESCALATED not in [past.tag for past in faults.history(follower)]


def test_what_is_repaired_before_morning_is_told_to_nobody(
    escalation: Escalation, time: Time, sent: list[tuple[str, str]], faults: Faults, engine: Engine
) -> None:
    time.at = NIGHT
    fault = faults.report("u001", "slow", "", "", CLERKS[0])
    assert passes(escalation, time, 40) == 1
    assert sent == []
    faults.dispatch(fault, CENTER)
    faults.start(fault, OPERATOR)
    faults.repaired(fault, OPERATOR, "x")
    passes(escalation, time, 3 * 24 * 60)
    assert sent == []
    with reading(engine) as session:
        assert set(session.scalars(select(FaultLevel.state))) == {NoticeState.DROPPED}


def test_a_level_for_nobody_of_the_notices_is_told(escalation: Escalation, time: Time, tmp_path: Path) -> None:
    (tmp_path / "monitoring" / "clocks.yml").write_text(CLOCKS.replace("boss", "nobody"))
    with pytest.raises(BadInput, match="1 problem "):
        escalation.step(time.at)
