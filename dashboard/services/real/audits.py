"""The audit's runs out of its tables, and its job out of the foundation's."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Engine, select

from audit import evidence, read, words
from audit.accepted import service as accepting
from audit.accepted.store import holding
from audit.export import files
from audit.model import Point
from audit.profiles import profile_of
from countynet import clock
from countynet.db import reading, transaction
from countynet.errors import Conflict
from countynet.i18n import CHINESE, language, translate
from countynet.jobs import Job, submit
from countynet.people import Actor
from countynet.settings import Settings
from dashboard.services.model import Accepted, AuditChanges, AuditRun, Check, Finding, JobView
from dashboard.services.real import job_logs
from dashboard.users.model import Person
from inventory import load_county

KIND = "audit-run"


def finding(point: Point) -> Finding:
    """Return a point as pages see it."""
    lines = tuple(f"{line.section}:{line.line}: {line.text}" for line in point.lines)
    return Finding(point.verdict, f"{point.subject}: {words.sentence(point)}", lines, point.fix, point.subject)


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
        clauses=view.info.clauses,
    )


def audit_run(view: read.RunView) -> AuditRun:
    """Return a run as pages see it."""
    checks = tuple(check(found) for found in view.checks)
    counts = (view.passed, view.failed, view.unknown)
    return AuditRun(view.id, view.finished, view.actor, *counts, view.report, view.page, checks)


def changes(told: Mapping[str, Any]) -> AuditChanges:
    """Return what a report says of changes, in the reader's language."""
    chosen = "text_zh" if language() == CHINESE else "text"
    new, fixed = (
        tuple(f"{found['check']} {found['subject']}: {found[chosen]}" for found in told[name])
        for name in ("new", "fixed")
    )
    return AuditChanges(told["since"], new, fixed, told["standing"], len(told["accepted"]))


@dataclass(frozen=True)
class RealAudits:
    """The `Audits` protocol."""

    engine: Engine
    settings: Settings

    def latest(self) -> AuditRun | None:
        """Return the last run."""
        with reading(self.engine) as session:
            found = read.latest(session)
            return None if found is None else self._changes(audit_run(found))

    def run(self, run: int) -> AuditRun | None:
        """Return one run."""
        with reading(self.engine) as session:
            found = read.run(session, run)
            return None if found is None else self._changes(audit_run(found))

    def runs(self, limit: int) -> Sequence[AuditRun]:
        """Return the last runs."""
        with reading(self.engine) as session:
            return [audit_run(found) for found in read.runs(session, limit)]

    def file(self, name: str) -> bytes | None:
        """Return an evidence file."""
        known = re.fullmatch("[0-9a-f]{64}", name) and (evidence.folder(self.settings) / name[:2] / name).exists()
        return evidence.load(self.settings, name) if known else None

    def start(self, person: Person, profile: str) -> int:
        """Submit the checks, or return the job that is on its way."""
        params = {"profile": profile_of(profile).value}
        with transaction(self.engine) as session:
            busy = session.scalar(select(Job.id).where(Job.kind == KIND, Job.state.in_(job_logs.BUSY)))
            return submit(session, KIND, params, person.login) if busy is None else busy

    def export(self, run: int, kind: str) -> bytes:
        """Return a run as a file of a kind."""
        return files.file(self.settings, self.engine, load_county(self.settings.county), run, kind)

    def accepted(self) -> Sequence[Accepted]:
        """Return the acceptances that hold today."""
        with reading(self.engine) as session:
            rows = holding(session, clock.now().astimezone(clock.CHINA).date())
            return [Accepted(row.id, row.check, row.subject, row.reason, row.until, row.by) for row in rows]

    def accept(self, person: Person, check: str, subject: str, reason: str, until: date) -> None:
        """Accept a check's findings."""
        accepting.accept(self.engine, Actor(person.login, person.role, person.unit), check, subject, reason, until)

    def withdraw(self, person: Person, number: int) -> None:
        """Take an acceptance back."""
        accepting.withdraw(self.engine, Actor(person.login, person.role, person.unit), number)

    def _changes(self, run: AuditRun) -> AuditRun:
        """Return a run with what its report says of changes; a report that is gone or altered says nothing."""
        try:
            told = json.loads(evidence.load(self.settings, run.report)).get("changes")
        except Conflict:
            told = None
        return replace(run, changes=told and changes(told))

    def job(self) -> JobView | None:
        """Return the last job."""
        with reading(self.engine) as session:
            job = session.scalar(select(Job).where(Job.kind == KIND).order_by(Job.id.desc()).limit(1))
            if job is None:
                return None
            return job_logs.view(session, job)
