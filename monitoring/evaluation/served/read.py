"""Reads how applications answered in a period, and the alarms about their services."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from countynet.vocabulary import FaultDomain
from inventory.model import County
from monitoring.alarms.store import Alarm
from monitoring.evaluation.figures import FaultFacts
from monitoring.evaluation.period import Period
from monitoring.evaluation.served.model import Applications, names, served
from monitoring.probes.hours import summed


def applications(
    session: Session, county: County, period: Period, facts: Sequence[FaultFacts], at: datetime
) -> Applications:
    """Return every application's period; of one that lasts, until `at`."""
    ends = max(period.begins, min(period.ends, at))
    hosts = names(county.applications)
    probes = summed(session, hosts, period.begins, ends)
    alarms = _alarms(session, hosts, period)
    hours = int((ends - period.begins).total_seconds() // 3600)
    faults = tuple(fact.fault for fact in facts if fact.domain == FaultDomain.APPLICATION)
    return Applications(tuple(served(app, probes, alarms, hours) for app in county.applications), faults)


def _alarms(session: Session, hosts: set[str], period: Period) -> dict[str, int]:
    """Return how many alarms about services were opened in a period, by probe."""
    chosen = select(Alarm).where(
        Alarm.opened >= period.begins, Alarm.opened < period.ends, Alarm.subject.in_(sorted(hosts))
    )
    readings = ((alarm.values.get("reading", ""), alarm.values.get("part", "")) for alarm in session.scalars(chosen))
    return Counter(part for reading, part in readings if str(reading).startswith("probe."))
