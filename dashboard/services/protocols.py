"""The seams between the pages and the rooms.

Each protocol has a real implementation (`real.py`) and a fake (`fake.py`); `tests/unit/dashboard/test_services.py`
holds both to the same contract. Errors: a person's mistake is BadInput, a step that the state does not allow is
Conflict, a step that the role does not allow is NotAllowed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from audit.fix.desk import Fixes
from audit.records.readers import Readers
from audit.records.service import Records
from audit.terminals.respond.service import Responses
from audit.terminals.service import Scans
from countynet.pictures import Picture
from countynet.vocabulary import LineState
from dashboard.api.service import Api
from dashboard.applications.service import Applications
from dashboard.emergencies.service import Emergencies
from dashboard.leases.service import Leases
from dashboard.runs.service import Runs
from dashboard.services.health import Health
from dashboard.services.isolation import Isolation
from dashboard.services.job_logs import JobLogs
from dashboard.services.log import Log
from dashboard.services.model import Accepted, Alarm, AuditRun, Fault, JobView, Line, Said, Sample
from dashboard.services.outages import Outages
from dashboard.services.plans import Plans
from dashboard.services.record import Inventory
from dashboard.services.rules import Rules
from dashboard.services.running import Backups, Drifts
from dashboard.services.terminals import Terminals
from dashboard.services.windows import Windows
from dashboard.services.works import Works
from dashboard.users.model import Person
from dashboard.users.service import Accounts
from inventory.model import County
from monitoring.bridge.service import Exchange
from monitoring.cause.verdict import Verdict
from monitoring.evaluation.service import Evaluations
from monitoring.faults.clocks import Clock, PauseReason
from monitoring.faults.desk.service import Desk
from monitoring.faults.reports.codes import Codes
from monitoring.faults.reports.public import Public
from monitoring.faults.reports.service import Reports
from monitoring.faults.telling.service import Sentences
from monitoring.faults.ties.service import Ties
from monitoring.intrusions.service import Intrusions
from monitoring.knowledge.service import Knowledge
from monitoring.sighting.service import Sensing


class CountySource(Protocol):
    """The inventory as it is now."""

    def county(self) -> County:
        """Return the county; the same object as long as its files did not change."""
        ...

    def whole(self) -> County:
        """Return the county with all its units: where only a part of it stands as a twin, `county` has that part."""
        ...


class Watch(Protocol):
    """What the poller sees."""

    def lines(self) -> Mapping[str, Line]:
        """Return the state of every unit's line by unit id, in one query; a unit never polled is absent."""
        ...

    def line(self, unit: str) -> Line:
        """Return one unit's line, UNKNOWN when it was never polled."""
        ...

    def verdict(self, unit: str) -> Verdict | None:
        """Return whose trouble a unit's is, from its alarm or its router's ports; None while nothing is known."""
        ...

    def devices(self) -> Mapping[str, LineState]:
        """Return whether each device answers, by name."""
        ...

    def cables(self) -> Mapping[str, LineState]:
        """Return the state of the links between devices, by cable id; a link that nobody reports is absent."""
        ...

    def polled(self) -> datetime | None:
        """Return when devices were polled last, None if never."""
        ...

    def traffic(self, unit: str, since: datetime, until: datetime, points: int) -> Sequence[Sample]:
        """Return a line's traffic as at most `points` averages, oldest first."""
        ...

    def all_traffic(self, since: datetime, until: datetime, points: int) -> Mapping[str, Sequence[Sample]]:
        """Return every line's traffic by unit id."""
        ...


class Alarms(Protocol):
    """The alarms."""

    def open(self) -> Sequence[Alarm]:
        """Return the open alarms, worst and newest first."""
        ...

    def recent(self, limit: int) -> Sequence[Alarm]:
        """Return the alarms that closed last."""
        ...

    def of_unit(self, unit: str, limit: int) -> Sequence[Alarm]:
        """Return a unit's alarms, open ones first."""
        ...

    def get(self, alarm: int) -> Alarm | None:
        """Return one alarm."""
        ...

    def said(self, alarm: int) -> Sequence[Said]:
        """Return what people said about an alarm, oldest first."""
        ...

    def acknowledged(self) -> Mapping[int, Said]:
        """Return who is on which open alarm now."""
        ...

    def verdict(self, alarm: int) -> Verdict | None:
        """Return whose trouble an alarm is and why; None when nobody judged it."""
        ...

    def fault(self, alarm: int) -> int | None:
        """Return the fault that people work on because of an alarm, the newest; None when there is none."""
        ...

    def acknowledge(self, person: Person, alarm: int, hours: int, note: str) -> None:
        """Say that a person is on an open alarm for so many hours. Raises BadInput, Conflict, NotAllowed."""
        ...


