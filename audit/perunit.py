"""What the checks said of each device and terminal, for the ranking of units (`countynet.unitfindings`).

The last run that ended within the time counts, whatever was run later: a year that is over stays as it is. Every point
is read from the run's evidence, of which a page shows the worst only. Evidence that is gone or was altered says
nothing: its check is left out, neither for nor against anybody.
"""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import Engine, select
from sqlalchemy.orm import selectinload

from audit import evidence
from audit.checks import BY_ID
from audit.tables import AuditFinding, AuditRun
from countynet.db import reading
from countynet.errors import Conflict
from countynet.settings import Settings
from countynet.unitfindings import FindingKind, Looked, UnitFinding
from countynet.vocabulary import Verdict

KINDS = frozenset({FindingKind.SECURITY})
Points = tuple[tuple[str, str], ...]
"""subject and verdict of each"""


def found(settings: Settings, engine: Engine, first: datetime, last: datetime) -> Looked:
    """Return what the last run within a time found, once for each check and subject."""
    chosen = select(AuditRun).where(AuditRun.finished >= first, AuditRun.finished < last)
    with reading(engine) as session:
        newest = chosen.order_by(AuditRun.finished.desc(), AuditRun.id.desc()).limit(1)
        run = session.scalar(newest.options(selectinload(AuditRun.findings)))
    if run is None:
        return Looked(KINDS)
    decided = [(row, _points(settings, row)) for row in run.findings]
    judged = Counter(subject for _row, points in decided for subject in _subjects(points))
    return Looked(KINDS, run.finished, dict(judged), tuple(_failed(decided)))


def _points(settings: Settings, row: AuditFinding) -> Points:
    """Return every point of a check; none when its evidence cannot be had."""
    try:
        said = json.loads(evidence.load(settings, row.evidence))
    except Conflict:
        return ()
    return tuple((point["subject"], point["verdict"]) for point in said["points"])


def _subjects(points: Points) -> set[str]:
    return {subject for subject, verdict in points if verdict != Verdict.UNKNOWN}


def _failed(decided: Sequence[tuple[AuditFinding, Points]]) -> Iterator[UnitFinding]:
    for row, points in decided:
        info = BY_ID[row.check].info if row.check in BY_ID else None
        for subject in sorted({subject for subject, verdict in points if verdict == Verdict.FAIL}):
            if info is None:
                yield UnitFinding(subject, FindingKind.SECURITY, row.check)
            else:
                yield UnitFinding(subject, FindingKind.SECURITY, info.title, severity=info.severity)
