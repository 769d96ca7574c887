"""Writing the ledger, within the poller's transaction: a decision and its stretches stand together or not at all.

What a poller did not see is `unknown`. When rounds had a gap (the poller died, was stopped, the machine slept), every
open stretch ends at the last heartbeat and is unknown from there on, until this process itself saw an answer or enough
silence: neither `down` nor `up` is carried over a time in which nobody asked. A gap of at most `LAPSE` is none: that is
the precision promised. While a device is given time to answer after its shadow went, the shadow's cause still stands.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from countynet.vocabulary import LedgerState
from monitoring.detect.decide import Node, Rules
from monitoring.detect.topology import Topology, Watched
from monitoring.ledger.begins import Marks, Was, begins, settled
from monitoring.ledger.store import OutageStretch, beat, open_stretches, set_beat

LAPSE = timedelta(seconds=5)
"""how well begin and end are known"""
BEAT = timedelta(seconds=3)
"""how often the poller says that it lives"""


def pulse(session: Session, marks: Marks) -> None:
    """Keep that the poller lives; what was open over a gap becomes unknown from the last heartbeat on."""
    last = beat(session)
    if last is not None and marks.unbroken - last > LAPSE:
        for row in open_stretches(session):
            if row.state is not LedgerState.UNKNOWN:
                _turn(session, row, LedgerState.UNKNOWN, "", max(last, row.start))
    if last is None or marks.at > last:
        set_beat(session, marks.at)
    session.flush()


def keep(
    session: Session, topology: Topology, nodes: Mapping[str, Node], marks: Marks, rules: Rules | None = None
) -> None:
    """Bring the ledger to what a decision says; what is no longer in the county ends."""
    pulse(session, marks)
    opened = {row.device: row for row in open_stretches(session)}
    for name, row in opened.items():
        if name not in topology.watched:
            row.end = max(row.start, marks.at)
    session.flush()
    for name, watched in topology.watched.items():
        _one(session, watched, opened.get(name), nodes.get(name, Node()), marks, topology, rules or Rules())
    session.flush()


def _one(
    session: Session,
    watched: Watched,
    row: OutageStretch | None,
    node: Node,
    marks: Marks,
    topology: Topology,
    rules: Rules,
) -> None:
    name = watched.device
    if row is None:
        row = _open(session, name, watched.unit, LedgerState.UNKNOWN, "", marks.unbroken)
    elif row.unit != watched.unit:
        row = _turn(session, row, row.state, row.cause, marks.at, watched.unit)
    state = LedgerState(node.state.value)
    cause = node.cause or (row.cause if row.state is state else "")
    if (row.state, row.cause) == (state, cause) or not settled(node, marks.of.get(name), rules):
        return
    at = begins(name, Was(row.state, row.start, row.cause), node, marks, topology)
    _turn(session, row, state, cause, at)


def _turn(
    session: Session, row: OutageStretch, state: LedgerState, cause: str, at: datetime, unit: str | None = None
) -> OutageStretch:
    """End a stretch and open the next at the same moment; one that lasted no time is rewritten."""
    if at <= row.start:
        row.state, row.cause, row.unit = state, cause, row.unit if unit is None else unit
        return row
    row.end = at
    session.flush()
    return _open(session, row.device, row.unit if unit is None else unit, state, cause, at)


def _open(session: Session, device: str, unit: str, state: LedgerState, cause: str, at: datetime) -> OutageStretch:
    row = OutageStretch(device=device, unit=unit, state=state, cause=cause, start=at, end=None)
    session.add(row)
    return row
