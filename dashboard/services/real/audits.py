"""The audit's runs out of its tables, and its job out of the foundation's."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Engine, select

from audit import evidence, read, words
from audit.model import Point
from countynet.db import reading, transaction
from countynet.i18n import translate
from countynet.jobs import Job, submit
from countynet.settings import Settings
from dashboard.services.model import AuditRun, Check, Finding, JobView
from dashboard.services.real import job_logs
from dashboard.users.model import Person

KIND = "audit-run"


def finding(point: Point) -> Finding:
    """Return a point as pages see it."""
    lines = tuple(f"{line.section}:{line.line}: {line.text}" for line in point.lines)
    return Finding(point.verdict, f"{point.subject}: {words.sentence(point)}", lines)


def check(view: read.CheckView) -> Check:
    """Return a check as pages see it."""
    return Check(
        id=view.info.id,
        title=view.title,
        clause=view.clause,
        severity=view.info.severity,
        why=translate(view.info.rationale),
        remedy=translate(view.info.remedy),
        verdict=view.grade,
        findings=tuple(finding(point) for point in view.points),
        more=view.passed + view.failed + view.unknown - len(view.points),
        evidence=view.evidence,
    )


def audit_run(view: read.RunView) -> AuditRun:
    """Return a run as pages see it."""
    checks = tuple(check(found) for found in view.checks)
    counts = (view.passed, view.failed, view.unknown)
    return AuditRun(view.id, view.finished, view.actor, *counts, view.report, view.page, checks)


@dataclass(frozen=True)
class RealAudits:
    """The `Audits` protocol."""

    engine: Engine
    settings: Settings

    def latest(self) -> AuditRun | None:
        """Return the last run."""
        with reading(self.engine) as session:
            found = read.latest(session)
            return None if found is None else audit_run(found)

    def run(self, run: int) -> AuditRun | None:
        """Return one run."""
        with reading(self.engine) as session:
            found = read.run(session, run)
            return None if found is None else audit_run(found)

    def runs(self, limit: int) -> Sequence[AuditRun]:
        """Return the last runs."""
        with reading(self.engine) as session:
            return [audit_run(found) for found in read.runs(session, limit)]

    def file(self, name: str) -> bytes | None:
        """Return an evidence file."""
        known = re.fullmatch("[0-9a-f]{64}", name) and (evidence.folder(self.settings) / name[:2] / name).exists()
        return evidence.load(self.settings, name) if known else None

    def start(self, person: Person) -> int:
        """Submit the checks, or return the job that is on its way."""
        with transaction(self.engine) as session:
            busy = session.scalar(select(Job.id).where(Job.kind == KIND, Job.state.in_(job_logs.BUSY)))
            return submit(session, KIND, {}, person.login) if busy is None else busy

    def job(self) -> JobView | None:
        """Return the last job."""
        with reading(self.engine) as session:
            job = session.scalar(select(Job).where(Job.kind == KIND).order_by(Job.id.desc()).limit(1))
            if job is None:
                return None
            return job_logs.view(session, job)
