"""Plans as they are kept: once, whole, with their events; one apply at a time."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from countynet import clock
from countynet.db import reading
from countynet.errors import BadInput, Conflict, NotAllowed
from countynet.events import Event, verify
from countynet.i18n import set_language
from countynet.people import Actor
from countynet.secrets import Secrets
from countynet.settings import Settings
from countynet.vocabulary import Role
from playbooks.freezes.book import let
from playbooks.freezes.model import OWN
from playbooks.plan import frozen
from playbooks.plan.apply import apply, only_one
from playbooks.plan.book import Book
from playbooks.plan.model import DeviceState, Plan, PlanState
from playbooks.plan.windows import book as windows
from playbooks.plan.windows.model import WindowState
from tests.unit.playbooks.plan.samples import SECRET, plan, steps

AMY, BOB = Actor("amy", Role.CENTER), Actor("bob", Role.CENTER)
NAMES = ("cpe-001", "cpe-002")


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    set_language("en")
    settings = Settings.load(tmp_path / "county")
    Secrets.create(settings, {"one": "secret"})
    found = Book.open(settings)
    yield found
    found.engine.dispose()


def add(book: Book, names: tuple[str, ...] = NAMES, approvals: int = 1) -> int:
    def numbered(number: int) -> Plan:
        return plan(number, made=clock.now(), approvals=approvals, names=names)

    return book.add(numbered, {name: steps(name) for name in names}).number


def tags(book: Book) -> list[str]:
    with reading(book.engine) as session:
        assert verify(session) == ()
        return [event.tag for event in session.query(Event).order_by(Event.id)]


def test_plans_are_numbered_in_order_and_read_back_as_they_were(book: Book) -> None:
    assert [add(book), add(book)] == [1, 2]
    entry = book.get(2)
    assert (entry.state, entry.hash, entry.approvals) == (PlanState.OPEN, entry.plan.hash, ())
    assert {d.state for d in entry.devices.values()} == {DeviceState.WAITING}
    assert book.steps(2) == {name: steps(name) for name in NAMES}
    assert [e.plan.number for e in book.newest(9)] == [2, 1]
    assert tags(book) == ["plan.made", "plan.made"]


def test_there_is_no_plan_that_nobody_made(book: Book) -> None:
    with pytest.raises(BadInput):
        book.get(1)


def test_the_database_holds_no_secret(book: Book) -> None:
    add(book)
    assert SECRET.encode() not in b"".join(f.read_bytes() for f in book.settings.state.glob("county.db*"))


def test_a_plan_that_somebody_changed_in_the_database_is_refused(book: Book) -> None:
    add(book)
    with book.engine.begin() as connection:
        connection.execute(text("UPDATE plan SET body = replace(body, 'systemctl restart x', 'rm -rf /')"))
    with pytest.raises(Conflict, match="its hash does not fit"):
        book.get(1)


def test_an_approval_stands_with_its_event_and_a_refused_one_leaves_none(book: Book) -> None:
    add(book)
    entry = book.approve(1, AMY)
    assert [a.login for a in entry.approvals] == ["amy"]
    with pytest.raises(Conflict):
        book.approve(1, AMY)
    with pytest.raises(NotAllowed):
        book.approve(1, Actor("eve", Role.ADMIN))
    assert tags(book) == ["plan.made", "plan.approved"]


def test_a_stale_plan_loses_its_approvals_for_good(book: Book) -> None:
    add(book, approvals=2)
    book.approve(1, AMY)
    book.approve(1, BOB)
    book.stale(1, {"cpe-001": "runs something else since"}, "amy")
    entry = book.get(1)
    assert (entry.state, [a.withdrawn for a in entry.approvals]) == (PlanState.STALE, [True, True])
    with pytest.raises(Conflict, match="is stale"):
        book.approve(1, Actor("dan", Role.CENTER))


def test_what_a_device_has_is_noted_once_and_the_end_says_whether_all_have_it(book: Book) -> None:
    add(book)
    book.begin(1, "amy")
    for state in (DeviceState.CHANGING, DeviceState.DONE, DeviceState.DONE):
        book.note(1, "cpe-001", state, "amy")
    assert book.end(1, "amy").state is PlanState.STOPPED
    book.note(1, "cpe-002", DeviceState.DONE, "amy")
    assert book.end(1, "amy").state is PlanState.DONE
    assert tags(book).count("plan.device") == 3


def test_two_applies_at_once_are_refused_and_the_lock_ends_with_the_first(book: Book) -> None:
    add(book)
    book.approve(1, AMY)
    with only_one(book.settings), pytest.raises(Conflict, match="another plan is being applied"):
        apply(book.settings, 1, lambda device, line: None, actor="amy")
    with only_one(book.settings):
        pass


def test_an_apply_without_approval_touches_nothing(book: Book) -> None:
    add(book)
    with pytest.raises(Conflict, match="has none yet"):
        apply(book.settings, 1, lambda device, line: None, actor="amy")
    assert (book.get(1).state, tags(book)) == (PlanState.OPEN, ["plan.made"])


def freeze(book: Book, hours: int = 5) -> None:
    start = clock.now().astimezone(clock.CHINA).replace(second=0, microsecond=0)
    file = book.settings.county / OWN
    file.parent.mkdir(parents=True, exist_ok=True)
    ends = start + timedelta(hours=hours)
    file.write_text(
        f"freezes:\n- {{id: week, begins: '{start:%Y-%m-%d %H:%M}', ends: '{ends:%Y-%m-%d %H:%M}', reason: duty}}\n",
        encoding="utf-8",
    )


def test_no_plan_begins_in_a_freeze_period_but_by_the_centers_word_or_under_an_emergency(book: Book) -> None:
    number, other = add(book), add(book)
    freeze(book)
    book.approve(number, BOB)
    with pytest.raises(Conflict, match="nothing is changed until .*: duty"):
        apply(book.settings, number, lambda _device, _text: None, actor="amy")
    let(book.settings, book.engine, NAMES, f"plan:{number}", BOB, "the line is down")
    frozen.may_begin(book.settings, book.engine, book.get(number))
    with pytest.raises(Conflict, match="nothing is changed"):
        frozen.may_begin(book.settings, book.engine, book.get(other))
    book.empower(other, BOB, 1, "ransomware")
    frozen.may_begin(book.settings, book.engine, book.get(other))
    assert "freeze.passed" in tags(book)
    (book.settings.county / OWN).write_text("freezes: week\n", encoding="utf-8")
    with pytest.raises(BadInput):
        frozen.may_begin(book.settings, book.engine, book.get(number))


def test_a_window_waits_in_a_freeze_period_as_long_as_it_is_open_and_one_wholly_in_it_is_refused(book: Book) -> None:
    number, now = add(book), clock.now()
    book.approve(number, BOB)
    freeze(book)
    with pytest.raises(Conflict, match="the window lies in a freeze period"):
        windows.schedule(book, number, now, now + timedelta(hours=2), "bob")
    windows.schedule(book, number, now, now + timedelta(hours=8), "bob")
    windows.tick(book.settings, book.engine, now + timedelta(hours=1))
    assert state(book, number) is WindowState.WAITING
    windows.tick(book.settings, book.engine, now + timedelta(hours=6))
    assert state(book, number) is WindowState.BEGUN


def state(book: Book, number: int) -> WindowState:
    found = windows.last(book.engine, number)
    assert found is not None
    return found.state
