"""The command's face: both traces side by side, one JSON document, exit codes, and what is refused."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from typer.testing import CliRunner

from countynet import clock
from countynet.errors import BadInput, MissingCapability
from countynet.i18n import set_language
from countynet.settings import Settings
from inventory import create
from topology.confirm import cli
from topology.confirm.classes import service
from topology.confirm.classes.claims import Claim
from topology.confirm.classes.report import ClassReport, Disagreement
from topology.reach.walk import Branch, Step

DROPPED = Branch(steps=(Step(device="cpe-001", into="lan0", hook="input", action="drop"),))
ARRIVES = Branch(steps=(Step(device="fw-1", into="core0", out="srv0", action="accept"),), place="zone:server")
WRONG = Disagreement(
    source="unit:u001", node="pc-001", via="10.21.1.1", packet="tcp 10.21.1.10:1 > 10.20.1.4:22", claim=Claim.DROPPED,
    answered=False, proof_trace=(DROPPED, ARRIVES), packet_trace=("pc-001", "cpe-001 lan0", "cpe-001 (taken)"),
)  # fmt: skip


def report(*wrong: Disagreement) -> ClassReport:
    return ClassReport(
        at=clock.now(), of="intended", classes=12, probes=7, agreed=7 - len(wrong), disagreements=wrong,
        claims={Claim.ARRIVES: 3, Claim.DROPPED: 4, Claim.EITHER: 0}, packets=8, silent=("zone:city",), deriving=1.0,
        seconds=2.0,
    )  # fmt: skip


@pytest.fixture(autouse=True)
def county(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("COUNTYNET_COUNTY", str(tmp_path_factory.mktemp("classes") / "county"))
    monkeypatch.setenv("COLUMNS", "200")
    create.create_folder(Settings.load())
    set_language("en")
    yield
    set_language("zh_CN")


def confirm(monkeypatch: pytest.MonkeyPatch, found: ClassReport, *options: str) -> Any:
    monkeypatch.setattr(service, "confirm_classes", lambda *_about: found)
    return CliRunner().invoke(cli.app, ["--classes", *options])


def test_all_as_the_proof_says_ends_well(monkeypatch: pytest.MonkeyPatch) -> None:
    done = confirm(monkeypatch, report(), "--json")
    document = json.loads(done.stdout)
    assert done.exit_code == 0
    assert (document["classes"], document["probes"], document["agreed"], document["disagreed"]) == (12, 7, 7, 0)
    assert document["disagreements"] == []
    assert {"seconds", "of", "silent", "good"} <= document.keys()


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", ("the proof says", "was seen at", "arrives at zone:server", "is not answered", "7 probes")),
     ("zh_CN", ("证明所述", "实际所见", "到达 zone:server", "无应答", "7 个探测"))],
)  # fmt: skip
def test_a_disagreement_has_both_traces_side_by_side(
    monkeypatch: pytest.MonkeyPatch, language: str, words: tuple[str, ...]
) -> None:
    set_language(language)
    done = confirm(monkeypatch, report(WRONG))
    assert done.exit_code == 1
    assert all(word in done.stdout for word in words), done.stdout
    beside = next(line for line in done.stdout.splitlines() if "cpe-001 lan0:" in line)
    assert "pc-001" in beside.split("cpe-001 lan0:")[1], "the first hop stands beside the node that sent"
    assert "zone:city" in done.stdout


def test_a_disagreement_as_json_has_every_way_of_the_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    (wrong,) = json.loads(confirm(monkeypatch, report(WRONG), "--json").stdout)["disagreements"]
    assert wrong["packet_trace"] == ["pc-001", "cpe-001 lan0", "cpe-001 (taken)"]
    assert [branch["place"] for branch in wrong["proof_trace"]] == ["", "zone:server"]
    assert wrong["claim"] == "dropped"


@pytest.mark.parametrize("options", [("--of", "nonsense"), ("--quick-sample", "3"), ("--only", "unit=u001")])
def test_what_does_not_go_with_it_is_refused(options: tuple[str, ...]) -> None:
    done = CliRunner().invoke(cli.app, ["--classes", *options])
    assert isinstance(done.exception, BadInput)


def test_without_a_twin_it_says_why_it_cannot() -> None:
    done = CliRunner().invoke(cli.app, ["--classes"])
    assert isinstance(done.exception, MissingCapability)
    assert "live network" in str(done.exception)
    assert "countynet twin up" in str(done.exception)
