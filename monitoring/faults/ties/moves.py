"""Merging and parting within the caller's transaction: rows, ties and events together.

While a fault goes with another one its row has the leader's state, so that its unit sees how it stands; each step that
it got so is an event of its own with `with`: the leader's number.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from countynet import clock
from countynet.errors import BadInput, Problem
from countynet.events import JSON, Event, record
from countynet.i18n import _
from countynet.vocabulary import FaultState
from monitoring.faults import rules
from monitoring.faults.clocks import pauses
from monitoring.faults.past import WITH, effective
from monitoring.faults.store import Fault, events, get
from monitoring.faults.ties import store
from monitoring.faults.ties.store import FaultTie, TieKind
from monitoring.tags import FaultTag


def standing(session: Session, fault: Fault) -> rules.Standing:
    """Return what the rules of merging look at in a fault."""
    members = frozenset(store.members(session, fault.id))
    return rules.Standing(fault.id, fault.state, store.leader(session, fault.id), members)


def followers(session: Session, fault: int) -> list[Fault]:
    """Return the faults that go with one, however indirectly."""
    return [found for number in store.members(session, fault) if (found := get(session, number)) is not None]


def merge(session: Session, one: Fault, leader: Fault, by: str, note: str) -> None:
    """Let a fault, and what goes with it, go with another one. Raises Conflict."""
    rules.may_merge(standing(session, one), standing(session, leader))
    now = clock.now()
    session.add(FaultTie(kind=TieKind.MERGED, fault=one.id, other=leader.id, at=now, by=by))
    moved = [one, *followers(session, one.id)]
    brought = _brought(events(session, leader.id), leader.state)
    for fault in moved:
        said: dict[str, JSON] = {
            "into": leader.id,
            "before": fault.state.value,
            "became": leader.state.value,
            "brought": brought,
            "note": note,
        }
        fault.state, fault.assignee, fault.changed = leader.state, leader.assignee, now
        record(session, FaultTag.MERGED, by, f"fault:{fault.id}", said)
        taken: dict[str, JSON] = {"fault": fault.id, "unit": fault.unit, "opened": fault.opened.isoformat()}
        record(session, FaultTag.TAKEN_IN, by, f"fault:{leader.id}", taken | {"note": note})
    leader.changed = now


def part(session: Session, one: Fault, by: str, note: str, undo: bool) -> None:
    """Let a fault, and what goes with it, go its own way again. Raises BadInput when it goes with none.

    `undo`: it should never have been merged, so it stands where it stood before, and what was done on the leading
    fault meanwhile does not count. Else (its unit says "still broken") what was done counts, and it goes on from here.
    """
    tie = store.merger(session, one.id)
    if tie is None:
        raise BadInput([Problem(_("fault {fault} goes with no other one"), {"fault": one.id})])
    above = store.ancestors(session, one.id)
    tie.ended = clock.now()
    session.flush()
    for fault in [one, *followers(session, one.id)]:
        for leader in above:
            record(
                session, FaultTag.LET_GO, by, f"fault:{leader}", {"fault": fault.id, "unit": fault.unit, "note": note}
            )
        if fault is one or undo:
            data: dict[str, JSON] = {"from": tie.other, "undo": undo, "note": note}
            record(session, FaultTag.PARTED, by, f"fault:{fault.id}", data)
        if undo and fault.closed is None:
            _put_back(session, fault)


def reopened(session: Session, fault: Fault, by: str) -> None:
    """Let a fault go its own way when it is opened again while its leader is not."""
    if store.merger(session, fault.id) is not None:
        part(session, fault, by, "", undo=False)


def follow(session: Session, leader: Fault, tag: FaultTag, by: str, said: Mapping[str, JSON]) -> list[Fault]:
    """Take a step or a mark for all that go with a fault and stand where it stood; return those. `leader` has moved."""
    step = rules.STEPS.get(tag)
    before = step.before if step is not None else leader.state
    moved = [fault for fault in followers(session, leader.id) if fault.state is before and fault.closed is None]
    for fault in moved:
        fault.state, fault.assignee, fault.changed = leader.state, leader.assignee, leader.changed
        if tag is FaultTag.REPAIRED:
            fault.cause, fault.work = leader.cause, leader.work
        record(session, tag, by, f"fault:{fault.id}", {**said, WITH: leader.id})
    return moved


def _put_back(session: Session, fault: Fault) -> None:
    state = rules.replay(events(session, fault.id)) or FaultState.REPORTED
    fault.state, fault.assignee, fault.changed = state, rules.TURNS[state], clock.now()


def _brought(past: Sequence[Event], state: FaultState) -> dict[str, JSON]:
    """Return what a fault that is merged gets from its leader at once: begun, arrived, paused."""
    if state is not FaultState.STARTED:
        return {}
    counted = effective(past)
    began = max((n for n, e in enumerate(counted) if e.tag == FaultTag.STARTED), default=0)
    found: dict[str, JSON] = {FaultTag.STARTED.value: {}}
    if any(e.tag == FaultTag.ARRIVED for e in counted[began:]):
        found[FaultTag.ARRIVED.value] = {}
    stood = [one for one in pauses(past, clock.now()) if one.ends is None]
    if stood:
        last = stood[-1]
        until = last.until.isoformat() if last.until else ""
        found[FaultTag.PAUSED.value] = {"reason": last.reason, "who": last.who, "until": until, "note": last.note}
    return found
