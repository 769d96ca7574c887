"""Who is told what of an emergency and when: the plan's own people, the next when one is late, nobody twice."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

import inventory
from countynet import clock, tellings
from countynet.db import open_database, reading
from countynet.errors import BadInput, CountyError
from countynet.i18n import set_language
from countynet.people import Actor
from countynet.settings import Settings
from countynet.vocabulary import Role
from inventory.load import load_county
from inventory.model import County
from monitoring.notices.deliver import Outcome
from monitoring.notices.model import Channel, NoticeState, Recipient
from monitoring.notices.words import Message
from monitoring.tellings import outbox, sender
from playbooks.emergency import book, read, show
from playbooks.emergency.rules import StepState
from playbooks.emergency.telling.tick import tick

CENTER = Actor("bob", Role.CENTER)
EXAMPLE = Path(inventory.__file__).parent / "example"
NOON = datetime(2026, 11, 26, 4, tzinfo=UTC)
NOTICES = """channels:
- {name: gateway, kind: sms, url: "http://sms.example/?to={to}", method: GET}
recipients:
- {name: leader, channel: gateway, to: ["16900000001"], language: en, quiet: {start: "00:00", end: "23:59"}}
- {name: duty, channel: gateway, to: ["16900000002"], language: en}
- {name: crew, channel: gateway, to: ["16900000003"]}
- {name: chief, channel: gateway, to: ["16900000004"], language: en}
"""
PEOPLE = """people:
- {who: center, to: [leader]}
- {who: operator, to: [crew], then: [duty, chief], again: 20}
"""
Sent = list[tuple[str, str]]


@pytest.fixture(scope="module")
def county() -> County:
    return load_county(EXAMPLE)


@pytest.fixture
def settings(tmp_path: Path, county: County, monkeypatch: pytest.MonkeyPatch) -> Settings:
    set_language("en")
    found = Settings(county=tmp_path / "county", language="en")
    for place, text in ((read.FILE, PEOPLE), ("monitoring/notices.yml", NOTICES)):
        (found.county / place).parent.mkdir(parents=True)
        (found.county / place).write_text(text)
    faults = "notices:\n- {channel: gateway, language: en}\n"
    (found.county / "monitoring/faults.yml").write_text(faults)
    for module in ("playbooks.emergency.telling.tick", "monitoring.tellings.sender"):
        monkeypatch.setattr(f"{module}.load_county", lambda _folder: county)
    return found


@pytest.fixture
def engine(settings: Settings) -> Iterator[Engine]:
    found = open_database(settings)
    yield found
    found.dispose()


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], datetime]:
    """Set the clock to so many minutes after the start."""

    def at(minutes: int) -> datetime:
        moment = NOON + timedelta(minutes=minutes)
        monkeypatch.setattr(clock, "now", lambda: moment)
        return moment

    at(0)
    return at


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Sent:
    found: Sent = []

    def deliver(
        _settings: Settings, _channel: Channel, who: Recipient, make: Callable[[], Message], _number: str
    ) -> Outcome:
        set_language(who.language)
        found.extend((who.name, line) for line in make().lines)
        set_language("en")
        return Outcome(NoticeState.SENT, "taken")

    monkeypatch.setattr(sender, "deliver", deliver)
    return found


def infected(engine: Engine, county: County, settings: Settings, *, drill: bool = False) -> None:
    book.start(engine, county, read.plan(settings.county, "ransomware"), {"unit": "u031"}, CENTER, drill=drill)


def told(settings: Settings, engine: Engine, at: datetime) -> None:
    """What a worker that was just started does, twice."""
    teller = sender.Teller(settings, engine)
    for _time in range(2):
        tick(settings, engine, at)
        teller.step(at)
        teller.wait(60)


def test_a_start_tells_whom_the_plan_names_and_whose_turn_it_is_each_once_and_in_their_language(
    engine: Engine, county: County, settings: Settings, now: Callable[[int], datetime], sent: Sent
) -> None:
    infected(engine, county, settings)
    told(settings, engine, now(0))
    told(settings, engine, now(1))
    mine = {name: [line for who, line in sent if who == name] for name, _line in sent}
    assert set(mine) == {"leader", "crew", "u031"}  # the leader's quiet hours are all day
    assert [line.partition("：")[0] for line in mine["crew"]] == [
        "应急 1 已启动",
        "应急 1，单位感染勒索病毒（" + county.unit_by_id["u031"].name + "）",
    ]
    assert "关闭该单位接入设备的全部内网端口" in mine["crew"][1]
    assert [line.startswith("Emergency 1 has begun") for line in mine["leader"]] == [True, False, False]
    assert "Unplug the infected computers" in mine["u031"][1]
    assert len(mine["u031"]) == 2  # cleaning comes after the evidence
    with reading(engine) as session:
        assert {row.state for row in tellings.of(session, "emergency:1")} == {"sent"}


def test_a_step_falls_to_its_people_when_what_it_comes_after_has_ended(
    engine: Engine, county: County, settings: Settings, now: Callable[[int], datetime], sent: Sent
) -> None:
    infected(engine, county, settings)
    told(settings, engine, now(0))
    for step in ("isolate", "evidence", "spread"):
        book.step(engine, 1, step, StepState.DONE, CENTER)
    sent.clear()
    told(settings, engine, now(5))
    assert [(who, "Reinstall" in line) for who, line in sent] == [("u031", True)]


def test_what_is_late_is_told_to_its_people_and_the_next_then_to_the_one_after(
    engine: Engine, county: County, settings: Settings, now: Callable[[int], datetime], sent: Sent
) -> None:
    infected(engine, county, settings)
    told(settings, engine, now(14))
    for minutes, people in ((16, ["crew", "duty"]), (21, ["leader", "u031"]), (36, ["chief", "leader"]), (60, [])):
        sent.clear()
        told(settings, engine, now(minutes))
        assert sorted(who for who, _line in sent) == people, minutes
    sent.clear()
    for place in book.get(engine, 1).places:
        book.step(engine, 1, place.step.id, StepState.SKIPPED, CENTER, "over")
    book.close(engine, 1, CENTER, "a mail was opened")
    told(settings, engine, now(61))
    assert sorted(who for who, _line in sent) == ["crew", "leader", "u031"]
    assert all("over" in line or "结束" in line for _who, line in sent)


def test_a_drill_is_told_to_nobody_and_an_old_end_neither(
    engine: Engine, county: County, settings: Settings, now: Callable[[int], datetime], sent: Sent
) -> None:
    infected(engine, county, settings, drill=True)
    infected(engine, county, settings)
    for place in book.get(engine, 2).places:
        book.step(engine, 2, place.step.id, StepState.DONE, CENTER)
    book.close(engine, 2, CENTER, "well")
    told(settings, engine, now(60 * 25))
    assert sent == []


def test_names_that_the_notices_do_not_know_are_refused_with_their_line_and_stop_no_other_tick(
    engine: Engine, county: County, settings: Settings, now: Callable[[int], datetime]
) -> None:
    own = settings.county / read.FILE
    own.write_text(PEOPLE.replace("crew", "crwe").replace("chief", "chef"))
    with pytest.raises(BadInput) as error:
        read.staff(settings.county)
    assert [(p.line, p.found) for p in error.value.problems] == [(3, "crwe"), (3, "chef")]
    infected(engine, county, settings)
    with pytest.raises(CountyError, match="crwe"):
        tick(settings, engine, now(0))


def test_whoever_cannot_be_reached_is_said_and_what_a_killed_sender_left_is_doubtful(
    engine: Engine, county: County, settings: Settings, now: Callable[[int], datetime], sent: Sent
) -> None:
    (settings.county / "monitoring/faults.yml").unlink()  # then nothing says how units are told
    infected(engine, county, settings)
    tick(settings, engine, now(0))
    assert {row.recipient for row in outbox.take(engine, (), now(0))} == {"leader"}
    told(settings, engine, now(0))
    states = {one["to"]: (one["state"], one["said"]) for one in map(show.telling, book.told(engine, 1))}
    assert states["leader"] == ("doubtful", "the sender was killed meanwhile")
    assert states["unit:u031"] == ("failed", "the county's notices know nobody of this name")
    assert states["crew"] == ("sent", "taken")
