"""Judges the alarms that detection opened: when one opens, after each poll, and for a while after it is over.

What came back tells most (its uptime says whether power was gone), so an alarm is judged on for `AFTER`; then its last
verdict stands.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from countynet import clock
from inventory.model import County
from monitoring.alarms.store import AGAIN, TIMES, Alarm
from monitoring.alarms.troubles import nodes_by_key
from monitoring.cause.gather import BEFORE, About, Gather, History, Witness, no_history
from monitoring.cause.judge import judge
from monitoring.cause.store import fell, keep, remembered
from monitoring.detect.topology import Topology

AFTER = timedelta(minutes=3)


def judge_all(
    session: Session, county: County, topology: Topology, witness: Witness, source: str, history: History = no_history
) -> int:
    """Judge every alarm of a source that is open or just over; return how many verdicts changed."""
    nodes = nodes_by_key(topology)
    gather = Gather(session, county, topology, witness, history)
    changed = 0
    for alarm in unsettled(session, source):
        if alarm.key in nodes:
            changed += _one(session, gather, alarm, nodes[alarm.key])
    return changed


def unsettled(session: Session, source: str) -> Sequence[Alarm]:
    """Return the alarms of a source that are open or were over only just now, oldest first."""
    wanted = select(Alarm).where(Alarm.source == source)
    lately = wanted.where(Alarm.closed.is_(None) | (Alarm.closed >= clock.now() - AFTER))
    return session.scalars(lately.order_by(Alarm.id)).all()


def _one(session: Session, gather: Gather, alarm: Alarm, node: str) -> bool:
    again = alarm.values.get(AGAIN)
    began = datetime.fromisoformat(again) if again else alarm.opened
    known_fell = fell(session, alarm.id, began - BEFORE)
    about = About(node, began, alarm.closed is not None, int(alarm.values.get(TIMES, 1)), known_fell)
    known = remembered(session, alarm.id, gather.of(about))
    return keep(session, alarm, judge(known), known)
