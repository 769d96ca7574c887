"""Intrusions of units as findings for the ranking (`countynet.unitfindings`): each one once, when it was first seen.

Only what a unit's own computer began counts against the unit; being attacked is no fault of its. What the center took
for a false alarm counts for nobody.
"""

from datetime import datetime

from sqlalchemy import Engine, select

from countynet import clock
from countynet.db import reading
from countynet.i18n import _
from countynet.settings import Settings
from countynet.unitfindings import FindingKind, Looked, UnitFinding
from monitoring.intrusions.store import Intrusion, holding, uncovered

KINDS = frozenset({FindingKind.INTRUSION})
TEXT = _("{name} from {source}, {count} times")


def found(settings: Settings, engine: Engine, first: datetime, last: datetime) -> Looked:
    """Return what units' computers began within a time."""
    chosen = select(Intrusion).where(
        Intrusion.first >= first, Intrusion.first < last, Intrusion.unit != "", Intrusion.attacked.is_(False)
    )
    with reading(engine) as session:
        chosen = chosen.where(*uncovered(holding(session, clock.today()))).order_by(Intrusion.id)
        rows = session.scalars(chosen).all()
        session.expunge_all()
    findings = tuple(
        UnitFinding(
            row.subject,
            FindingKind.INTRUSION,
            TEXT,
            {"name": row.name, "source": row.behind or row.source, "count": str(row.count)},
            row.severity,
        )
        for row in rows
    )
    return Looked(KINDS, rows[-1].first if rows else None, {}, findings)
