"""Who is to be told of which alarm now. Pure.

It looks at all ordered alarms anew each time and names what has no notice yet, so a sender that was away, or killed,
tells what is due when it returns. What a work window covers waits: if it is still wrong afterwards, it is told then.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta

from countynet.vocabulary import Severity
from inventory.calendar.model import Calendar
from inventory.calendar.working import add, daily_end, within
from monitoring.notices.model import CLOSED, ESCALATED, OPENED, TOLD, NoticeState, Recipient, Rules, kind, numbered

SETTLE = timedelta(seconds=5)
"""so long the first notice waits for others: a storm is one message"""
GAP = timedelta(minutes=1)
"""the least between two messages to one recipient when something is urgent"""
BACKOFF = (30, 60, 120, 300, 600, 1800)
"""seconds until a refused message is tried again; the last for ever"""
GIVE_UP = timedelta(days=1)


@dataclass(frozen=True)
class Ordered:
    """An alarm that people are to be told of."""

    alarm: int
    severity: Severity
    device: str
    site: str
    unit: str
    opened: datetime
    closed: bool = False
    acknowledged: bool = False
    times: int = 1
    """how often it opened: one that comes again soon is the same alarm"""


@dataclass(frozen=True)
class Wanted:
    """A notice that is to be queued."""

    alarm: int
    step: str
    recipient: str
    due: datetime


@dataclass(frozen=True)
class Known:
    """A notice that is queued or was sent."""

    alarm: int
    step: str
    recipient: str
    state: NoticeState
    id: int = 0
    severity: Severity = Severity.MAJOR
    closed: bool = False
    """whether its alarm is over"""
    due: datetime | None = None
    attempts: int = 0


def wanted(
    ordered: Sequence[Ordered],
    known: Sequence[Known],
    rules: Rules,
    calendar: Calendar,
    covered: AbstractSet[str],
    now: datetime,
) -> tuple[Wanted, ...]:
    """Return what is to be queued now, each alarm, step and recipient once."""
    standing = {(k.alarm, k.step, k.recipient): k.state for k in known}
    found = dict[tuple[int, str, str], Wanted]()
    for alarm in ordered:
        steps = _closing(alarm, known) if alarm.closed else _opening(alarm, rules, calendar, covered, now)
        for step, name in steps:
            recipient, key = rules.recipient(name), (alarm.alarm, step, name)
            if recipient is not None and key not in standing and key not in found:
                found[key] = Wanted(*key, _due(recipient, alarm.severity, now + SETTLE))
    return tuple(found.values())


def _opening(
    alarm: Ordered, rules: Rules, calendar: Calendar, covered: AbstractSet[str], now: datetime
) -> Iterator[tuple[str, str]]:
    if alarm.device in covered:
        return
    begin = numbered(OPENED, alarm.times)
    for rule in rules.rules:
        if not rule.concerns(alarm.severity, alarm.site, alarm.unit):
            continue
        for number, step in enumerate(rule.steps):
            if number and (alarm.acknowledged or add(calendar, alarm.opened, step.after) > now):
                break
            yield from ((f"{ESCALATED}-{number}" if number else begin, name) for name in step.to)


def _closing(alarm: Ordered, known: Sequence[Known]) -> Iterator[tuple[str, str]]:
    """Yield the closing for whoever got an opening, of one that came again this time's."""
    begin = numbered(OPENED, alarm.times)
    mine = (k for k in known if k.alarm == alarm.alarm and k.state in TOLD)
    told = (k.recipient for k in mine if alarm.times == 1 or k.step == begin)
    for name in dict.fromkeys(told):
        yield numbered(CLOSED, alarm.times), name


def _due(recipient: Recipient, severity: Severity, at: datetime) -> datetime:
    quiet = recipient.quiet
    if quiet is None or severity in recipient.urgent or not within(at, quiet.start, quiet.end):
        return at
    return daily_end(at, quiet.end)


def dropped(known: Sequence[Known]) -> tuple[int, ...]:
    """Return what is no longer worth telling: an alarm that is over and was never told, and the end of such a one."""
    told = {(k.alarm, k.recipient) for k in known if k.state in TOLD and kind(k.step) != CLOSED}
    return tuple(
        k.id
        for k in known
        if k.state is NoticeState.QUEUED and k.closed and (kind(k.step) != CLOSED or (k.alarm, k.recipient) not in told)
    )


def ready(
    queued: Sequence[Known],
    sending: Collection[tuple[int, str]],
    recipient: Recipient,
    last: datetime | None,
    now: datetime,
) -> tuple[int, ...]:
    """Return which of a recipient's queued notices make a message now, in order; none while it is to wait.

    `sending`: alarm and recipient of what is under way; the end of an alarm waits until its begin is through.
    """
    mine = [k for k in queued if k.recipient == recipient.name and k.due is not None]
    if any(k.attempts and k.due and k.due > now for k in mine):
        return ()
    due = [k for k in mine if k.due and k.due <= now and (k.alarm, k.recipient) not in sending]
    if last is not None and due:
        urgent = any(k.severity in recipient.urgent for k in due)
        pause = timedelta(minutes=recipient.digest)
        if now < last + (min(pause, GAP) if urgent else pause):
            return ()
    return tuple(k.id for k in sorted(due, key=lambda k: k.id))


def again(attempts: int, created: datetime, now: datetime) -> datetime | None:
    """Return when a refused notice is tried again after so many attempts; None when it is given up."""
    return None if now - created >= GIVE_UP else now + timedelta(seconds=BACKOFF[min(attempts, len(BACKOFF)) - 1])


def sites_of(places: Mapping[str, str], device: str, unit: str | None) -> str:
    """Return the site of an alarm's device, else of its unit; empty when it has none."""
    return places.get(device) or places.get(unit or "", "")
