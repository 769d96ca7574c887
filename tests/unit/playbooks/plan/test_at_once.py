"""A plan at once: only under an emergency that runs, only what was asked for, by its author, confirmed by another."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from countynet import clock
from countynet.db import reading
from countynet.errors import BadInput, Conflict, NotAllowed
from countynet.events import Event
from countynet.people import Actor
from countynet.planners import AtOnce
from countynet.secrets import Secrets
from countynet.settings import Settings
from countynet.vocabulary import Role
from playbooks.plan import at_once
from playbooks.plan.at_once import apply_at_once
from playbooks.plan.book import Book
from playbooks.plan.model import Plan
from playbooks.plan.rules import may_apply
from playbooks.planner import Plans
from tests.unit.playbooks.plan.samples import plan, steps

CARL, BOB = Actor("carl", Role.OPERATOR), Actor("bob", Role.CENTER)


@dataclass
class Ground:
    """Devices that ran what the inventory said before, but for one that is odd."""

    odd: bool = False

    def intended(self, steps: Mapping[str, Any]) -> dict[str, str]:
        return {name: "other" if self.odd else steps[name].running for name in steps}

    @property
    def county(self) -> Any:
        return SimpleNamespace(device_by_name={"cpe-001": None})


class Driver:
    """Texts that differ or not."""

    def expected(self, _running: str, text: str) -> str:
        return text

    def difference(self, running: str, text: str) -> str:
        return "" if running == text else "-x\n+y\n"


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    settings = Settings.load(tmp_path / "county")
    Secrets.create(settings, {})
    found = Book.open(settings)
    yield found
    found.engine.dispose()


@pytest.fixture
def world(book: Book, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A plan of carl's, an emergency that runs, and an apply that asks for the approvals as the real one does."""
    about: dict[str, Any] = {"ended": None, "drill": False, "approvals": 1, "ground": Ground(), "applied": []}

    def emergency(_engine: object, number: int) -> Any:
        return SimpleNamespace(number=number, ended=about["ended"], drill=about["drill"])

    def apply(_settings: object, number: int, _told: object, *, actor: str, **_more: object) -> Any:
        entry = book.get(number)
        may_apply(entry.plan, entry.state, entry.approvals, clock.now())
        about["applied"].append((number, actor))
        return entry

    def numbered(number: int) -> Plan:
        return plan(number, made=clock.now(), approvals=about["approvals"])

    monkeypatch.setattr("playbooks.plan.at_once.emergencies.get", emergency)
    monkeypatch.setattr(at_once, "apply", apply)
    monkeypatch.setattr("playbooks.plan.at_once.Ground.at", lambda _settings, _commit: about["ground"])
    monkeypatch.setattr("playbooks.plan.at_once.drivers.of", lambda _device: Driver())
    about["add"] = lambda: book.add(numbered, {"cpe-001": steps()}).number
    return about


def now(book: Book, number: int, actor: Actor = CARL) -> None:
    apply_at_once(book.settings, AtOnce(number, 3, "a worm", "before"), actor, lambda _device, _text: None)


def test_it_is_applied_without_a_person_and_the_event_says_who_why_and_under_what(
    book: Book, world: dict[str, Any]
) -> None:
    number = world["add"]()
    now(book, number)
    assert world["applied"] == [(number, "carl")]
    with reading(book.engine) as session:
        event = session.query(Event).filter_by(tag="plan.emergency").one()
    assert (event.actor, event.data["emergency"], event.data["reason"]) == ("carl", 3, "a worm")
    assert not any(approval.login == "carl" for approval in book.get(number).approvals)


@pytest.mark.parametrize(
    ("about", "error"),
    [
        ({"ended": datetime(2026, 1, 1)}, Conflict),  # noqa: DTZ001 - any time will do
        ({"drill": True}, Conflict),
        ({"approvals": 2}, Conflict),
        ({"ground": Ground(odd=True)}, Conflict),
    ],
)
def test_no_emergency_a_core_or_more_than_was_asked_for_is_refused_and_leaves_no_approval(
    book: Book, world: dict[str, Any], about: dict[str, Any], error: type[Exception]
) -> None:
    world.update(about)
    number = world["add"]()
    with pytest.raises(error):
        now(book, number)
    assert (world["applied"], book.get(number).approvals) == ([], ())


@pytest.mark.parametrize("actor", [BOB, Actor("carl", Role.AUDITOR), Actor("u001", Role.UNIT, "u001")])
def test_somebody_elses_plan_and_who_makes_no_changes_are_refused(
    book: Book, world: dict[str, Any], actor: Actor
) -> None:
    number = world["add"]()
    with pytest.raises(NotAllowed):
        now(book, number, actor)
    assert not world["applied"]


def test_another_person_of_the_center_confirms_it_once_with_a_reason(book: Book, world: dict[str, Any]) -> None:
    number, confirm = world["add"](), Plans().confirm
    with pytest.raises(Conflict):
        confirm(book.settings, number, BOB, "it was right")
    now(book, number)
    for actor in (CARL, Actor("carl", Role.CENTER), Actor("eve", Role.AUDITOR)):
        with pytest.raises(NotAllowed):
            confirm(book.settings, number, actor, "it was right")
    with pytest.raises(BadInput):
        confirm(book.settings, number, BOB, "  ")
    confirm(book.settings, number, BOB, "it was right")
    with pytest.raises(Conflict):
        confirm(book.settings, number, BOB, "it was right")
