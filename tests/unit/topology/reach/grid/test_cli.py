"""`prove --engine`: who proves, what is printed where two disagree, and what is refused."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from countynet.i18n import set_language
from topology.reach import cli
from topology.reach.family import V4
from topology.reach.findings import Proof, Verdict
from topology.reach.grid import service
from topology.reach.grid.compare import Comparison, Disagreement
from topology.reach.grid.prover import GridProver
from topology.reach.service import Ground
from topology.reach.walk import Step

PACKET = "tcp 10.0.0.1:0 > 10.1.0.1:22"
AGREED = Comparison(pairs=3, disagreements=(), atoms=(1, 1, 1), seconds=0.5)
DIFFERS = AGREED.model_copy(
    update={
        "disagreements": (
            Disagreement(
                source="unit:u001", target="devices", device="fw-1", packet=PACKET, bdd=True, grid=False, walk=True,
                path=(Step(device="fw-1", into="e0", hook="input", action="accept", rule="anybody"),),
            ),
        )
    }
)  # fmt: skip
PROOF = Proof(places=("a", "b"), verdicts={"a > b": Verdict.ISOLATED}, findings=(), seconds=0.1)


@pytest.fixture(autouse=True)
def county(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    set_language("en")
    monkeypatch.setenv("COUNTYNET_COUNTY", str(folder))
    monkeypatch.setattr(Ground, "prove", lambda *_about: PROOF)


def prove(*arguments: str) -> Any:
    return CliRunner().invoke(cli.app, arguments)


def test_both_print_that_they_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "compare", lambda *_about, **_more: AGREED)
    done = prove("--engine", "both")
    assert done.exit_code == 0, done.output
    assert "both engines say the same of all 3 pairs of places" in done.stdout


def test_a_disagreement_is_a_failure_with_both_answers_side_by_side(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "compare", lambda found, *_about, **_more: DIFFERS if found.family is V4 else AGREED)
    done = prove("--engine", "both")
    assert done.exit_code == 1
    assert "the engines disagree about 1 of 3 pairs" in done.stdout
    assert f"unit:u001 > devices (fw-1): {PACKET}" in done.stdout
    assert "bdd: arrives, grid: does not arrive, packet by packet: arrives" in done.stdout
    assert "fw-1 e0: let through (input: anybody)" in done.stdout


def test_the_document_has_both_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "compare", lambda found, *_about, **_more: DIFFERS if found.family is V4 else AGREED)
    done = prove("--engine", "both", "--json")
    assert done.exit_code == 1
    said = json.loads(done.stdout)
    assert (said["engine"], said["isolated"]) == ("both", 1)
    assert said["engines"]["agreed"] == 2
    assert (said["engines"]["atoms"], said["engines"]["atoms6"]) == ([1, 1, 1], [1, 1, 1])
    (one,) = said["engines"]["disagreements"]
    assert (one["packet"], one["bdd"], one["grid"], one["walk"]) == (PACKET, True, False, True)


def test_the_grid_proves_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = list[GridProver]()

    def proof(self: GridProver, _progress: object, *, forged: bool) -> Proof:
        assert forged, "what taken devices get at is part of it"
        asked.append(self)
        return PROOF

    monkeypatch.setattr(GridProver, "proof", proof)
    monkeypatch.setattr(service, "compare", lambda *_about, **_more: pytest.fail("nobody asked for both"))
    done = prove("--engine", "grid", "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["engine"] == "grid"
    assert len(asked) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("--engine", "none"),
        ("--engine", "grid", "--what-if", "any-one"),
        ("--engine", "both", "--change", "1"),
        ("--engine", "grid", "--bridged", "u001"),
        ("--engine", "both", "--what-if", "nobody"),
    ],
)
def test_what_does_not_fit_is_refused_before_anything_is_proven(
    arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "compare", lambda *_about, **_more: pytest.fail("proven all the same"))
    assert prove(*arguments).exit_code == 2


def test_the_command_and_the_service_know_the_same_engines() -> None:
    assert tuple(one.value for one in service.By) == cli.ENGINES
