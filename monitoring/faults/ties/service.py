"""What the center says faults have to do with each other. Owns its transactions; every tie is an event on both faults.

Refuses with NotAllowed everybody but the center, with Conflict what makes no sense (monitoring.faults.rules), with
BadInput what is not there. Nothing is deleted: whoever errs undoes, and the clocks say what they would have said.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from countynet import clock
from countynet.db import reading, transaction
from countynet.errors import BadInput, Conflict, Problem
from countynet.events import JSON, record
from countynet.i18n import _, translate
from countynet.people import Actor
from countynet.vocabulary import FaultState, Role
from monitoring.alarms.service import MACHINE
from monitoring.faults import store as faults
from monitoring.faults.reports.store import FaultReport, of_fault
from monitoring.faults.rules import STATES, WORKING, may_tie
from monitoring.faults.ties import moves, store
from monitoring.faults.ties.store import FaultTie, TieKind
from monitoring.tags import FaultTag

NOTE = 2000
"""characters"""


@dataclass(frozen=True)
class Tie:
    """One tie of a fault, seen from it."""

    kind: TieKind
    other: int
    outward: bool
    """from this fault to the other one: this goes with it, or was caused by it"""
    at: datetime
    by: str


@dataclass(frozen=True)
class Ties:
    """The service over a county's database."""

    engine: Engine

    def of(self, fault: int) -> tuple[Tie, ...]:
        """Return what a fault has to do with others now."""
        with reading(self.engine) as session:
            rows = store.standing(session, fault)
        return tuple(
            Tie(row.kind, row.other if row.fault == fault else row.fault, row.fault == fault, row.at, row.by)
            for row in rows
        )

    def merge(self, fault: int, leader: int, actor: Actor, note: str = "") -> None:
        """Say that a fault is the same as another one, which leads from here on."""
        may_tie(actor)
        said = _note(note)
        with transaction(self.engine) as session:
            moves.merge(session, found(session, fault), found(session, leader), actor.name, said)

    def part(self, fault: int, actor: Actor, note: str = "") -> None:
        """Undo a merger: the fault stands where it stood, as if it had never been merged."""
        may_tie(actor)
        said = _note(note)
        with transaction(self.engine) as session:
            one = found(session, fault)
            _open(one)
            moves.part(session, one, actor.name, said, undo=True)

    def split(self, fault: int, reports: Collection[int], actor: Actor, note: str = "", into: int | None = None) -> int:
        """Move reports that belong to another fault and return its number: a new one unless `into` names one.

        A report goes to a fault of its own unit. Something has to stay: a report, or the alarm. To undo it, merge the
        new fault into the old one.
        """
        may_tie(actor)
        said = _note(note)
        with transaction(self.engine) as session:
            one = found(session, fault)
            moving, staying = _chosen(session, one, reports)
            target = _new(session, one, moving[0]) if into is None else _target(session, one, into, moving[0].unit)
            _move(session, one, target, moving, staying, actor.name, said)
            return target.id

    def link(self, fault: int, other: int, kind: TieKind, actor: Actor, note: str = "") -> None:
        """Say that two faults are related, or that the first was caused by the other."""
        may_tie(actor)
        said = _note(note)
        if kind is TieKind.MERGED:
            raise BadInput([Problem(_("a merger is no link: merge the faults"), where="kind")])
        with transaction(self.engine) as session:
            one, two = found(session, fault), found(session, other)
            if one.id == two.id or store.link(session, one.id, two.id) is not None:
                raise Conflict(_("faults {fault} and {other} are linked already"), fault=fault, other=other)
            session.add(FaultTie(kind=kind, fault=one.id, other=two.id, at=clock.now(), by=actor.name))
            _both(session, FaultTag.LINKED, one.id, two.id, actor.name, kind, said)

    def unlink(self, fault: int, other: int, actor: Actor, note: str = "") -> None:
        """Undo a link."""
        may_tie(actor)
        said = _note(note)
        with transaction(self.engine) as session:
            tie = store.link(session, fault, other)
            if tie is None:
                problem = Problem(_("faults {fault} and {other} are not linked"), {"fault": fault, "other": other})
                raise BadInput([problem])
            tie.ended = clock.now()
            _both(session, FaultTag.UNLINKED, tie.fault, tie.other, actor.name, tie.kind, said)


def found(session: Session, fault: int) -> faults.Fault:
    """Return a fault's row. Raises BadInput when there is none."""
    row = faults.get(session, fault)
    if row is None:
        raise BadInput([Problem(_("there is no fault {fault}"), {"fault": fault})])
    return row


def _note(note: str) -> str:
    said = note.strip()
    if len(said) > NOTE:
        raise BadInput([Problem(_("at most {most} characters"), {"most": NOTE}, where="note", found=str(len(said)))])
    return said


def _open(fault: faults.Fault) -> None:
    if fault.closed is not None:
        raise Conflict(
            _("fault {fault} is {state}: only what is still worked on can be merged or split"),
            fault=fault.id,
            state=translate(STATES[fault.state]),
        )


