"""A job as a playbook: what it lays hold of, and how its own words and verdict become the run's."""

from typing import Any, cast

import pytest
from sqlalchemy import Engine

from countynet.errors import BadInput
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
