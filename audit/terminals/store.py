"""Findings of terminals in the database, read and written as values of `model`; the events are the caller's."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit.terminals.model import Confidence, Evidence, Finding, Kind, State, Suspicion
from audit.terminals.tables import FindingRow, ScanRow
from countynet.surroundings import Table
from countynet.vocabulary import Severity

PATIENCE = timedelta(days=1)
"""so long a finding stands by packets that were heard once, though none is heard now"""


@dataclass(frozen=True)
class Told:
    """What a scan changed."""

    new: tuple[Finding, ...] = ()
    standing: tuple[Finding, ...] = ()
    gone: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Sieve:
    """Which findings a list has; an empty value lets all through."""

    unit: str = ""
    units: frozenset[str] | None = None
    """only of these units ("": of none); None: of all"""
    kind: str = ""
    state: str = ""
    """empty: those that are still there"""
    limit: int = 500


@dataclass(frozen=True)
class Scan:
    """One scan that was kept."""

    number: int
    started: datetime
    finished: datetime
    actor: str
    devices: int
    silent: Mapping[str, str] = field(default_factory=dict)
    new: int = 0
    standing: int = 0
    gone: int = 0
    notes: tuple[tuple[str, Mapping[str, str]], ...] = ()
    """what it could not do: message ids with values"""


def get(session: Session, number: int) -> Finding | None:
    """Return a finding by its number, None when there is none."""
    row = session.get(FindingRow, number)
    return finding(row) if row else None


def open_findings(session: Session, unit: str = "") -> tuple[Finding, ...]:
    """Return the findings that are still there, of all or of one unit: the newest first."""
    return listed(session, Sieve(unit=unit))


def listed(session: Session, which: Sieve) -> tuple[Finding, ...]:
    """Return findings, the newest first."""
    wanted = select(FindingRow).order_by(FindingRow.first.desc(), FindingRow.id.desc()).limit(which.limit)
    wanted = wanted.where(FindingRow.state == which.state) if which.state else wanted.where(FindingRow.gone.is_(None))
    if which.unit:
        wanted = wanted.where(FindingRow.unit == which.unit)
    if which.kind:
        wanted = wanted.where(FindingRow.kind == which.kind)
    if which.units is not None:
        wanted = wanted.where(FindingRow.unit.in_(which.units))
    return tuple(finding(row) for row in session.scalars(wanted))


def within(session: Session, first: datetime, last: datetime) -> tuple[Finding, ...]:
    """Return the findings that turned up from one time to another (excluded), the oldest first."""
    chosen = select(FindingRow).where(FindingRow.first >= first, FindingRow.first < last)
    return tuple(finding(row) for row in session.scalars(chosen.order_by(FindingRow.first, FindingRow.id)))


def latest(session: Session) -> Scan | None:
    """Return the newest scan, None before the first."""
    row = session.scalar(select(ScanRow).order_by(ScanRow.id.desc()).limit(1))
    return scan_of(row) if row else None


def last_within(session: Session, first: datetime, last: datetime) -> datetime | None:
    """Return when the last scan within a time ended, None without one."""
    chosen = select(ScanRow.finished).where(ScanRow.finished >= first, ScanRow.finished < last)
    return session.scalar(chosen.order_by(ScanRow.finished.desc()).limit(1))


def begin(session: Session, started: datetime, actor: str) -> ScanRow:
    """Write a scan's row; `end` fills it."""
    row = ScanRow(
        started=started, finished=started, actor=actor, devices=0, silent="{}", new=0, standing=0, gone=0, notes="[]"
    )
    session.add(row)
    session.flush()
    return row


def keep(
    session: Session,
    scan: int,
    found: Iterable[Suspicion],
    now: datetime,
    looked: Collection[tuple[str, Table]],
) -> Told:
    """Write what a scan concluded: new ones, those that stand, and those that are gone.

    Gone is only what was looked for where it had been seen: `looked` are the tables that were read, by device.
    """
    here = {row.key: row for row in session.scalars(select(FindingRow).where(FindingRow.gone.is_(None)))}
    new, standing = list[FindingRow](), list[FindingRow]()
    for suspicion in {s.key: s for s in found}.values():
        row = here.pop(json.dumps(suspicion.key), None)
        (new if row is None else standing).append(_write(session, row, suspicion, scan, now))
    gone = [row for row in here.values() if _was_looked_for(row, looked, now)]
    for row in gone:
        row.state, row.gone = State.GONE, now
    session.flush()
    return Told(*(tuple(finding(row) for row in rows) for rows in (new, standing, gone)))


def _was_looked_for(row: FindingRow, looked: Collection[tuple[str, Table]], now: datetime) -> bool:
    """Whether not being found means being gone: packets that nobody sent within some seconds do not say so yet."""
    tables = {(str(one["device"]), Table(one["table"])) for one in json.loads(row.said)["evidence"]}
    if any(table is Table.PACKETS for _device, table in tables):
        return now - row.last >= PATIENCE
    return all(place in looked for place in tables)


def _write(session: Session, row: FindingRow | None, said: Suspicion, scan: int, now: datetime) -> FindingRow:
    if row is None:
        row = FindingRow(key=json.dumps(said.key), kind=said.kind.value, first=now, first_scan=scan, gone=None)
        session.add(row)
    row.state = State.OPEN if row.first_scan == scan else State.STANDING
    row.unit, row.device, row.port, row.mac = said.unit, said.device, said.port, said.mac
    row.address, row.terminal = said.address, said.terminal
    row.severity, row.confidence = said.severity.value, said.confidence.value
    row.last, row.last_scan, row.said = now, scan, json.dumps(_said(said), ensure_ascii=False)
    return row


def _said(said: Suspicion) -> dict[str, Any]:
    return {
        "vlan": said.vlan,
        "message": said.message,
        "remedy": said.remedy,
        "values": dict(said.values),
        "contradicts": said.contradicts,
        "evidence": [_cited(one) for one in said.evidence],
    }


def _cited(one: Evidence) -> dict[str, Any]:
    times = {"first": one.first.isoformat() if one.first else None, "last": one.last.isoformat() if one.last else None}
    return {**one.__dict__, "table": one.table.value, "values": dict(one.values), **times}


def finding(row: FindingRow) -> Finding:
    """Return a row as the rest of the house sees it."""
    said = json.loads(row.said)
    return Finding(
        number=row.id,
        kind=Kind(row.kind),
        state=State(row.state),
        unit=row.unit,
        device=row.device,
        port=row.port,
        mac=row.mac,
        address=row.address,
        terminal=row.terminal,
        vlan=said["vlan"],
        message=said["message"],
        remedy=said["remedy"],
        values=said["values"],
        severity=Severity(row.severity),
        confidence=Confidence(row.confidence),
        contradicts=said["contradicts"],
        evidence=tuple(_evidence(one) for one in said["evidence"]),
        first_seen=row.first,
        last_seen=row.last,
        gone=row.gone,
    )


def _evidence(said: dict[str, Any]) -> Evidence:
    times = {name: datetime.fromisoformat(said[name]) if said[name] else None for name in ("first", "last")}
    return Evidence(**{**said, "table": Table(said["table"]), **times})


def scan_of(row: ScanRow) -> Scan:
    """Return a scan as the rest of the house sees it."""
    notes: Sequence[Sequence[Any]] = json.loads(row.notes)
    return Scan(
        row.id, row.started, row.finished, row.actor, row.devices, json.loads(row.silent),
        row.new, row.standing, row.gone, tuple((message, values) for message, values in notes),
    )  # fmt: skip
