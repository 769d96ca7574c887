"""The answers of the services, as frozen values: what a page shows, free of rows and sessions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from countynet.vocabulary import FaultState, LineState, Role, Severity, Verdict


@dataclass(frozen=True)
class Line:
    """What we know of one unit's line now."""

    unit: str
    state: LineState
    since: datetime | None
    rtt_ms: float | None = None
    loss: float | None = None


@dataclass(frozen=True)
class Sample:
    """Traffic at one time, in bits per second; None where we were blind or the counter started anew."""

    at: datetime
    down: float | None
    up: float | None


@dataclass(frozen=True)
class Said:
    """What somebody said about an alarm; with `until` it says that they are on it until then."""

    login: str
    at: datetime
    note: str
    until: datetime | None = None


@dataclass(frozen=True)
class Alarm:
    """The machine's opinion that something is wrong. `message` is a message id with its values."""

    id: int
    severity: Severity
    subject: str
    unit: str | None
    message: str
    values: Mapping[str, object]
    opened: datetime
    closed: datetime | None = None


@dataclass(frozen=True)
class Step:
    """One thing that was done about a fault: when, by whom, and what was said."""

    at: datetime
    actor: str
    what: str
    """an English message id, e.g. of the event's tag"""
    note: str = ""
    rating: int | None = None
    unit: str = ""
    """whose report it was, of a report"""


@dataclass(frozen=True)
class Fault:
    """People's work on something that is broken."""

    id: int
    unit: str
    state: FaultState
    title: str
    description: str
    reporter: str
    contact: str
    alarm: Alarm | None
    assignee: Role
    opened: datetime
    steps: tuple[Step, ...] = ()
    cause: str = ""
    """what it was, as the repair said"""
    work: str = ""

    @property
    def open(self) -> bool:
        """Tell whether there is still something to do."""
        return self.state is not FaultState.CONFIRMED


@dataclass(frozen=True)
class Finding:
    """What a check says of one subject, in the reader's language, with the lines that show it."""

    verdict: Verdict
    text: str
    lines: tuple[str, ...] = ()
    fix: tuple[str, ...] = ()
    """what to enter on the device"""
    subject: str = ""


@dataclass(frozen=True)
class Check:
    """One audit check's result; texts are in the reader's language."""

    id: str
    title: str
    clause: str
    severity: Severity
    why: str
    remedy: str
    verdict: Verdict
    findings: tuple[Finding, ...]
    """the worst first, not all of them"""
    more: int
    """how many findings are in the evidence only"""
    evidence: str
    """name of the evidence's file: its SHA-256"""
    clauses: tuple[str, ...] = ()


@dataclass(frozen=True)
class Accepted:
    """An acceptance that holds: which check's findings, about whom (empty: all), why, until when, by whom."""

    id: int
    check: str
    subject: str
    reason: str
    until: date
    by: str


@dataclass(frozen=True)
class AuditChanges:
    """What became of findings since an earlier run of the same checks; texts are in the reader's language."""

    since: int | None
    new: tuple[str, ...]
    fixed: tuple[str, ...]
    standing: int
    accepted: int


@dataclass(frozen=True)
class AuditRun:
    """One run of all checks; `checks` is empty in lists."""

    id: int
    finished: datetime
    actor: str
    passed: int
    failed: int
    unknown: int
    report: str
    """name of the report's file"""
    page: str
    """name of the printable report's file"""
    checks: tuple[Check, ...] = ()
    changes: AuditChanges | None = None
    """None in lists, and where the run did not look"""


@dataclass(frozen=True)
class JobView:
    """A job that is on its way, with the end of its log."""

    id: int
    state: str
    log: tuple[str, ...]
    last: int = 0
    """the number of the log's last line"""

    @property
    def busy(self) -> bool:
        """Tell whether it still runs or waits."""
        return self.state in ("queued", "running")


@dataclass(frozen=True)
class Entry:
    """One line of the event log."""

    id: int
    at: datetime
    tag: str
    actor: str
    subject: str
    data: Mapping[str, object]


@dataclass(frozen=True)
class Chain:
    """Whether the event log is whole."""

    length: int
    broken: tuple[str, ...]
