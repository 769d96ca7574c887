"""What the poller writes to the county's database, each call one transaction.

States, alarms, faults and their events of one decision are written together or not at all, so that a killed poller
leaves no alarm without its state and no fault without its alarm.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from countynet import clock
from countynet.db import reading, transaction
from countynet.vocabulary import LineState
from monitoring.alarms.service import close_alarm, open_alarm
from monitoring.alarms.store import TIMES, open_alarms
from monitoring.alarms.troubles import key_of, nodes_by_key, trouble
from monitoring.cause.gather import History, Witness
from monitoring.cause.service import judge_all, unsettled
from monitoring.detect.decide import Decision, Node, Picture
from monitoring.faults.joining import alarm_opened
from monitoring.ledger import record as ledger
from monitoring.ledger.begins import Marks
from monitoring.poller.plan import Plan
from monitoring.poller.poll import Poll
from monitoring.poller.samples import Neighbour, facts
from monitoring.state.store import DeviceRow, LineRow, NeighbourRow, PollRow
from monitoring.windows.book import recover
from monitoring.windows.store import covering

SOURCE = "ping"
KEEP_POLLS = timedelta(days=7)
STALE_NEIGHBOUR = timedelta(minutes=5)


@dataclass(frozen=True)
class Quality:
    """How well a device answers ping."""

    rtt_ms: float | None
    loss: float | None


def remembered(engine: Engine, plan: Plan) -> Picture:
    """Return the picture that the last poller left, so that a restart neither opens nor closes anything."""
    nodes = nodes_by_key(plan.topology)
    with reading(engine) as session:
        states = {row.device: Node(row.state, row.cause) for row in session.scalars(select(DeviceRow))}
        standing = {nodes[alarm.key]: alarm for alarm in open_alarms(session) if alarm.key in nodes}
    falls = {node: (0,) * alarm.values[TIMES] for node, alarm in standing.items() if alarm.values.get(TIMES, 1) > 1}
    known = {name: node for name, node in states.items() if name in plan.topology.watched}
    return Picture(known, frozenset(standing), falls=falls)


def decision(
    engine: Engine,
    plan: Plan,
    made: Decision,
    quality: Mapping[str, Quality],
    marks: Marks | None = None,
    witness: Witness | None = None,
) -> None:
    """Write a decision: states and the ledger first, then alarms, the faults that they open or join, and causes."""
    with transaction(engine) as session:
        _states(session, plan, made.picture, quality)
        session.flush()
        if marks is not None:
            ledger.keep(session, plan.topology, made.picture.nodes, marks)
        for node in made.closed:
            close_alarm(session, key_of(node, plan.topology))
        for node in made.opened:
            alarm, new = open_alarm(session, trouble(node, plan.topology, plan.county), SOURCE)
            if new:
                alarm_opened(session, alarm)
        if witness is not None and (made.opened or made.closed):
            judge_all(session, plan.county, plan.topology, witness, SOURCE)


def judged(engine: Engine, plan: Plan, witness: Witness, history: History) -> None:
    """Judge anew whose trouble the alarms are that are open or just over; nothing is written when there are none."""
    with reading(engine) as session:
        if not unsettled(session, SOURCE):
            return
    with transaction(engine) as session:
        judge_all(session, plan.county, plan.topology, witness, SOURCE, history)


def pulse(engine: Engine, marks: Marks) -> frozenset[str]:
    """Say in the ledger that the poller lives, and return the devices whose alarms a work window mutes now."""
    with transaction(engine) as session:
        ledger.pulse(session, marks)
        return covering(session, marks.at)


def adopt(engine: Engine, plan: Plan) -> None:
    """Take over a new plan: what is no longer in the county loses its state, and its alarm closes.

    Work windows cover what depends on their devices in the new plan.
    """
    known = nodes_by_key(plan.topology)
    with transaction(engine) as session:
        recover(session, plan.topology, clock.now())
        for alarm in open_alarms(session):
            if alarm.source == SOURCE and alarm.key not in known:
                close_alarm(session, alarm.key)
        session.execute(delete(DeviceRow).where(DeviceRow.device.not_in(list(plan.topology.watched))))
        session.execute(delete(LineRow).where(LineRow.unit.not_in(list(plan.county.unit_by_id))))
        session.execute(delete(NeighbourRow).where(NeighbourRow.device.not_in(list(plan.topology.watched))))


def polled(engine: Engine, plan: Plan, poll: Poll) -> None:
    """Write what SNMP says of each device, and how the poll went, unless it was a poll of some devices only."""
    with transaction(engine) as session:
        rows = {row.device: row for row in session.scalars(select(DeviceRow))}
        now = clock.now()
        for device, answer in poll.answers.items():
            row = rows.get(device) or _new_device(session, device)
            row.snmp_error = answer.error
            if not answer.error:
                found = facts(answer)
                row.polled, row.uptime, row.cpu, row.interfaces = now, found.uptime, found.cpu, found.interfaces
        if plan.only is None:
            session.add(_health(poll, now))
            session.execute(delete(PollRow).where(PollRow.at < now - KEEP_POLLS))


def _health(poll: Poll, now: datetime) -> PollRow:
    return PollRow(
        at=now,
        devices=len(poll.answers),
        answered=poll.answered,
        seconds=poll.seconds,
        cpu_seconds=poll.cpu_seconds,
        interfaces=len(poll.samples),
        values=poll.values,
    )


def neighbours(engine: Engine, found: Iterable[Neighbour]) -> None:
    """Write what devices see; what nobody has seen for a while is forgotten."""
    with transaction(engine) as session:
        now = clock.now()
        rows = {_who(row): row for row in session.scalars(select(NeighbourRow))}
        for neighbour in found:
            row = rows.get(_who(neighbour))
            if row is None:
                row = rows[_who(neighbour)] = NeighbourRow(**asdict(neighbour))
                session.add(row)
            row.seen = now
        session.flush()
        session.execute(delete(NeighbourRow).where(NeighbourRow.seen < now - STALE_NEIGHBOUR))


def _who(row: NeighbourRow | Neighbour) -> tuple[str, str, str, str]:
    return row.device, row.port, row.remote_device, row.remote_port


def _states(session: Session, plan: Plan, picture: Picture, quality: Mapping[str, Quality]) -> None:
    devices = {row.device: row for row in session.scalars(select(DeviceRow))}
    lines = {row.unit: row for row in session.scalars(select(LineRow))}
    for name, watched in plan.topology.watched.items():
        node, good = picture.nodes.get(name, Node()), quality.get(name, Quality(None, None))
        _set(devices.get(name) or _new_device(session, name), node, good)
        if watched.unit:
            _set(lines.get(watched.unit) or _new_line(session, watched.unit, watched.circuit), node, good)


def _set(row: DeviceRow | LineRow, node: Node, quality: Quality) -> None:
    if row.state is not node.state:
        row.state, row.since = node.state, clock.now()
    row.cause, row.rtt_ms, row.loss = node.cause, quality.rtt_ms, quality.loss


def _new_device(session: Session, device: str) -> DeviceRow:
    row = DeviceRow(device=device, state=LineState.UNKNOWN, cause="", since=clock.now(), snmp_error="")
    session.add(row)
    return row


def _new_line(session: Session, unit: str, circuit: str) -> LineRow:
    row = LineRow(unit=unit, circuit=circuit, state=LineState.UNKNOWN, cause="", since=clock.now())
    session.add(row)
    return row
