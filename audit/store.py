"""Audit's SQL: writes a finished run, reads runs back."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, selectinload

from audit.model import Point, Result
from audit.tables import AuditFinding, AuditRun
from audit.words import WORST_FIRST
from countynet.vocabulary import Verdict

SHOWN_POINTS = 40
SHOWN_LINES = 6


def add(
    session: Session,
    results: Sequence[Result],
    files: Mapping[str, str],
    *,
    started: datetime,
    finished: datetime,
    actor: str,
    devices: int,
) -> AuditRun:
    """Write a run; `files` maps check ids, `report` and `page` to evidence hashes."""
    count = {verdict: sum(r.verdict is verdict for r in results) for verdict in Verdict}
    run = AuditRun(
        started=started,
        finished=finished,
        actor=actor,
        devices=devices,
        passed=count[Verdict.PASS],
        failed=count[Verdict.FAIL],
        unknown=count[Verdict.UNKNOWN],
        report=files["report"],
        page=files["page"],
        findings=[_finding(result, files[result.check.id]) for result in results],
    )
    session.add(run)
    session.flush()
    return run


def latest(session: Session) -> AuditRun | None:
    """Return the last run with its findings."""
    return session.scalar(_whole().order_by(AuditRun.id.desc()).limit(1))


def get(session: Session, run: int) -> AuditRun | None:
    """Return one run with its findings."""
    return session.scalar(_whole().where(AuditRun.id == run))


def recent(session: Session, limit: int) -> Sequence[AuditRun]:
    """Return the last runs, newest first, without their findings."""
    return session.scalars(select(AuditRun).order_by(AuditRun.id.desc()).limit(limit)).all()


def shown(finding: AuditFinding) -> tuple[Point, ...]:
    """Return the points of a finding that a page shows."""
    return tuple(Point.model_validate(p) for p in json.loads(finding.shown))


def _whole() -> Select[AuditRun]:
    return select(AuditRun).options(selectinload(AuditRun.findings))


def _finding(result: Result, evidence: str) -> AuditFinding:
    ranked = sorted(result.points, key=lambda p: WORST_FIRST[p.verdict])[:SHOWN_POINTS]
    brief = [p.model_copy(update={"lines": p.lines[:SHOWN_LINES]}).model_dump(mode="json") for p in ranked]
    return AuditFinding(
        check=result.check.id,
        verdict=result.verdict,
        passed=len(result.of(Verdict.PASS)),
        failed=len(result.of(Verdict.FAIL)),
        unknown=len(result.of(Verdict.UNKNOWN)),
        shown=json.dumps(brief, ensure_ascii=False),
        evidence=evidence,
    )
