"""The contexts of the audit's pages."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from audit.fix.desk import Link
from countynet.vocabulary import Severity, Verdict
from dashboard.services.model import Accepted, AuditRun, Check, Finding, JobView

OPEN = (Verdict.FAIL, Verdict.PARTIAL, Verdict.UNKNOWN, Verdict.MANUAL)
_RARE = (Verdict.MANUAL, Verdict.NOT_APPLICABLE, Verdict.PARTIAL)
MANY = 40
"""from so many checks on, none is unfolded by itself"""


@dataclass(frozen=True)
class Sieve:
    """Which checks of a run are shown; an empty word lets all through."""

    severity: str = ""
    clause: str = ""
    subject: str = ""
    verdict: str = ""

    def lets(self, check: Check) -> bool:
        """Whether a check is shown. A subject: a device or unit that something is open about."""
        about = {finding.subject for finding in check.findings if finding.verdict in OPEN}
        return (
            self.severity in ("", check.severity)
            and (not self.clause or self.clause in check.clauses)
            and self.verdict in ("", check.verdict)
            and (not self.subject or self.subject in about)
        )


@dataclass(frozen=True)
class Progress:
    """The live part: the job on its way and the run shown below it."""

    template: ClassVar[str] = "audit/progress.html"
    job: JobView | None
    run: AuditRun | None
    sieve: Sieve = Sieve()
    accepted: Sequence[Accepted] = ()
    may_accept: bool = False
    plans: Mapping[tuple[str, str], Link] = field(default_factory=dict)
    """the newest plan for each check and device"""
    may_plan: bool = False

    @property
    def counts(self) -> tuple[tuple[Verdict, int], ...]:
        """How many checks ended how."""
        if self.run is None:
            return ()
        found = Counter(Verdict(check.verdict) for check in self.run.checks)
        return tuple((v, found[v]) for v in Verdict if found[v] or v not in _RARE)

    @property
    def shown(self) -> tuple[Check, ...]:
        """The checks that the sieve lets through, in the order of the run."""
        return () if self.run is None else tuple(c for c in self.run.checks if self.sieve.lets(c))

    @property
    def subjects(self) -> tuple[str, ...]:
        """Whom anything is open about, those with most first."""
        if self.run is None:
            return ()
        found = Counter(f.subject for c in self.run.checks for f in c.findings if f.verdict in OPEN and f.subject)
        return tuple(subject for subject, _count in found.most_common())

    @property
    def unfolded(self) -> bool:
        """Whether failing checks are shown open."""
        return len(self.shown) < MANY

    def lived_with(self, check: Check) -> tuple[Accepted, ...]:
        """Return what is accepted of a check."""
        return tuple(found for found in self.accepted if found.check == check.id)

    def plan_of(self, check: Check, finding: Finding) -> Link | None:
        """Return the plan that a finding waits for, or, of one that passes, the earlier one that mended it."""
        found = self.plans.get((check.id, finding.subject))
        if found is None or self.run is None:
            return None
        if finding.verdict is Verdict.PASS:
            return found if found.done and found.run < self.run.id else None
        return found if finding.verdict is Verdict.FAIL and found.run <= self.run.id else None

    severities: ClassVar[tuple[Severity, ...]] = tuple(Severity)


@dataclass(frozen=True)
class AuditPage:
    """The checks."""

    template: ClassVar[str] = "audit/audit.html"
    progress: Progress
    runs: tuple[AuditRun, ...]
    may_run: bool
    profiles: tuple[tuple[str, str], ...]
    """each profile with its title"""
    problems: tuple[str, ...]
    typed: Mapping[str, str]
    """what was typed into a form that was refused; else nothing in each field"""


@dataclass(frozen=True)
class ClauseRow:
    """One clause of the standard in a run."""

    id: str
    level_2: str
    point: str
    verdict: Verdict
    checks: tuple[Check, ...]


@dataclass(frozen=True)
class ClausesPage:
    """A run by the standard's clauses."""

    template: ClassVar[str] = "audit/clauses.html"
    run: AuditRun
    rows: tuple[ClauseRow, ...]


@dataclass(frozen=True)
class CataloguePage:
    """Every check there is."""

    template: ClassVar[str] = "audit/catalogue.html"
    rows: tuple[Mapping[str, object], ...]
    profiles: tuple[tuple[str, str], ...]
    chosen: str
