"""The course of a demo over stages that do nothing: order, times, failures, and what is said."""

import subprocess
from typing import Any

import pytest

from countynet.demo import report, run
from countynet.errors import CountyError
from countynet.settings import Settings
from countynet.stages import Stage, StageContext


class Step:
    """A stage that leaves a trace."""

    def __init__(self, name: str, error: CountyError | None = None) -> None:
        self.name, self.title, self.error = name, f"title of {name}", error

    def run(self, context: StageContext) -> dict[str, Any]:
        """Leave a trace, or fail."""
        if self.error is not None:
            raise self.error
        context.shared.setdefault("trace", []).append(self.name)
        print(f"printed by {self.name}")
        subprocess.run(["echo", f"child of {self.name}"], check=True)
        return {"devices": 3, "nested": {"x": 1}}


def course(settings: Settings, *steps: Step) -> tuple[list[run.StageResult], StageContext]:
    context = run.context_of(settings, quick=True)
    named: list[tuple[str, Stage]] = [(step.name, step) for step in steps]
    return run.run_stages(context, named, report.announce), context


def test_stages_run_in_order_and_share(settings: Settings, capfd: pytest.CaptureFixture[str]) -> None:
    results, context = course(settings, Step("a"), Step("b"))
    assert context.shared["trace"] == ["a", "b"]
    said = capfd.readouterr()
    assert said.out == ""
    assert "[1/2] title of a" in said.err
    assert "printed by b" in said.err
    assert "child of b" in said.err
    document = report.document(results, True, "")
    assert (document["ok"], document["quick"]) == (True, True)


def test_first_failure_ends_the_demo_and_is_named(settings: Settings, capfd: pytest.CaptureFixture[str]) -> None:
    results, context = course(settings, Step("a"), Step("b", CountyError("no {what}", what="bread")), Step("c"))
    assert context.shared["trace"] == ["a"]
    assert [r.name for r in results] == ["a", "b"]
    document = report.document(results, False, "")
    assert document["ok"] is False
    stages = document["stages"]
    assert isinstance(stages, list)
    assert stages[1]["error"] == "no bread"
    assert "no bread" in capfd.readouterr().err


def test_nothing_run_is_not_good() -> None:
    assert report.document([], False, "")["ok"] is False


def test_table_names_every_stage_and_its_figures(settings: Settings, capfd: pytest.CaptureFixture[str]) -> None:
    results, _context = course(settings, Step("a"), Step("b", CountyError("no bread")))
    report.print_table(results)
    table = capfd.readouterr().out
    assert "devices 3" in table
    assert "no bread" in table
    assert "nested" not in table
