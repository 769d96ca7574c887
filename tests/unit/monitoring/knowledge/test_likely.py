"""What is offered about a trouble: what helped with the same cause first, whatever its words; in a notice, too."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from countynet import clock
from countynet.db import open_database, transaction
from countynet.i18n import set_language
from countynet.people import Actor
from countynet.settings import Settings
from countynet.vocabulary import Role, Severity
from monitoring.alarms.service import Trouble, open_alarm
from monitoring.cause.store import AlarmCause
from monitoring.faults import joining
from monitoring.knowledge.model import Audience, Text
from monitoring.knowledge.service import Knowledge
from monitoring.notices.hints import hints
from monitoring.notices.words import Item, compose

CENTER = Actor("center", Role.CENTER)
DOWN = "Line {line} of {unit_en} ({unit}) is down"
LIGHT = Text("the LOS lamp is red", "fiber", "push the yellow fiber in, then report: red lamp", audience=Audience.UNIT)
SPLICE = Text("dug up at the road works", "fiber", "splice it", "otdr --port 3")
ALIKE = Text("Line of a bank is down", "fiber", "call the bank")


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    set_language("en")
    return open_database(Settings(county=tmp_path, language="en"))


@pytest.fixture
def knowledge(engine: Engine) -> Knowledge:
    found = Knowledge(engine)
    found.write_all(CENTER, [LIGHT, SPLICE, ALIKE, *(Text(f"strange thing {n}", "", "nothing") for n in range(9))])
    return found


def alarm(engine: Engine, unit: str, rule: str) -> tuple[int, int]:
    """Let a line fail for a reason; return its alarm and fault."""
    with transaction(engine) as session:
        values = {"line": unit, "unit": "Bank", "unit_en": "Bank"}
        made, _new = open_alarm(session, Trouble(f"line:{unit}", Severity.MAJOR, unit, DOWN, values, unit=unit), "ping")
        session.add(AlarmCause(alarm=made.id, verdict={"rule": rule}, seen={}, at=clock.now()))
        fault = joining.alarm_opened(session, made)
        assert fault is not None
        return made.id, fault.id


def item(number: int, step: str = "opened") -> Item:
    values = {"line": "u003", "unit": "Bank", "unit_en": "Bank"}
    return Item(number, step, Severity.MAJOR, DOWN, values, datetime(2026, 11, 26, tzinfo=UTC), None)


def offered(knowledge: Knowledge, number: int, role: Role = Role.CENTER) -> list[tuple[int, int]]:
    return [(one.entry.id, one.here) for one in knowledge.likely("Line is down", role, number, 3)]


def test_what_helped_with_the_same_cause_comes_before_what_reads_alike(engine: Engine, knowledge: Knowledge) -> None:
    for unit, helped in (("u001", True), ("u002", True)):
        knowledge.tried(CENTER, 2, alarm(engine, unit, "line-dark")[1], helped)
    other, _fault = alarm(engine, "u004", "line-worn")
    now, _fault = alarm(engine, "u003", "line-dark")
    assert offered(knowledge, now)[:2] == [(2, 2), (3, 0)]
    assert offered(knowledge, other)[0] == (3, 0), "it helped with another cause"
    assert 2 not in dict(offered(knowledge, now, Role.UNIT)), "a clerk gets what is for units"
    knowledge.withdraw(CENTER, 2, "wrong")
    assert offered(knowledge, now)[0] == (3, 0)


def test_what_failed_as_often_as_it_helped_is_not_put_first(engine: Engine, knowledge: Knowledge) -> None:
    for unit, helped in (("u001", True), ("u002", False)):
        knowledge.tried(CENTER, 2, alarm(engine, unit, "line-dark")[1], helped)
    assert offered(knowledge, alarm(engine, "u003", "line-dark")[0])[0] == (3, 0)


def test_a_notice_of_an_alarm_says_what_helped_and_how_often(engine: Engine, knowledge: Knowledge) -> None:
    knowledge.tried(CENTER, 2, alarm(engine, "u001", "line-dark")[1], True)
    knowledge.tried(CENTER, 2, alarm(engine, "u002", "line-worn")[1], False)
    number, _fault = alarm(engine, "u003", "line-dark")
    said = hints(engine, [item(number)])
    assert said == ("Knowledge 2, helped 1 of 2 times: splice it",)
    message = compose("Testing", [item(number)], said)
    assert message.text().splitlines() == [message.subject, *said]
    assert message.text(len(message.subject.encode()) + 5) == message.subject, "what may help is the first to go"
    assert hints(engine, [item(number, "closed")]) == ()


def test_a_guess_is_sent_to_nobody(engine: Engine, knowledge: Knowledge) -> None:
    assert knowledge.likely("the lamp", Role.CENTER, None, 3)[0].entry.id == 1
    lamp = Item(77, "opened", Severity.MAJOR, "The lamp", {}, datetime(2026, 11, 26, tzinfo=UTC), None)
    assert hints(engine, [lamp]) == ()
