"""What the ranking of units reads of the audit: the last run within the time, by its evidence, whatever follows."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine

from audit import evidence, store
from audit.checks import BY_ID
from audit.model import Point, Result, failed, passed, unknown
from audit.perunit import found
from audit.report import evidence as evidence_of
from audit.tags import AuditTag
from countynet.db import open_database, transaction
from countynet.events import record
from countynet.settings import Settings
from countynet.unitfindings import FindingKind, sources

BEGIN = datetime(2026, 10, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def ran(settings: Settings, engine: Engine, at: datetime, said: Mapping[str, tuple[Point, ...]]) -> dict[str, str]:
    """Keep a run as the service does; return the hashes of its evidence by check."""
    results = [
        Result(check=BY_ID[name].info, verdict=max(point.verdict for point in points), points=points)
        for name, points in said.items()
    ]
    files = {result.check.id: evidence.save(settings, evidence_of(result, at)) for result in results}
    with transaction(engine) as session:
        whole = files | {"report": "a" * 64, "page": "b" * 64}
        store.add(session, results, whole, started=at, finished=at, actor="auditor", devices=2)
        record(session, AuditTag.RUN, "auditor", "audit:1", {})
    return files


def test_the_last_run_within_the_time_counts_once_for_each_check_and_device(tmp_path: Path) -> None:
    settings = Settings(county=tmp_path, language="en")
    engine = open_database(settings)
    many = tuple(failed("cpe-002", "port {port} is on", port=n) for n in range(60))
    bad = {"idle-ports": (*many, failed("cpe-001", "x")), "snmp-v3": (passed("cpe-001", "x"), unknown("cpe-003", "x"))}
    ran(settings, engine, BEGIN + DAY, {"snmp-v3": (failed("cpe-009", "x"),)})
    ran(settings, engine, BEGIN + 2 * DAY, bad)
    ran(settings, engine, BEGIN + 40 * DAY, {"snmp-v3": (failed("cpe-008", "x"),)})
    looked = found(settings, engine, BEGIN, BEGIN + 31 * DAY)
    engine.dispose()
    assert looked.at == BEGIN + 2 * DAY
    assert dict(looked.judged) == {"cpe-001": 2, "cpe-002": 1}
    assert [(f.subject, f.kind, f.severity) for f in looked.found] == [
        ("cpe-001", FindingKind.SECURITY, BY_ID["idle-ports"].info.severity),
        ("cpe-002", FindingKind.SECURITY, BY_ID["idle-ports"].info.severity),
    ]


def test_evidence_that_was_altered_speaks_neither_for_nor_against_anybody(tmp_path: Path) -> None:
    settings = Settings(county=tmp_path, language="en")
    engine = open_database(settings)
    said = {"idle-ports": (failed("cpe-001", "x"),), "snmp-v3": (passed("cpe-001", "x"),)}
    files = ran(settings, engine, BEGIN, said)
    name = files["idle-ports"]
    (evidence.folder(settings) / name[:2] / name).write_bytes(b"{}")
    looked = found(settings, engine, BEGIN, BEGIN + DAY)
    none = found(settings, engine, BEGIN + DAY, BEGIN + 2 * DAY)
    engine.dispose()
    assert (looked.found, dict(looked.judged)) == ((), {"cpe-001": 1})
    assert (none.at, none.found, none.kinds) == (None, (), frozenset({FindingKind.SECURITY}))


def test_the_audit_is_one_of_the_installed_sources() -> None:
    assert found in list(sources())
