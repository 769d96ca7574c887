"""The worker proves the county as the inventory intends it, keeps the proof and says what it found."""

import json
from pathlib import Path

import pytest

from countynet.db import open_database, reading, transaction
from countynet.i18n import set_language
from countynet.jobs import Job, log_of, may_repeat, submit
from countynet.settings import Settings
from countynet.worker import handlers, run_one
from inventory import create, load_county
from topology.reach.certified import last_certificate
from topology.reach.jobs import run_proof
from topology.reach.kept import latest
from topology.reach.service import Of
from topology.reach.verdict import Verdict


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    set_language("en")
    found = Settings.load(tmp_path / "county")
    create.create_folder(found)
    create.create_secrets(found, load_county(found.county))
    return found


@pytest.mark.parametrize(("of", "isolated"), [(Of.INTENDED, True), (Of.RUNNING, False)])
def test_the_job_proves_and_keeps_what_it_was_asked_for(settings: Settings, of: Of, isolated: bool) -> None:
    """Running: nothing was ever fetched, so nothing is called isolated."""
    assert handlers()["prove"] is run_proof
    assert may_repeat(run_proof)
    engine = open_database(settings)
    with transaction(engine) as session:
        number = submit(session, "prove", {"of": of.value}, "amy")
    assert run_one(settings, engine, {"prove": run_proof})
    kept = latest(settings, of)
    assert kept
    with reading(engine) as session:
        job = session.get_one(Job, number)
        (line,) = log_of(session, number)
    assert job.state == "done", job.error
    result = json.loads(job.result)
    assert (result["pairs"], result["isolated"]) == (len(kept.proof.verdicts), kept.proof.count(Verdict.ISOLATED))
    assert line.line.startswith(f"{result['pairs']} pairs of places: 0 open, {result['blocked']} blocked")
    assert (result["isolated"] > 0) is isolated
    assert (result["unknown"] == 0) is isolated
    certificate = last_certificate(settings, of)
    assert certificate
    document = json.loads(certificate.read_bytes())
    assert (document["of"], document["at"]) == (of.value, kept.at.isoformat(timespec="seconds"))
    assert (len(document["families"]["ipv4"]["devices"]) > 0) is isolated
    engine.dispose()
