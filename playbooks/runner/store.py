"""The SQL of runs: each run, what it said line by line, and how each host came out."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, Text, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from countynet.db import Base, UtcDateTime
from playbooks.runner.states import UNENDED, RunState


class RunRow(Base):
    """One run of a playbook, from being asked for to its end."""

    evented = True
    __tablename__ = "playbook_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    playbook: Mapped[str] = mapped_column(String(64), index=True)
    description: Mapped[dict[str, Any]] = mapped_column(JSON)
    """the playbook's description as it was"""
    given: Mapped[dict[str, Any]] = mapped_column(JSON)
    """the launch form's values; those of secrets sealed with the vault's password"""
    targets: Mapped[list[str]] = mapped_column(JSON)
    """the devices and servers that it lays hold of"""
    looks: Mapped[bool]
    """whether it says what it would change and changes nothing"""
    follows: Mapped[int | None]
    """the run that looked before this one, or whose failed hosts it goes on with"""
    actor: Mapped[str] = mapped_column(String(80), index=True)
    role: Mapped[str] = mapped_column(String(16))
    unit: Mapped[str] = mapped_column(String(64), default="")
    spoken: Mapped[str] = mapped_column(String(8))
    """the language of whoever asked for it, in which it logs"""
    state: Mapped[str] = mapped_column(String(16), index=True)
    asked: Mapped[datetime] = mapped_column(UtcDateTime)
    approver: Mapped[str] = mapped_column(String(80), default="")
    approved: Mapped[datetime | None] = mapped_column(UtcDateTime)
    started: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    cancel_by: Mapped[str] = mapped_column(String(80), default="")
    cancel_asked: Mapped[datetime | None] = mapped_column(UtcDateTime)
    plan: Mapped[int | None]
    """the plan that its look made"""
    words: Mapped[str] = mapped_column(Text, default="")
    """why it ended as it did, in the language of whoever asked for it"""