class Faults(Protocol):
    """The faults and what people do about them. Every step is an event with its person."""

    def open(self) -> Sequence[Fault]:
        """Return the faults that are not closed, oldest first, without their steps."""
        ...

    def closed(self, limit: int) -> Sequence[Fault]:
        """Return the faults closed last, without their steps."""
        ...

    def of_unit(self, unit: str) -> Sequence[Fault]:
        """Return a unit's faults, newest first, without their steps."""
        ...

    def get(self, fault: int) -> Fault | None:
        """Return one fault with its steps."""
        ...

    def possible(self, person: Person, found: Fault) -> frozenset[str]:
        """Return which of dispatch, start, arrive, pause, resume, repaired, confirm, reopen this person may do now."""
        ...

    def report(
        self,
        person: Person,
        unit: str,
        title: str,
        description: str,
        contact: str,
        pictures: Sequence[Picture] = (),
    ) -> int:
        """File a report; it joins the unit's open fault when there is one. Return the fault's number."""
        ...

    def dispatch(self, person: Person, fault: int, note: str) -> None:
        """Hand it to the operator."""
        ...

    def start(self, person: Person, fault: int, note: str) -> None:
        """Say that the repair began."""
        ...

    def arrive(self, person: Person, fault: int, note: str) -> None:
        """Say that somebody is at the place."""
        ...

    def pause(
        self,
        person: Person,
        fault: int,
        reason: PauseReason,
        note: str,
        who: str = "",
        until: datetime | None = None,
    ) -> None:
        """Stop the clocks, for a reason, for whom or what, and until when."""
        ...

    def resume(self, person: Person, fault: int) -> None:
        """Let the clocks run again."""
        ...

    def clocks(self, fault: int, county: County) -> Sequence[Clock]:
        """Return a fault's clocks as they stand."""
        ...

    def repaired(
        self, person: Person, fault: int, cause: str, work: str = "", part: str = "", done: datetime | None = None
    ) -> None:
        """Say that it is repaired, what it was, what was done, with which part, and since when it works."""
        ...

    def confirm(self, person: Person, fault: int, rating: int, note: str) -> None:
        """Say that it works again, and how well the repair went, 1 to 5."""
        ...

    def reopen(self, person: Person, fault: int, note: str) -> None:
        """Say that it is still broken."""
        ...


class Audits(Protocol):
    """The checks."""

    def latest(self) -> AuditRun | None:
        """Return the last finished run."""
        ...

    def run(self, run: int) -> AuditRun | None:
        """Return one run."""
        ...

    def runs(self, limit: int) -> Sequence[AuditRun]:
        """Return the last runs, newest first, without their checks."""
        ...

    def file(self, name: str) -> bytes | None:
        """Return an evidence file by its hash, None when there is none. Raises Conflict when it was altered."""
        ...

    def start(self, person: Person, profile: str) -> int:
        """Submit the checks of a profile as a job; return the number of the job (of the one on its way, if any)."""
        ...

    def export(self, run: int, kind: str) -> bytes:
        """Return a run as a file of a kind: pdf, xlsx, oscal.json. Raises BadInput, Conflict when it was altered."""
        ...

    def accepted(self) -> Sequence[Accepted]:
        """Return the acceptances that hold today."""
        ...

    def accept(self, person: Person, check: str, subject: str, reason: str, until: date) -> None:
        """Accept a check's findings. Raises BadInput with everything wrong, the person's role among it."""
        ...

    def withdraw(self, person: Person, number: int) -> None:
        """Take an acceptance back. Raises BadInput, Conflict when it is back already."""
        ...

    def job(self) -> JobView | None:
        """Return the last job that ran the checks."""
        ...


class Rollout(Protocol):
    """What the center records of the roll-out; each is one commit of the county folder in the person's name."""

    def milestone(self, person: Person, unit: str, phase: str, done: date | None, reason: str) -> None:
        """Say on which day a unit had done a phase; None: it had not after all."""
        ...

    def session(self, person: Person, said: Mapping[str, str], reason: str) -> None:
        """Add a training session; `said`: batch, on, place, topic, topic_en as they were typed."""
        ...

    def attendance(self, person: Person, training: str, people: Mapping[str, int | None], reason: str) -> None:
        """Say how many people units sent to a training session; 0: nobody, None: not counted."""
        ...


@dataclass(frozen=True)
class Services:
    """All that the pages may ask."""

    county: CountySource
    accounts: Accounts
    watch: Watch
    alarms: Alarms
    faults: Faults
    audits: Audits
    fixes: Fixes
    log: Log
    rollout: Rollout
    inventory: Inventory
    terminals: Terminals
    plans: Plans
    drifts: Drifts
    backups: Backups
    windows: Windows
    isolation: Isolation
    outages: Outages
    rules: Rules
    job_logs: JobLogs
    knowledge: Knowledge
    evaluations: Evaluations
    health: Health
    sensing: Sensing
    works: Works
    reports: Reports
    codes: Codes
    public: Public
    sentences: Sentences
    bridge: Exchange
    api: Api
    desk: Desk
    ties: Ties
    emergencies: Emergencies
    runs: Runs
    records: Records
    readers: Readers
    intrusions: Intrusions
    scans: Scans
    responses: Responses
    applications: Applications
    leases: Leases
