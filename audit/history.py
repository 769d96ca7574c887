"""Earlier runs as results again, out of the evidence, to compare a run with the last one that asked the same."""

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from audit import evidence, store
from audit.accepted.store import holding
from audit.compare import Changes, compare, findings
from audit.model import Result
from audit.tables import AuditRun
from countynet import clock
from countynet.errors import Conflict
from countynet.settings import Settings

LOOKED_BACK = 50
"""runs among which the last of the same profile is looked for"""


def since_last(settings: Settings, session: Session, results: Sequence[Result], at: datetime) -> Changes:
    """Return what changed since the last run that asked the same, and what of it the center accepts on that day."""
    asked = {result.check.id for result in results}
    before = _last_like(session, asked)
    held = holding(session, at.astimezone(clock.CHINA).date())
    return compare(
        findings(results),
        findings(results_of(settings, before)) if before else (),
        before.id if before else 0,
        asked,
        lambda check, subject: any(row.covers(check, subject) for row in held),
    )


def results_of(settings: Settings, run: AuditRun) -> list[Result]:
    """Return a run's results; a check whose evidence is gone or was altered is left out: `verify-log` tells."""
    found = []
    for row in run.findings:
        try:
            kept = json.loads(evidence.load(settings, row.evidence))
        except Conflict:
            continue
        kept.pop("at", None)
        found.append(Result.model_validate(kept))
    return found


def _last_like(session: Session, asked: set[str]) -> AuditRun | None:
    for brief in store.recent(session, LOOKED_BACK):
        whole = store.get(session, brief.id)
        if whole is not None and {row.check for row in whole.findings} == asked:
            return whole
    return None
