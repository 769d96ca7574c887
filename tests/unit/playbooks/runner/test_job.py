"""A job as a playbook: what it lays hold of, and how its own words and verdict become the run's."""

import threading
import time
from typing import Any, cast

import pytest
from sqlalchemy import Engine

from countynet.errors import BadInput
from countynet.jobs import repeatable
from countynet.people import Actor
from countynet.settings import Settings
from countynet.vocabulary import Role
from inventory.model import County
from playbooks.runner import catalogue
from playbooks.runner.programs import job
from playbooks.runner.programs.job import JobProgram
from playbooks.runner.programs.work import Work


@pytest.mark.parametrize("good", [True, False])
def test_its_words_and_verdict_are_the_runs(settings: Settings, monkeypatch: pytest.MonkeyPatch, good: bool) -> None:
    given = dict[str, Any]()

    def handler(_context: object, params: dict[str, Any]) -> dict[str, Any]:
        given.update(params)
        return {"good": good, "words": "The line answers.", "lost": 0}

    monkeypatch.setattr(job, "_handler", lambda kind: handler)
    line = catalogue.playbook(settings.county, "test-line")
    clerk = Actor("li", Role.UNIT, "u001")
    work = Work(settings, cast(Engine, None), line, {"unit": "u001"}, ("u001",), clerk, False)
    end = JobProgram().run(work)
    assert (end.good, end.words, given) == (good, "The line answers.", {"unit": "u001"})


def test_a_unit_stands_for_its_access_device(settings: Settings, county: County) -> None:
    line = catalogue.playbook(settings.county, "test-line")
    assert JobProgram().touches(county, line, ("u001",)) == (county.cpe_by_unit["u001"].name,)
    with pytest.raises(BadInput):
        JobProgram().touches(county, line, ("u999",))


def test_a_cancel_breaks_off_a_job_that_never_asks_for_one_if_it_may_be_repeated(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    cancelled, began = threading.Event(), time.monotonic()

    @repeatable
    def deaf(_context: object, _params: dict[str, Any]) -> dict[str, Any]:
        cancelled.set()
        time.sleep(60)
        return {}

    monkeypatch.setattr(job, "_handler", lambda kind: deaf)
    monkeypatch.setattr(job, "PATIENCE", 0.05)
    audit = catalogue.playbook(settings.county, "collect-evidence")
    work = Work(settings, cast(Engine, None), audit, {}, (), Actor("amy", Role.CENTER), False, cancelled=cancelled)
    end = JobProgram().run(work)
    assert (end.good, "broken off" in end.words, time.monotonic() - began < 30) == (False, True, True)


def test_a_job_that_may_not_be_repeated_ends_what_it_has_in_hand(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    cancelled = threading.Event()

    def careful(_context: object, _params: dict[str, Any]) -> dict[str, Any]:
        cancelled.set()
        time.sleep(0.3)
        return {"words": "the device is whole"}

    monkeypatch.setattr(job, "_handler", lambda kind: careful)
    monkeypatch.setattr(job, "PATIENCE", 0.05)
    audit = catalogue.playbook(settings.county, "collect-evidence")
    work = Work(settings, cast(Engine, None), audit, {}, (), Actor("amy", Role.CENTER), False, cancelled=cancelled)
    assert JobProgram().run(work).words == "the device is whole"