class RunLineRow(Base):
    """One thing that a run said."""

    __tablename__ = "playbook_run_line"

    id: Mapped[int] = mapped_column(primary_key=True)
    run: Mapped[int] = mapped_column(ForeignKey("playbook_run.id"), index=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    host: Mapped[str] = mapped_column(String(64), default="")
    task: Mapped[str] = mapped_column(String(200), default="")
    outcome: Mapped[str] = mapped_column(String(16), default="")
    words: Mapped[str] = mapped_column(Text, default="")


class RunHostRow(Base):
    """How one host or device came out of a run."""

    evented = True
    __tablename__ = "playbook_run_host"

    id: Mapped[int] = mapped_column(primary_key=True)
    run: Mapped[int] = mapped_column(ForeignKey("playbook_run.id"), index=True)
    host: Mapped[str] = mapped_column(String(64))
    ok: Mapped[int] = mapped_column(default=0)
    """tasks that found or made it as it should be, those that changed something among them"""
    changed: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(Text, default="")


class RunDefaultRow(Base):
    """A value of a run's launch form that nobody gave."""

    evented = True
    __tablename__ = "playbook_run_default"

    run: Mapped[int] = mapped_column(ForeignKey("playbook_run.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    told: Mapped[str] = mapped_column(Text, default="")
    """where the county has it from, in the language of whoever asked; empty for what the playbook itself says"""


def defaults(session: Session, runs: Sequence[int]) -> dict[int, dict[str, str]]:
    """Return by run the fields that have their default, each with where it is from."""
    found = dict[int, dict[str, str]]()
    chosen = select(RunDefaultRow).where(RunDefaultRow.run.in_(runs)).order_by(RunDefaultRow.run, RunDefaultRow.name)
    for row in session.scalars(chosen) if runs else ():
        found.setdefault(row.run, {})[row.name] = row.told
    return found


def unended(session: Session) -> Sequence[RunRow]:
    """Return the runs that have not ended, oldest first."""
    chosen = select(RunRow).where(RunRow.state.in_([state.value for state in UNENDED]))
    return session.scalars(chosen.order_by(RunRow.id)).all()


def newest(
    session: Session, limit: int, playbook: str = "", actor: str = "", state: str = "", before: int = 0, unit: str = ""
) -> Sequence[RunRow]:
    """Return runs, the newest first, of one playbook, one person, in one state, before one, of one unit where given."""
    chosen = select(RunRow).order_by(RunRow.id.desc()).limit(limit)
    if before:
        chosen = chosen.where(RunRow.id < before)
    if unit:
        chosen = chosen.where(RunRow.unit == unit)
    if playbook:
        chosen = chosen.where(RunRow.playbook == playbook)
    if actor:
        chosen = chosen.where(RunRow.actor == actor)
    if state:
        chosen = chosen.where(RunRow.state == state)
    return session.scalars(chosen).all()


def about(session: Session, field: str, value: str, limit: int) -> Sequence[RunRow]:
    """Return the newest runs in whose launch form a field had a value."""
    chosen = select(RunRow).where(RunRow.given[field].as_string() == value)
    return session.scalars(chosen.order_by(RunRow.id.desc()).limit(limit)).all()


def latest(session: Session) -> Sequence[RunRow]:
    """Return the last run of every playbook, looks among them."""
    last = select(func.max(RunRow.id)).group_by(RunRow.playbook)
    return session.scalars(select(RunRow).where(RunRow.id.in_(last))).all()


def tallies(session: Session, run: int) -> Sequence[tuple[str, str, int]]:
    """Return task, outcome and how many hosts said so, in the order in which the tasks began."""
    chosen = select(RunLineRow.task, RunLineRow.outcome, func.count()).where(
        RunLineRow.run == run, RunLineRow.outcome != ""
    )
    grouped = chosen.group_by(RunLineRow.task, RunLineRow.outcome).order_by(func.min(RunLineRow.id))
    return [(task, outcome, count) for task, outcome, count in session.execute(grouped)]


def changes(session: Session, run: int) -> dict[str, list[str]]:
    """Return by host the tasks that a run said to have changed something, in order."""
    chosen = select(RunLineRow.host, RunLineRow.task).where(RunLineRow.run == run, RunLineRow.outcome == "changed")
    found = dict[str, list[str]]()
    for host, task in session.execute(chosen.order_by(RunLineRow.id)):
        found.setdefault(host, []).append(task)
    return found


def lines(session: Session, run: int, after: int = 0, limit: int = 5000) -> Sequence[RunLineRow]:
    """Return what a run said after a line, oldest first."""
    chosen = select(RunLineRow).where(RunLineRow.run == run, RunLineRow.id > after)
    return session.scalars(chosen.order_by(RunLineRow.id).limit(limit)).all()


def hosts(session: Session, run: int) -> Sequence[RunHostRow]:
    """Return how the hosts of a run came out, by name."""
    return session.scalars(select(RunHostRow).where(RunHostRow.run == run).order_by(RunHostRow.host)).all()


def last_ended(session: Session) -> dict[str, RunRow]:
    """Return of every playbook the last run that changed and ended well: how long it takes."""
    ended = select(func.max(RunRow.id)).where(RunRow.state == RunState.DONE.value, RunRow.looks.is_(False))
    chosen = select(RunRow).where(RunRow.id.in_(ended.group_by(RunRow.playbook)))
    return {row.playbook: row for row in session.scalars(chosen)}


def standing(session: Session, numbers: Sequence[int]) -> dict[int, tuple[str, bool]]:
    """Return the states of runs, and whether each only looks."""
    chosen = select(RunRow.id, RunRow.state, RunRow.looks).where(RunRow.id.in_(numbers))
    return {number: (state, looks) for number, state, looks in session.execute(chosen)}


def states(session: Session, numbers: Sequence[int]) -> dict[int, str]:
    """Return the states of runs."""
    chosen = select(RunRow.id, RunRow.state).where(RunRow.id.in_(numbers))
    return {number: state for number, state in session.execute(chosen)}
