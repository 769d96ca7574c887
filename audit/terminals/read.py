"""What pages, commands and other rooms read of the findings: values in few queries, nothing written."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from audit.terminals import store
from audit.terminals.model import Finding, Kind
from countynet.db import reading
from countynet.errors import BadInput, Problem
from countynet.i18n import _
from countynet.settings import Settings
from countynet.unitfindings import FindingKind, Looked, UnitFinding

RANKED = {
    Kind.UNKNOWN: FindingKind.UNKNOWN,
    Kind.MOVED: FindingKind.MOVED,
    Kind.SEVERAL: FindingKind.SEVERAL,
    Kind.ROUTER: FindingKind.ROUTER,
    Kind.DUAL_HOMED: FindingKind.DUAL_HOMED,
    Kind.TUNNEL: FindingKind.TUNNEL,
}


@dataclass(frozen=True)
class Findings:
    """What the findings page shows."""

    findings: tuple[Finding, ...]
    scan: store.Scan | None
    """the newest scan"""


def finding(engine: Engine, number: int) -> Finding:
    """Return a finding. Raises BadInput when there is none."""
    with reading(engine) as session:
        found = store.get(session, number)
    if found is None:
        raise BadInput([Problem(_("there is no finding {number} about terminals"), {"number": number})])
    return found


def findings(engine: Engine, which: store.Sieve) -> Findings:
    """Return findings and the newest scan."""
    with reading(engine) as session:
        return Findings(store.listed(session, which), store.latest(session))


def found(settings: Settings, engine: Engine, first: datetime, last: datetime) -> Looked:
    """Return what scans found within a time, for the ranking (`countynet.unitfindings`); a hint ranks nobody."""
    with reading(engine) as session:
        rows, at = store.within(session, first, last), store.last_within(session, first, last)
    sure = [one for one in rows if one.confidence.value != "hint"]
    told = tuple(UnitFinding(one.device or one.unit, RANKED[one.kind], one.message, one.values, one.severity, one.port)
                 for one in sure)  # fmt: skip
    return Looked(frozenset(RANKED.values()), at, {}, told)
