"""A run is kept whole: rows, event, evidence by hash, a report in both languages; and read back as values."""

import json
from datetime import timedelta
from hashlib import sha256
from html import escape
from pathlib import Path

import pytest
from sqlalchemy import Engine

from audit import checks, evidence, read, report, store
from audit.model import Result
from audit.tags import AuditTag
from countynet import events
from countynet.db import open_database, reading, transaction
from countynet.errors import Conflict
from countynet.i18n import set_language
from countynet.settings import Settings
from countynet.vocabulary import Verdict
from tests.unit.audit.facts_of import AT, COUNTY, with_device


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(county=tmp_path, language="en")


@pytest.fixture
def engine(settings: Settings) -> Engine:
    return open_database(settings)


def results() -> tuple[Result, ...]:
    facts = with_device("cpe-025", lambda c: c.model_copy(update={"banner": "<b>hello</b>"}))
    return tuple(checks.run(check, facts) for check in checks.ALL)


def keep(settings: Settings, engine: Engine) -> int:
    found = results()
    files = {r.check.id: evidence.save(settings, report.evidence(r, AT)) for r in found}
    for name, make in (("report", report.document), ("page", report.page)):
        files[name] = evidence.save(settings, make(COUNTY, found, files, AT, "auditor"))
    with transaction(engine) as session:
        run = store.add(
            session, found, files, started=AT, finished=AT + timedelta(seconds=9), actor="auditor", devices=12
        )
        events.record(session, AuditTag.RUN, "auditor", f"audit:{run.id}", {"evidence": files})
        return run.id


def test_a_run_is_read_back_with_its_checks(settings: Settings, engine: Engine) -> None:
    set_language("en")
    number = keep(settings, engine)
    with reading(engine) as session:
        run = read.run(session, number)
        assert run == read.latest(session)
        assert run is not None
        assert [r.id for r in read.runs(session)] == [number]
        assert read.runs(session)[0].checks == ()
        assert read.run(session, 99) is None
    assert (run.failed, run.unknown, run.passed) == (1, 0, len(checks.ALL) - 1)
    drift = next(c for c in run.checks if c.info.id == "no-drift")
    assert drift.verdict is Verdict.FAIL
    assert drift.findings[0].startswith("cpe-025: it differs")
    assert drift.clause == "GB/T 22239-2019: 8.1.10.8 (7.1.10.8) configuration management"
    assert json.loads(json.dumps(run.summary()))["results"][0]["verdict"] == "pass"


def test_the_same_run_reads_in_chinese(settings: Settings, engine: Engine) -> None:
    number = keep(settings, engine)
    set_language("zh")
    with reading(engine) as session:
        run = read.run(session, number)
    assert run is not None
    drift = next(c for c in run.checks if c.info.id == "no-drift")
    assert not drift.title.isascii()
    assert not drift.findings[0].removeprefix("cpe-025").isascii()
    set_language("en")


def test_evidence_has_every_point_and_every_hash_is_in_the_event(settings: Settings, engine: Engine) -> None:
    keep(settings, engine)
    with reading(engine) as session:
        event = session.query(events.Event).filter_by(tag=AuditTag.RUN).one()
        listed = set(event.data["evidence"].values())
        run = read.latest(session)
    assert run is not None
    assert {c.evidence for c in run.checks} | {run.report, run.page} == listed
    on_disk = {p.name for p in evidence.folder(settings).rglob("*") if p.is_file()}
    assert on_disk == listed
    for check in run.checks:
        kept = json.loads(evidence.load(settings, check.evidence))
        assert len(kept["points"]) == check.passed + check.failed + check.unknown


def test_altered_and_missing_evidence_is_refused(settings: Settings) -> None:
    name = evidence.save(settings, b"what was seen")
    assert name == sha256(b"what was seen").hexdigest()
    assert evidence.load(settings, name) == b"what was seen"
    next(evidence.folder(settings).rglob(name)).write_bytes(b"what was not")
    with pytest.raises(Conflict, match="altered"):
        evidence.load(settings, name)
    for gone in ("0" * 64, "../../vault-password", ""):
        with pytest.raises(Conflict, match="gone"):
            evidence.load(settings, gone)


def test_evidence_is_for_its_owner_only(settings: Settings) -> None:
    name = evidence.save(settings, b"x")
    assert next(evidence.folder(settings).rglob(name)).stat().st_mode & 0o777 == 0o600


def test_the_page_speaks_both_languages_and_escapes_what_devices_say() -> None:
    found = results()
    files = {r.check.id: "0" * 64 for r in found}
    page = report.page(COUNTY, found, files, AT, "auditor").decode()
    assert page.index('lang="zh-CN">\n<h1>') < page.index('lang="en">\n<h1>')
    assert "测试县" in page
    assert "Isolation holds on live packets" in page
    assert "<b>hello</b>" not in page
    assert "http" not in page.split("</style>")[0]
    for result in found:
        assert escape(result.check.title).replace("&#x27;", "&#39;") in page


def test_the_json_report_has_each_title_in_both_languages() -> None:
    found = results()
    document = json.loads(report.document(COUNTY, found, {r.check.id: "0" * 64 for r in found}, AT, "auditor"))
    assert [c["title"] for c in document["checks"]] == [r.check.title for r in found]
    assert not any(c["title_zh"].isascii() for c in document["checks"])
