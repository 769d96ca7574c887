"""Opening and closing alarms, each with its event and its order to tell people, within the caller's transaction.

Opening what is open and closing what is closed change nothing, so a restarted poller may say again what it sees. What
comes again within `RELAPSE` of its end is the same alarm, opened again: its notes and whoever is on it stay with it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy.orm import Session

from countynet import clock
from countynet.events import JSON, record
from countynet.vocabulary import Severity
from monitoring.alarms.store import AGAIN, TIMES, Alarm, last_of, open_by_key
from monitoring.notices.store import order
from monitoring.tags import AlarmTag

RELAPSE = timedelta(minutes=5)
MACHINE = "monitoring"
"""the actor of what nobody did"""


@dataclass(frozen=True)
class Trouble:
    """What an alarm would say."""

    key: str
    severity: Severity
    subject: str
    message: str
    values: Mapping[str, JSON] = field(default_factory=dict)
    device: str = ""
    circuit: str | None = None
    unit: str | None = None


def open_alarm(session: Session, trouble: Trouble, source: str) -> tuple[Alarm, bool]:
    """Return the open alarm about a trouble, and whether it is new or came again."""
    standing = open_by_key(session, (trouble.key,)).get(trouble.key)
    if standing is not None:
        return standing, False
    past = last_of(session, trouble.key, clock.now() - RELAPSE)
    if past is not None and past.source == source:
        return _again(session, past, trouble), True
    alarm = Alarm(
        source=source,
        key=trouble.key,
        severity=trouble.severity,
        subject=trouble.subject,
        device=trouble.device,
        circuit=trouble.circuit,
        unit=trouble.unit,
        message=trouble.message,
        values=dict(trouble.values),
        opened=clock.now(),
        closed=None,
    )
    session.add(alarm)
    session.flush()
    record(session, AlarmTag.OPENED, MACHINE, f"alarm:{alarm.id}", _said(alarm))
    order(session, alarm)
    return alarm, True


def _again(session: Session, alarm: Alarm, trouble: Trouble) -> Alarm:
    """Open an alarm again that was just over."""
    times = int(alarm.values.get(TIMES, 1)) + 1
    alarm.message, alarm.severity = trouble.message, trouble.severity
    alarm.values, alarm.closed = {**trouble.values, TIMES: times, AGAIN: clock.now().isoformat()}, None
    session.flush()
    record(session, AlarmTag.REOPENED, MACHINE, f"alarm:{alarm.id}", _said(alarm))
    order(session, alarm)
    return alarm


def close_alarm(session: Session, key: str) -> Alarm | None:
    """Close the open alarm of a key; None when none is open."""
    alarm = open_by_key(session, (key,)).get(key)
    if alarm is None:
        return None
    alarm.closed = clock.now()
    session.flush()
    seconds = round((alarm.closed - alarm.opened).total_seconds())
    record(session, AlarmTag.CLOSED, MACHINE, f"alarm:{alarm.id}", {**_said(alarm), "seconds": seconds})
    return alarm


def _said(alarm: Alarm) -> dict[str, JSON]:
    return {
        "key": alarm.key,
        "severity": alarm.severity,
        "subject": alarm.subject,
        "unit": alarm.unit,
        "message": alarm.message,
        "values": alarm.values,
    }