def _chosen(
    session: Session, one: faults.Fault, reports: Collection[int]
) -> tuple[list[FaultReport], list[FaultReport]]:
    """Return the reports that go and those that stay. Raises BadInput, Conflict."""
    if one.state not in WORKING:
        raise Conflict(
            _("fault {fault} is {state}: only what is still worked on can be merged or split"),
            fault=one.id,
            state=translate(STATES[one.state]),
        )
    known = {row.id: row for row in of_fault(session, one.id)}
    strange = sorted(set(reports) - set(known))
    problems = [
        Problem(_("fault {fault} has no report {report}"), {"fault": one.id, "report": report}) for report in strange
    ]
    moving = [known[number] for number in sorted(set(reports) & set(known))]
    if not moving and not problems:
        problems.append(Problem(_("choose at least one report"), where="reports"))
    if len({row.unit for row in moving}) > 1:
        problems.append(Problem(_("reports of several units are split one unit at a time"), where="reports"))
    if problems:
        raise BadInput(problems)
    staying = [row for row in known.values() if row not in moving]
    if not staying and one.alarm_id is None:
        raise Conflict(_("nothing would be left of fault {fault}: merge it with the other one"), fault=one.id)
    return moving, staying


def _new(session: Session, one: faults.Fault, first: FaultReport) -> faults.Fault:
    """Return a new fault of a report's unit. A county's older database allowed a unit only one open fault."""
    session.execute(text("DROP INDEX IF EXISTS fault_open_unit"))
    fault = faults.Fault(
        unit=first.unit,
        state=FaultState.REPORTED,
        assignee=Role.CENTER,
        title=first.title,
        values={},
        description=first.description,
        contact=first.contact,
        reporter=first.reporter or first.unit,
        opened=first.at,
        changed=clock.now(),
    )
    session.add(fault)
    session.flush()
    data: dict[str, JSON] = {"from": one.id, "unit": first.unit, "title": first.title, "reported": first.at.isoformat()}
    record(session, FaultTag.SPLIT_OFF, MACHINE, f"fault:{fault.id}", data)
    return fault


def _target(session: Session, one: faults.Fault, into: int, unit: str) -> faults.Fault:
    target = found(session, into)
    if target.id == one.id or target.unit != unit:
        raise BadInput([Problem(_("a report goes to a fault of its own unit, {unit}"), {"unit": unit}, where="into")])
    if target.state not in WORKING:
        raise Conflict(
            _("fault {fault} is {state}: only what is still worked on can be merged or split"),
            fault=target.id,
            state=translate(STATES[target.state]),
        )
    return target


def _move(
    session: Session,
    one: faults.Fault,
    target: faults.Fault,
    moving: Sequence[FaultReport],
    staying: Sequence[FaultReport],
    by: str,
    note: str,
) -> None:
    numbers: list[JSON] = [row.id for row in moving]
    was: dict[str, JSON] = {
        "title": one.title,
        "values": one.values,
        "reporter": one.reporter,
        "opened": one.opened.isoformat(),
    }
    began, theirs = one.opened, target.opened
    for row in moving:
        row.fault = target.id
    _retold(one, moving, staying)
    target.opened = min([target.opened, *(row.at for row in moving)])
    one.changed = target.changed = clock.now()
    record(
        session, FaultTag.SPLIT, by, f"fault:{one.id}",
        {"into": target.id, "reports": numbers, "was": was, "opened": one.opened.isoformat(), "note": note},
    )  # fmt: skip
    for row in moving:
        said: dict[str, JSON] = {"unit": row.unit, "report": row.id, "origin": row.origin.value, "title": row.title}
        record(session, FaultTag.REPORTED, row.reporter or row.unit, f"fault:{target.id}", {**said, "from": one.id})
    _begins(session, one, began, by)
    _begins(session, target, theirs, by)


def _retold(one: faults.Fault, moving: Sequence[FaultReport], staying: Sequence[FaultReport]) -> None:
    """Give a fault the words and the begin of what is left of it, when those that went had given them."""
    first = next((row for row in staying if row.unit == one.unit), None)
    if any((row.reporter or row.unit) == one.reporter and row.title == one.title for row in moving):
        if first is not None:
            one.title, one.values, one.reporter = first.title, {}, first.reporter or first.unit
            one.description, one.contact = first.description, first.contact
        elif one.alarm is not None:
            one.title, one.values, one.reporter = one.alarm.message, one.alarm.values, MACHINE
            one.description = one.contact = ""
    left = [row.at for row in staying] + ([one.alarm.opened] if one.alarm is not None else [])
    if left and one.opened < min(left) and any(abs((row.at - one.opened).total_seconds()) < 1 for row in moving):
        one.opened = min(left)


def _begins(session: Session, fault: faults.Fault, was: datetime, by: str) -> None:
    """Tell those that lead a fault that it begins at another time than it did."""
    if fault.opened == was:
        return
    for leader in store.ancestors(session, fault.id):
        data: dict[str, JSON] = {"fault": fault.id, "unit": fault.unit, "opened": fault.opened.isoformat()}
        record(session, FaultTag.TAKEN_IN, by, f"fault:{leader}", data)


def _both(session: Session, tag: FaultTag, fault: int, other: int, by: str, kind: TieKind, note: str) -> None:
    for subject, points_at, outward in ((fault, other, True), (other, fault, False)):
        data: dict[str, JSON] = {"fault": points_at, "kind": kind.value, "outward": outward, "note": note}
        record(session, tag, by, f"fault:{subject}", data)
