"""What the dashboard and the command line read: runs and their checks as plain values."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from audit import store, words
from audit.checks import BY_ID
from audit.model import Info, Point, grade
from audit.tables import AuditFinding, AuditRun
from countynet.canonical import JSON
from countynet.i18n import _, translate
from countynet.vocabulary import Verdict


@dataclass(frozen=True)
class CheckView:
    """What one check found; texts are in the language of the context when asked for."""

    info: Info
    verdict: Verdict
    passed: int
    failed: int
    unknown: int
    points: tuple[Point, ...]
    """the worst first, not all of them"""
    evidence: str
    """hash of the evidence file, which has all points"""

    @property
    def grade(self) -> Verdict:
        """The verdict, with `partial` where a part of the points passes."""
        return grade(self.verdict, self.passed)

    @property
    def title(self) -> str:
        """The check's title."""
        return translate(self.info.title)

    @property
    def clause(self) -> str:
        """The clauses that it serves."""
        return words.clauses(self.info.clauses)

    @property
    def findings(self) -> tuple[str, ...]:
        """One sentence per point that a page shows, the worst first, and how many more there are."""
        lines = [f"{p.subject}: {words.sentence(p)}" for p in self.points]
        more = self.passed + self.failed + self.unknown - len(self.points)
        return (*lines, translate(_("... and {more} more in the evidence"), more=more)) if more > 0 else tuple(lines)


@dataclass(frozen=True)
class RunView:
    """One run; `checks` is empty in lists."""

    id: int
    """0 for a look at some devices, which is not kept"""
    started: datetime
    finished: datetime
    actor: str
    devices: int
    passed: int
    failed: int
    unknown: int
    report: str
    """hash of the JSON report among the evidence"""
    page: str
    """hash of the bilingual HTML report among the evidence"""
    checks: tuple[CheckView, ...] = ()

    def summary(self) -> dict[str, JSON]:
        """Return the run as the JSON document of `countynet audit run`."""
        return {
            "run": self.id or None,
            "started": self.started.isoformat(),
            "finished": self.finished.isoformat(),
            "actor": self.actor,
            "devices": self.devices,
            "passed": self.passed,
            "failed": self.failed,
            "unknown": self.unknown,
            "seconds": round((self.finished - self.started).total_seconds(), 3),
            **self._grades(),
            "report": self.report,
            "page": self.page,
            "checks": len(self.checks),
            "results": [_check_document(c) for c in self.checks],
        }

    def _grades(self) -> dict[str, JSON]:
        """Return how many checks have each grade; a list of runs does not know."""
        if not self.checks:
            return {}
        count = Counter(check.grade for check in self.checks)
        return {verdict.value.replace("-", "_"): count[verdict] for verdict in Verdict}


def latest(session: Session) -> RunView | None:
    """Return the last run with its checks, or None."""
    row = store.latest(session)
    return _run(row, whole=True) if row else None


def run(session: Session, id_: int) -> RunView | None:
    """Return one run with its checks, or None."""
    row = store.get(session, id_)
    return _run(row, whole=True) if row else None


def runs(session: Session, limit: int = 20) -> tuple[RunView, ...]:
    """Return the last runs, newest first, without their checks."""
    return tuple(_run(row, whole=False) for row in store.recent(session, limit))


def _run(row: AuditRun, whole: bool) -> RunView:
    checks = tuple(_check(f) for f in row.findings if f.check in BY_ID) if whole else ()
    return RunView(row.id, row.started, row.finished, row.actor, row.devices, row.passed, row.failed, row.unknown,
                   row.report, row.page, checks)  # fmt: skip


def _check(row: AuditFinding) -> CheckView:
    return CheckView(BY_ID[row.check].info, Verdict(row.verdict), row.passed, row.failed, row.unknown, store.shown(row),
                     row.evidence)  # fmt: skip


def _check_document(check: CheckView) -> dict[str, JSON]:
    return {
        "id": check.info.id,
        "title": check.title,
        "clauses": list(check.info.clauses),
        "severity": check.info.severity,
        "verdict": check.grade,
        "passed": check.passed,
        "failed": check.failed,
        "unknown": check.unknown,
        "findings": [
            f"{p.subject}: {words.sentence(p)}"
            for p in check.points
            if p.verdict in (Verdict.FAIL, Verdict.UNKNOWN, Verdict.MANUAL)
        ],
        "evidence": check.evidence,
    }
