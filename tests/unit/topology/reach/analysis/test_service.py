"""The job and the command: a county analysed, the report kept whole and never in part."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from countynet.db import open_database, reading, transaction
from countynet.i18n import set_language
from countynet.jobs import Job, may_repeat, submit
from countynet.settings import Settings
from countynet.worker import handlers, run_one
from inventory import create
from inventory.load import load_county
from topology.reach.analysis.cli import app
from topology.reach.analysis.jobs import run_rules
from topology.reach.analysis.kept import latest
from topology.reach.analysis.model import Kind
from topology.reach.analysis.service import Counters, reader
from topology.reach.service import Of


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    set_language("en")
    monkeypatch.setenv("COUNTYNET_COUNTY", str(tmp_path / "county"))
    monkeypatch.setenv("COUNTYNET_LANG", "en")
    found = Settings.load()
    create.create_folder(found)
    create.create_secrets(found, load_county(found.county))
    return found


def test_the_job_analyses_and_keeps_what_it_was_asked_for(settings: Settings) -> None:
    assert handlers()["rules"] is run_rules
    assert may_repeat(run_rules)
    engine = open_database(settings)
    with transaction(engine) as session:
        number = submit(session, "rules", {"of": "running"}, "amy")
    assert run_one(settings, engine, {"rules": run_rules})
    kept = latest(settings, Of.RUNNING)
    assert kept
    with reading(engine) as session:
        job = session.get_one(Job, number)
    assert job.state == "done", job.error
    assert json.loads(job.result) | {"findings": 0, "devices": 132} == json.loads(job.result)
    assert len(kept.report.unknown) == 132, "nothing was ever fetched, so nothing is known"
    engine.dispose()


def _run(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, [*words])
    return done.exit_code, done.stdout


def test_an_expired_line_is_found_by_the_command_with_its_line_and_what_mends_it(settings: Settings) -> None:
    policy = settings.county / "policy.yml"
    line = (
        "  - {id: old, source: 'unit:u001', target: 'host:srv-portal', services: [ssh], reason: 临时, reason_en: short,"
        " exception: true, expires_on: 2026-01-31, asked_by: amy}\n"
    )
    policy.write_text(policy.read_text(encoding="utf-8") + line, encoding="utf-8")
    code, out = _run("--device", "fw-1", "--kind", "expired", "--json")
    document = json.loads(out)
    assert code == 1
    assert document["counts"]["expired"] == 1
    (finding,) = document["findings"]
    assert (finding["rule"], finding["kind"]) == ("old", Kind.EXPIRED.value)
    assert 'comment "old"' in finding["lines"][0]["text"]
    assert finding["fix"][0].startswith("nft delete rule inet countynet forward handle ")
    assert latest(settings, Of.INTENDED) is None, "a part is not kept"
    code, out = _run("--device", "fw-1", "--kind", "expired")
    assert code == 1
    assert "the line old of the policy ended on 2026-01-31" in out
    assert _run("--device", "cpe-001", "--kind", "expired")[0] == 0


@pytest.mark.parametrize("words", [("--kind", "nonsense"), ("--of", "nonsense"), ("--device", "nobody")])
def test_bad_input_is_refused(settings: Settings, words: tuple[str, ...]) -> None:
    assert _run(*words)[0] == 2


def test_whoever_reads_counters_is_found_by_its_entry_point() -> None:
    assert isinstance(reader(), Counters)
