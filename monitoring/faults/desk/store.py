"""The SQL of the queue: faults that lead themselves, by filter, fifty at a time, in a fixed number of queries."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload

from countynet.events import Event
from countynet.people import Actor
from countynet.vocabulary import FaultState, Role
from monitoring.faults.duty.store import FaultHand
from monitoring.faults.reports.store import FaultReport
from monitoring.faults.store import Fault
from monitoring.faults.ties.store import FaultTie, TieKind

PAGE = 50


class View(StrEnum):
    """What is listed."""

    OPEN = "open"
    WAITING = "waiting"
    """for the center to dispatch"""
    OVERDUE = "overdue"
    CLOSED = "closed"


@dataclass(frozen=True)
class Filter:
    """What of the queue is asked for."""

    view: View = View.OPEN
    mine: bool = False
    """whose turn it is: the asker's role, of the operator's people what they have in hand"""
    unit: str = ""
    state: FaultState | None = None
    page: int = 1


def page(session: Session, asked: Filter, who: Actor, only: Collection[int] | None = None) -> tuple[list[Fault], bool]:
    """Return a page of faults with their alarms, and whether there are more. `only`: of these numbers."""
    chosen = select(Fault).options(joinedload(Fault.alarm)).where(*_conditions(asked, who))
    if only is not None:
        chosen = chosen.where(Fault.id.in_(only))
    order = Fault.closed.desc() if asked.view is View.CLOSED else Fault.opened
    rows = session.scalars(chosen.order_by(order, Fault.id).offset((asked.page - 1) * PAGE).limit(PAGE + 1)).all()
    return list(rows[:PAGE]), len(rows) > PAGE


def every(session: Session, asked: Filter, who: Actor) -> Sequence[Fault]:
    """Return every fault of a filter, not only of a page, without their alarms."""
    return session.scalars(select(Fault).where(*_conditions(asked, who))).all()


def _conditions(asked: Filter, who: Actor) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [
        Fault.closed.is_not(None) if asked.view is View.CLOSED else Fault.closed.is_(None)
    ]
    if asked.view is not View.CLOSED:
        found.append(~_goes_with_another())
    if asked.view is View.WAITING:
        found.append(Fault.state == FaultState.REPORTED)
    if asked.unit:
        reported = select(FaultReport.fault).where(FaultReport.unit == asked.unit)
        found.append(or_(Fault.unit == asked.unit, Fault.id.in_(reported)))
    if asked.state is not None:
        found.append(Fault.state == asked.state)
    if asked.mine:
        found += _mine(who)
    return found


def _goes_with_another() -> ColumnElement[bool]:
    tie = select(FaultTie.id).where(
        FaultTie.fault == Fault.id, FaultTie.kind == TieKind.MERGED, FaultTie.ended.is_(None)
    )
    return exists(tie)


def _mine(who: Actor) -> list[ColumnElement[bool]]:
    turn: list[ColumnElement[bool]] = [Fault.assignee == who.role]
    if who.role is Role.OPERATOR:
        others = select(FaultHand.fault).where(FaultHand.fault == Fault.id, FaultHand.login.not_in(("", who.name)))
        turn.append(~exists(others))
    return turn


def events(session: Session, faults: Collection[int]) -> dict[int, list[Event]]:
    """Return what happened to some faults, in order, in one query for every five hundred."""
    found: dict[int, list[Event]] = {number: [] for number in faults}
    subjects = [f"fault:{number}" for number in faults]
    for start in range(0, len(subjects), 500):
        chosen = select(Event).where(Event.subject.in_(subjects[start : start + 500])).order_by(Event.id)
        for event in session.scalars(chosen):
            found[int(event.subject.removeprefix("fault:"))].append(event)
    return found


def reporters(session: Session, faults: Collection[int]) -> dict[int, int]:
    """Return how many units reported each of some faults, in one query."""
    chosen = select(FaultReport.fault, func.count(FaultReport.unit.distinct())).where(FaultReport.fault.in_(faults))
    return {fault: count for fault, count in session.execute(chosen.group_by(FaultReport.fault))}
