"""A kept run as exports need it: its results out of the evidence, by clause. What is gone or altered is not made up."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from audit import evidence, store
from audit.clauses import CLAUSES, Clause
from audit.history import results_of
from audit.model import Result, judged
from audit.tables import AuditRun
from countynet.canonical import JSON
from countynet.errors import BadInput, Conflict, Problem
from countynet.i18n import _
from countynet.settings import Settings
from countynet.vocabulary import Verdict


@dataclass(frozen=True)
class Kept:
    """A run with everything that an export says of it."""

    run: AuditRun
    results: Sequence[Result]
    evidence: dict[str, str]
    """hash of each check's evidence"""
    report: dict[str, JSON]
    """the run's own report: profile, who, when, what changed"""

    @property
    def records(self) -> dict[str, str]:
        """The hash of each record and what belongs to it, as the run found them; a run of old has none."""
        return dict(self.report.get("records") or {})  # type: ignore[arg-type]

    def by_clause(self) -> list[tuple[Clause, Verdict, list[Result]]]:
        """Return each clause that a check serves with its judgement and its results, in the standard's order."""
        found = []
        for clause in CLAUSES.values():
            if held := [result for result in self.results if clause.id in result.check.clauses]:
                found.append((clause, judged(result.grade for result in held), held))
        return found


def kept(settings: Settings, session: Session, number: int) -> Kept:
    """Return a run. Raises BadInput for an unknown number, Conflict when evidence of it is gone or was altered."""
    run = store.get(session, number)
    if run is None:
        raise BadInput(
            [Problem(_("there is no audit run {number}"), {"number": number}, wanted="countynet audit list")]
        )
    results = results_of(settings, run)
    if len(results) != len(run.findings):
        lost = sorted({row.check for row in run.findings} - {result.check.id for result in results})
        raise Conflict(_("evidence of run {number} is gone or was altered: {checks}"), number=number,
                       checks=", ".join(lost))  # fmt: skip
    report = json.loads(evidence.load(settings, run.report))
    return Kept(run, results, {row.check: row.evidence for row in run.findings}, report)
