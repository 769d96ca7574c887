"""What experts give: entered by the center alone, with a reason, changed and taken back, and never deleted."""

import json
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from sqlalchemy import Engine, select
from typer.testing import CliRunner

from countynet.db import open_database, reading
from countynet.errors import BadInput, Conflict, NotAllowed
from countynet.events import Event
from countynet.people import Actor
from countynet.settings import Settings
from countynet.vocabulary import Role
from dashboard.users.service import Accounts
from inventory.model import County
from monitoring.evaluation import cli, rules
from monitoring.evaluation.experts.service import Experts
from monitoring.evaluation.gather import evaluate
from monitoring.evaluation.show import summary
from monitoring.tags import EvaluationTag
from tests.unit.monitoring.evaluation.october import CENTER, LATER, OCTOBER, OPERATOR, At

AUDITOR = Actor("auditor", Role.AUDITOR)


def test_the_mean_of_the_experts_is_the_third_part_and_the_last_word_of_each_counts(
    engine: Engine, at: At, county: County
) -> None:
    at(LATER)
    experts = Experts(engine)
    experts.enter(CENTER, "2026-10", "王工", "60", "慢")
    experts.enter(CENTER, "2026-10", " 王工 ", "90.5", "改看法")
    experts.enter(CENTER, "2026-10", "Li", "70", "spare parts are missing")
    experts.enter(CENTER, "2026-Q4", "Li", "1", "another period")
    file = rules.read("x.yml", b"experts:\n- {period: 2026-10, score: 5}\n")
    score = evaluate(engine, county, OCTOBER, file).score
    assert (score.expert, score.whole) == (80.2, 80.2)
    assert [voice.expert for voice in score.voices] == ["Li", "王工"]
    assert "experts 80.2 = (70 (Li) + 90.5 (王工)) / 2" in summary(evaluate(engine, county, OCTOBER, file))
    experts.take_back(CENTER, "2026-10", "Li", "wrong period")
    assert evaluate(engine, county, OCTOBER, file).score.expert == 90.5
    experts.take_back(CENTER, "2026-10", "王工", "wrong period")
    assert evaluate(engine, county, OCTOBER, file).score.expert == 5
    with reading(engine) as session:
        tags = list(session.scalars(select(Event.tag).where(Event.subject == "evaluation:2026-10")))
    assert tags == [EvaluationTag.EXPERT_SCORED] * 3 + [EvaluationTag.EXPERT_TAKEN_BACK] * 2


@pytest.mark.parametrize("who", [OPERATOR, AUDITOR, Actor("u001", Role.UNIT, "u001")])
def test_nobody_else_enters_or_takes_back(engine: Engine, who: Actor) -> None:
    with pytest.raises(NotAllowed):
        Experts(engine).enter(who, "2026-10", "Li", "70", "because")
    with pytest.raises(NotAllowed):
        Experts(engine).take_back(who, "2026-10", "Li", "because")


@pytest.mark.parametrize("score", ["", "x", "101", "-1", "nan", "inf"])
def test_everything_that_is_wrong_is_told_at_once(engine: Engine, at: At, score: str) -> None:
    at(LATER)
    with pytest.raises(BadInput) as told:
        Experts(engine).enter(CENTER, "2027", "x" * 61, score, " ")
    assert sorted(problem.where for problem in told.value.problems) == ["expert", "period", "reason", "score"]
    with pytest.raises(BadInput) as told:
        Experts(engine).take_back(CENTER, "some day", "", "")
    assert len(told.value.problems) == 3
    with pytest.raises(Conflict):
        Experts(engine).take_back(CENTER, "2026-10", "Li", "he gave none")


def test_the_command_enters_a_score_in_a_persons_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: At) -> None:
    at(LATER)
    monkeypatch.setenv("COUNTYNET_COUNTY", str(tmp_path))
    monkeypatch.setenv("COUNTYNET_LANG", "en")
    engine = open_database(Settings.load())
    accounts = Accounts(engine, PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    accounts.create("boss", Role.CENTER, None, "test")
    engine.dispose()
    said = ["expert", "2026-10", "Li", "70", "--reason", "well kept", "--as", "boss", "--json"]
    done = CliRunner().invoke(cli.app, said)
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout) == [{"expert": "Li", "score": 70, "reason": "well kept"}]
    assert CliRunner().invoke(cli.app, ["expert", "2026-10", "Li", "170", "--as", "boss"]).exit_code == 2
