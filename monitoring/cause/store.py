"""The verdict on each alarm, and the sentence that it puts into it, within the caller's transaction.

The last verdict stands; that it changed is an event, so every former one can be read in the log. What was seen of the
ports while it was silent is kept beside it (`seen`).
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from countynet import clock
from countynet.db import Base, UtcDateTime
from countynet.events import record
from countynet.i18n import _
from monitoring.alarms.service import MACHINE
from monitoring.alarms.store import Alarm
from monitoring.cause.evidence import Evidence, PortSeen
from monitoring.cause.verdict import Said, Verdict, read
from monitoring.faults.store import Fault
from monitoring.tags import AlarmTag

SAID, CAUSE, EVIDENCE = "said", "cause", "evidence"
"""the values of an alarm that its sentence is made of"""
_WITH = _("{said}: {cause} ({evidence})")
_WITHOUT = _("{said}: {cause}")


class AlarmCause(Base):
    """The last verdict on an alarm."""

    __tablename__ = "alarm_cause"

    alarm: Mapped[int] = mapped_column(ForeignKey("alarm.id"), primary_key=True)
    verdict: Mapped[dict[str, Any]] = mapped_column(JSON)
    seen: Mapped[dict[str, Any]] = mapped_column(JSON)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    """when it was last judged otherwise than before"""


def of(session: Session, alarms: Collection[int]) -> dict[int, Verdict]:
    """Return the verdicts on some alarms, in one query."""
    found = session.scalars(select(AlarmCause).where(AlarmCause.alarm.in_(alarms)))
    return {row.alarm: read(row.verdict) for row in found}


def remembered(session: Session, alarm: int, known: Evidence) -> Evidence:
    """Return the evidence with the ports as they were seen while it was silent, once it is back."""
    row = session.get(AlarmCause, alarm)
    if row is None or not known.returned:
        return known
    ends = tuple(_end(one) for one in row.seen.get("ends", ()))
    fell = int(row.seen.get("others_fell", 0))
    return replace(known, ends=ends, looked=bool(row.seen.get("looked")), others_fell=fell)


def fell(session: Session, alarm: int, since: datetime) -> datetime | None:
    """Return when the device of an alarm fell silent as it was seen while it was, if that was not before a moment."""
    row = session.get(AlarmCause, alarm)
    found = datetime.fromisoformat(row.seen["fell"]) if row is not None and "fell" in row.seen else None
    return found if found is not None and found >= since else None


def keep(session: Session, alarm: Alarm, verdict: Verdict, known: Evidence) -> bool:
    """Keep a verdict and bring the alarm's sentence to it; returns whether anything changed."""
    row, document = session.get(AlarmCause, alarm.id), verdict.document()
    said = _base(alarm)
    message, values = sentence(said, verdict)
    if row is not None and row.verdict == document and alarm.values.get(CAUSE) == values[CAUSE]:
        return False
    if row is None:
        row = AlarmCause(alarm=alarm.id, verdict={}, seen={}, at=clock.now())
        session.add(row)
    if row.verdict.get("rule") != verdict.rule:
        record(session, AlarmTag.JUDGED, MACHINE, f"alarm:{alarm.id}", document)
        row.at = clock.now()
    row.verdict = document
    if not known.returned:
        row.seen = _seen(known)
    alarm.message, alarm.values = message, {**alarm.values, **values}
    _retitle(session, alarm)
    session.flush()
    return True


def sentence(said: Said, verdict: Verdict) -> tuple[str, dict[str, Any]]:
    """Return the message and values of an alarm's sentence: what is wrong, why, on what evidence."""
    values = {SAID: said.document(), CAUSE: verdict.cause.document()}
    if not verdict.evidence:
        return _WITHOUT, values
    return _WITH, {**values, EVIDENCE: [one.document() for one in verdict.evidence]}


def _base(alarm: Alarm) -> Said:
    """Return what an alarm said before any verdict."""
    said = alarm.values.get(SAID)
    if said is not None and alarm.message in (_WITH, _WITHOUT):
        return Said(said["message"], said["values"])
    return Said(alarm.message, {k: v for k, v in alarm.values.items() if k not in (SAID, CAUSE, EVIDENCE)})


def _seen(known: Evidence) -> dict[str, Any]:
    return {
        "fell": known.began.isoformat(),
        "looked": known.looked,
        "others_fell": known.others_fell,
        "ends": [
            {
                "device": e.device, "port": e.port, "up": e.up, "shut": e.shut,
                "at": e.at.isoformat() if e.at else None, "since": e.since.isoformat() if e.since else None,
            }
            for e in known.ends
        ],
    }  # fmt: skip


def _end(one: dict[str, Any]) -> PortSeen:
    at, since = (datetime.fromisoformat(one[name]) if one[name] else None for name in ("at", "since"))
    return PortSeen(one["device"], one["port"], one["up"], one["shut"], at, since)


def _retitle(session: Session, alarm: Alarm) -> None:
    """Bring the title of a fault of which only the alarm speaks to the alarm's sentence."""
    mine = select(Fault).where(Fault.alarm_id == alarm.id, Fault.closed.is_(None), Fault.reporter == MACHINE)
    for fault in session.scalars(mine):
        fault.title, fault.values = alarm.message, alarm.values
