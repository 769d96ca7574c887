"""What the worker does for an emergency: it looks, waits for an approval without failing, does it, and drills."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import Engine

import inventory
from countynet.db import open_database, reading, transaction
from countynet.errors import CountyError, MissingCapability
from countynet.fixes import Outcome, Preview, Told
from countynet.i18n import set_language
from countynet.jobs import JobContext, JobLog, submit
from countynet.people import Actor
from countynet.settings import Settings
from countynet.vocabulary import Role
from inventory.load import load_county
from playbooks.emergency import book, carry, drill, jobs, read
from playbooks.emergency.rules import StepState

CENTER = Actor("bob", Role.CENTER)
EXAMPLE = Path(inventory.__file__).parent / "example"


class Acting:
    """An action with one change, or none, that waits as long as it is told to."""

    waits = "no approval"
    lines: tuple[str, ...] = ("a port",)

    def check(self, settings: Settings, names: Sequence[str], actor: Actor, plan: int | None) -> Preview:
        return Preview(self.lines, 7 if self.lines else None, self.waits)

    def run(self, settings: Settings, names: Sequence[str], preview: Preview, actor: Actor, told: Told) -> Outcome:
        told("cpe-031", "changing")
        return Outcome(True, "plan 7: done")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    set_language("en")
    return Settings(county=tmp_path, language="en")


@pytest.fixture
def context(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> JobContext:
    engine = open_database(settings)
    monkeypatch.setattr(jobs, "actor", lambda _engine, _login: CENTER)
    with transaction(engine) as session:
        number = submit(session, jobs.STEP, {}, "bob")
    return JobContext(settings, engine, number, "bob")


@pytest.fixture
def acting(monkeypatch: pytest.MonkeyPatch) -> Acting:
    found = Acting()
    monkeypatch.setattr(carry, "action", lambda _name: found)
    return found


def started(settings: Settings, engine: Engine, *, practice: bool = False) -> int:
    plan = read.plan(settings.county, "ransomware")
    return book.start(engine, load_county(EXAMPLE), plan, {"unit": "u031"}, CENTER, drill=practice).number


def said(context: JobContext) -> list[str]:
    with reading(context.engine) as session:
        return [line.line for line in session.query(JobLog).order_by(JobLog.id)]


def test_a_step_waits_for_its_approval_without_failing_and_is_done_after_it(
    settings: Settings, context: JobContext, acting: Acting
) -> None:
    asked = {"emergency": started(settings, context.engine), "step": "isolate", "do": True}
    assert jobs.take_step(context, asked) == {"plan": 7, "waits": "no approval"}
    assert said(context) == ["a port", "no approval"]
    acting.waits = ""
    assert jobs.take_step(context, asked) == {"plan": 7, "good": True}
    assert said(context)[-2:] == ["cpe-031: changing", "plan 7: done"]
    assert book.get(context.engine, 1).place("isolate").state is StepState.DONE


def test_what_is_so_already_is_done_and_keeps_the_plan_that_did_it(
    settings: Settings, context: JobContext, acting: Acting
) -> None:
    asked = {"emergency": started(settings, context.engine), "step": "isolate", "do": False}
    jobs.take_step(context, asked)
    acting.waits, acting.lines = "", ()  # somebody applied the plan on its own page
    jobs.take_step(context, {**asked, "do": True})
    place = book.get(context.engine, 1).place("isolate")
    assert (place.state, place.plan, place.note) == (StepState.DONE, 7, "There is nothing to change.")


def test_a_drill_tries_every_action_though_one_fails_ends_and_says_so(
    settings: Settings, context: JobContext, acting: Acting, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[int] = []

    def on_twin(*_given: object) -> carry.Rehearse:
        def rehearse(plan: int, _told: Told) -> Outcome:
            tried.append(plan)
            if len(tried) == 1:
                raise MissingCapability("no twin can be built here")
            return Outcome(True, "rehearsed")

        return rehearse

    monkeypatch.setattr(drill, "on_twin", on_twin)
    monkeypatch.setattr(carry, "load_county", lambda _folder: load_county(EXAMPLE))
    number = started(settings, context.engine, practice=True)
    with pytest.raises(CountyError, match="not everything"):
        jobs.drill_all(context, {"emergency": number})
    assert tried == [7, 7]
    found = book.get(context.engine, number)
    assert found.ended
    assert found.review.splitlines() == ["isolate: no twin can be built here", "release: rehearsed"]
    assert [found.place(step).state for step in ("isolate", "release", "tell")] == ["waiting", "done", "waiting"]
