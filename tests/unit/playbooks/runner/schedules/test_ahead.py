"""What schedules will cut off is announced a day before, goes on as the run's, and is taken back when it is not."""

from datetime import datetime, timedelta

import pytest

from countynet import clock, works
from countynet.settings import Settings
from inventory.model import County
from playbooks.freezes.model import OWN as FREEZES
from playbooks.runner import catalogue, windows
from playbooks.runner.schedules import ahead, book
from tests.unit.playbooks.runner.schedules.samples import AMY, BOB, Desk
from tests.unit.playbooks.runner.windows_fake import Announcer


@pytest.fixture
def announcer(settings: Settings, county: County, monkeypatch: pytest.MonkeyPatch) -> Announcer:
    found, own = Announcer(), settings.county / catalogue.OWN
    monkeypatch.setattr(works, "_announcers", lambda: iter((found,)))
    for module in (ahead, windows):
        monkeypatch.setattr(module, "present_county", lambda _settings: county)
    text = own.read_text(encoding="utf-8").replace("  approval: true\n", "  approval: true\n  interrupts: true\n", 1)
    own.write_text(text, encoding="utf-8")
    return found


def agreed(desk: Desk) -> tuple[int, datetime]:
    made = desk.make()
    book.approve(desk.engine, made.number, clock.now() + timedelta(days=30), BOB)
    return made.number, made.due


def test_it_is_announced_a_day_before_and_taken_back_when_the_schedule_ends(desk: Desk, announcer: Announcer) -> None:
    number, due = agreed(desk)
    desk.at(due - timedelta(hours=25))
    assert announcer.open == {}
    desk.at(due - timedelta(hours=2))
    desk.at(due - timedelta(hours=1))
    (work,) = announcer.open.values()
    assert (work.names, work.start, announcer.seen) == (("cpe-001",), due, [windows.of_turn(number, due)])
    assert f"(schedule {number})" in work.reason
    book.end(desk.engine, number, AMY)
    desk.at(due - timedelta(minutes=30))
    assert announcer.open == {}


def test_it_goes_on_while_the_turn_is_under_way_and_is_taken_back_once_that_was_missed(
    desk: Desk, announcer: Announcer
) -> None:
    number, due = agreed(desk)
    desk.at(due - timedelta(hours=1))
    desk.at(due)
    assert windows.of_turn(number, due) in announcer.open  # the look is under way
    desk.carried(desk.last(number).look)
    desk.at(due + timedelta(minutes=1))
    change = desk.last(number).run
    desk.carried(change)
    desk.at(due + timedelta(minutes=2))
    assert not any(subject.endswith(f"{due:%Y%m%dT%H%M}") for subject in announcer.open)  # the run cut nothing off


def test_without_an_agreement_and_in_a_freeze_period_nothing_is_announced(
    desk: Desk, announcer: Announcer, settings: Settings
) -> None:
    made = desk.make()
    desk.at(made.due - timedelta(hours=1))
    assert announcer.open == {}
    book.approve(desk.engine, made.number, clock.now() + timedelta(days=30), BOB)
    day = made.due.astimezone(clock.CHINA).date()
    (settings.county / FREEZES).write_text(
        f"freezes:\n- {{id: now, begins: {day - timedelta(days=1)}, ends: {day + timedelta(days=1)}, reason: 值守}}\n",
        "utf-8",
    )
    desk.at(made.due - timedelta(hours=1))
    assert announcer.open == {}
