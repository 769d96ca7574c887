"""The contexts of the audit page."""

from collections import Counter
from dataclasses import dataclass
from typing import ClassVar

from countynet.vocabulary import Verdict
from dashboard.services.model import AuditRun, JobView


@dataclass(frozen=True)
class Progress:
    """The live part: the job on its way and the run shown below it."""

    template: ClassVar[str] = "audit/progress.html"
    job: JobView | None
    run: AuditRun | None

    @property
    def counts(self) -> tuple[tuple[Verdict, int], ...]:
        """How many checks ended how."""
        if self.run is None:
            return ()
        found = Counter(Verdict(check.verdict) for check in self.run.checks)
        rare = (Verdict.MANUAL, Verdict.NOT_APPLICABLE, Verdict.PARTIAL)
        return tuple((v, found[v]) for v in Verdict if found[v] or v not in rare)


@dataclass(frozen=True)
class AuditPage:
    """The checks."""

    template: ClassVar[str] = "audit/audit.html"
    progress: Progress
    runs: tuple[AuditRun, ...]
    may_run: bool
