"""In-memory services for unit tests and for work on pages without a network; they keep the real ones' contract.

They keep the rules that pages rely on and nothing else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from audit.accepted.service import demand, may, nothing, wrong
from audit.profiles import profile_of
from countynet import clock
from countynet.vocabulary import LineState
from dashboard.services.model import Accepted, Alarm, AuditRun, JobView, Line, Said, Sample
from dashboard.users.model import Person
from inventory.model import County
from monitoring.cause.verdict import Verdict


@dataclass
class FakeCounty:
    """A county that stays as it is."""

    value: County

    def county(self) -> County:
        """Return it."""
        return self.value

    def whole(self) -> County:
        """Return it."""
        return self.value


@dataclass
class FakeWatch:
    """States and curves as given."""

    known: dict[str, Line] = field(default_factory=dict)
    nodes: dict[str, LineState] = field(default_factory=dict)
    links: dict[str, LineState] = field(default_factory=dict)
    curves: dict[str, tuple[Sample, ...]] = field(default_factory=dict)
    verdicts: dict[str, Verdict] = field(default_factory=dict)
    last: datetime | None = field(default_factory=clock.now)

    def lines(self) -> Mapping[str, Line]:
        """Return the states given."""
        return self.known

    def line(self, unit: str) -> Line:
        """Return one state."""
        return self.known.get(unit) or Line(unit, LineState.UNKNOWN, None)

    def verdict(self, unit: str) -> Verdict | None:
        """Return whose trouble a unit's is, from its alarm or its router's ports; None while nothing is known."""
        return self.verdicts.get(unit)

    def devices(self) -> Mapping[str, LineState]:
        """Return the devices' states given."""
        return self.nodes

    def cables(self) -> Mapping[str, LineState]:
        """Return the links' states given."""
        return self.links

    def polled(self) -> datetime | None:
        """Return the time given."""
        return self.last

    def traffic(self, unit: str, since: datetime, until: datetime, points: int) -> Sequence[Sample]:
        """Return the curve given, thinned to `points`."""
        inside = [s for s in self.curves.get(unit, ()) if since <= s.at <= until]
        return inside[:: max(1, -(-len(inside) // points))]

    def all_traffic(self, since: datetime, until: datetime, points: int) -> Mapping[str, Sequence[Sample]]:
        """Return every curve given."""
        return {unit: self.traffic(unit, since, until, points) for unit in self.curves}


@dataclass
class FakeAlarms:
    """Alarms as given."""

    all: list[Alarm] = field(default_factory=list)
    words: dict[int, tuple[Said, ...]] = field(default_factory=dict)
    verdicts: dict[int, Verdict] = field(default_factory=dict)
    faults: dict[int, int] = field(default_factory=dict)

    def open(self) -> Sequence[Alarm]:
        """Return the open ones."""
        return [alarm for alarm in self.all if alarm.closed is None]

    def recent(self, limit: int) -> Sequence[Alarm]:
        """Return the closed ones."""
        return [alarm for alarm in self.all if alarm.closed is not None][:limit]

    def of_unit(self, unit: str, limit: int) -> Sequence[Alarm]:
        """Return a unit's, open ones first."""
        mine = [alarm for alarm in self.all if alarm.unit == unit]
        return sorted(mine, key=lambda alarm: alarm.closed is not None)[:limit]

    def get(self, alarm: int) -> Alarm | None:
        """Return one alarm."""
        return next((found for found in self.all if found.id == alarm), None)

    def said(self, alarm: int) -> Sequence[Said]:
        """Return what people said about an alarm."""
        return self.words.get(alarm, ())

    def acknowledged(self) -> Mapping[int, Said]:
        """Return who is on which alarm now."""
        now = clock.now()
        last = {alarm: words[-1] for alarm, words in self.words.items() if words}
        return {alarm: word for alarm, word in last.items() if word.until is not None and word.until > now}

    def verdict(self, alarm: int) -> Verdict | None:
        """Return whose trouble an alarm is and why; None when nobody judged it."""
        return self.verdicts.get(alarm)

    def fault(self, alarm: int) -> int | None:
        """Return the fault of an alarm."""
        return self.faults.get(alarm)

    def acknowledge(self, person: Person, alarm: int, hours: int, note: str) -> None:
        """Say that a person is on an open alarm."""
        said = Said(person.login, clock.now(), note, clock.now() + timedelta(hours=hours))
        self.words[alarm] = (*self.words.get(alarm, ()), said)


@dataclass
class FakeAudits:
    """Runs as given; starting one only notes who did."""

    all: list[AuditRun] = field(default_factory=list)
    on_way: JobView | None = None
    files: dict[str, bytes] = field(default_factory=dict)
    started_by: list[str] = field(default_factory=list)
    lived_with: list[Accepted] = field(default_factory=list)

    def latest(self) -> AuditRun | None:
        """Return the last."""
        return self.all[-1] if self.all else None

    def run(self, run: int) -> AuditRun | None:
        """Return one."""
        return next((found for found in self.all if found.id == run), None)

    def runs(self, limit: int) -> Sequence[AuditRun]:
        """Return the last ones."""
        return self.all[::-1][:limit]

    def file(self, name: str) -> bytes | None:
        """Return a file given."""
        return self.files.get(name)

    def start(self, person: Person, profile: str) -> int:
        """Note who started."""
        profile_of(profile)
        self.started_by.append(person.login)
        self.on_way = JobView(len(self.started_by), "queued", ())
        return self.on_way.id

    def export(self, run: int, kind: str) -> bytes:
        """Return a file given for a kind."""
        return self.files[kind]

    def accepted(self) -> Sequence[Accepted]:
        """Return what was accepted and not withdrawn."""
        return self.lived_with

    def accept(self, person: Person, check: str, subject: str, reason: str, until: date) -> None:
        """Note what is accepted."""
        demand(may(person.role, person.login), wrong(check, reason, until))
        held = [accepted.id for accepted in self.lived_with]
        self.lived_with.append(Accepted(max(held, default=0) + 1, check, subject, reason.strip(), until, person.login))

    def withdraw(self, person: Person, number: int) -> None:
        """Forget an acceptance."""
        demand(may(person.role, person.login))
        demand([] if any(a.id == number for a in self.lived_with) else [nothing(number)])
        self.lived_with = [accepted for accepted in self.lived_with if accepted.id != number]

    def job(self) -> JobView | None:
        """Return the job on its way."""
        return self.on_way
