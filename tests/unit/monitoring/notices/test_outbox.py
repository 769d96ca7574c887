"""The outbox under every course of events: nothing twice, no end without its begin, nothing left behind."""

import re
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from countynet import clock
from countynet.db import open_database, reading, transaction
from countynet.errors import CountyError
from countynet.settings import Settings
from countynet.vocabulary import Severity
from inventory.calendar.model import load
from monitoring.alarms.service import Trouble, close_alarm, open_alarm
from monitoring.notices import outbox, sender, store
from monitoring.notices.deliver import Outcome
from monitoring.notices.model import NoticeState, read
from monitoring.windows.store import WindowCover, WorkWindow
from tests.unit.house.messages import TOP

CALENDAR = load(Path("no such county"))
RULES = read(
    "notices.yml",
    b"""\
channels: [{name: m, kind: mail, host: h, sender: a@example.org}]
recipients:
  - {name: duty, channel: m, to: [a@example.org], digest: 0}
  - {name: chief, channel: m, to: [b@example.org], digest: 10}
rules: [{name: all, steps: [{to: [duty]}, {to: [chief], after: 1}]}]
""",
)
OUTCOMES = (NoticeState.SENT, NoticeState.QUEUED, NoticeState.DOUBTFUL, "killed")
ACT = st.tuples(st.sampled_from(("open", "close", "send")), st.integers(0, 2), st.sampled_from(OUTCOMES))


def turn(engine: Engine, what: str, alarm: int) -> None:
    with transaction(engine) as session:
        if what == "open":
            open_alarm(session, Trouble(f"line:{alarm}", Severity.MAJOR, f"line-{alarm}", "down"), "test")
        else:
            close_alarm(session, f"line:{alarm}")


def send(engine: Engine, outcome: str, minutes: float, given: list[tuple[str, int, str]]) -> None:
    """One round of the sender, `given` collecting what servers were given; killed ones leave it under way."""
    now = clock.now() + timedelta(minutes=minutes)
    outbox.queue(engine, RULES, CALENDAR, {}, now)
    for recipient in RULES.recipients:
        taken = outbox.take(engine, recipient, now)
        if taken is None:
            continue
        if outcome != NoticeState.QUEUED:
            given += [(recipient.name, item.alarm, item.step) for item in taken.items]
        if outcome == "killed":
            outbox.begin(engine)
        else:
            outbox.settle(engine, taken.notices, Outcome(NoticeState(outcome), ""), now)


@settings(max_examples=8, deadline=None)
@given(st.lists(ACT, min_size=5, max_size=16))
def test_whatever_happens_nothing_is_told_twice_and_no_end_without_its_begin(acts: list[tuple[str, int, str]]) -> None:
    given_ = list[tuple[str, int, str]]()
    with TemporaryDirectory() as folder:
        engine = open_database(Settings(county=Path(folder), language="en"))
        for number, (what, alarm, outcome) in enumerate(acts):
            if what == "send":
                send(engine, outcome, 30 * number, given_)
            else:
                turn(engine, what, alarm)
        for alarm in range(3):
            turn(engine, "close", alarm)
        for number in range(len(acts), len(acts) + 4):
            send(engine, NoticeState.SENT, 60 * number, given_)
        with reading(engine) as session:
            states = {row.state for row in store.newest(session, 999)}
            assert store.idle(session)
        engine.dispose()
    assert len(set(given_)) == len(given_)
    for place, (name, alarm, step) in enumerate(given_):
        if step == "closed":
            assert any(n == name and a == alarm and s != "closed" for n, a, s in given_[:place])
    assert states <= {NoticeState.SENT, NoticeState.DOUBTFUL, NoticeState.DROPPED}


def test_what_a_work_window_covers_is_told_when_it_is_over(tmp_path: Path) -> None:
    engine, now = open_database(Settings(county=tmp_path, language="en")), clock.now()
    hour = timedelta(hours=1)
    with transaction(engine) as session:
        window = WorkWindow(devices=["cpe-1"], start=now - hour, end=now + hour, reason="r", login="x", removed=None)
        session.add(window)
        session.flush()
        session.add(WindowCover(window=window.id, device="cpe-1", unit="", start=now - hour, end=now + hour))
        open_alarm(session, Trouble("line:1", Severity.MAJOR, "line-1", "down", device="cpe-1"), "test")
    assert outbox.queue(engine, RULES, CALENDAR, {}, now) == 0
    assert outbox.queue(engine, RULES, CALENDAR, {}, now + hour) >= 1
    assert outbox.queue(engine, RULES, CALENDAR, {}, now + hour) == 0


def test_rules_that_are_wrong_lose_nothing_and_are_told_with_their_line(tmp_path: Path) -> None:
    county = Settings(county=tmp_path, language="en")
    engine = open_database(county)
    turn(engine, "open", 1)
    (tmp_path / "monitoring").mkdir()
    (tmp_path / "monitoring" / "notices.yml").write_text("channels:\n  - {name: m, kind: fax}\n")
    with pytest.raises(CountyError, match=r"notices\.yml:2"):
        sender.tick(county, engine, clock.now())
    with reading(engine) as session:
        assert len(store.orders(session)) == 1


def test_the_example_of_the_document_holds() -> None:
    text = (TOP / "docs" / "monitoring.md").read_text()
    (block,) = re.findall(r"^    channels:\n(?:    .*\n)+", text, re.M)
    found = read("notices.yml", "".join(line[4:] for line in block.splitlines(keepends=True)).encode(), ["north"])
    assert [channel.kind for channel in found.channels] == ["mail", "dingtalk", "sms"]
    assert [rule.name for rule in found.rules] == ["all", "north"]
