"""Checks on the paper side: systems graded, filed, assessed, kept apart; visits, drills, trainings, regulations."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta

from audit.facts import Facts
from audit.model import Check, Info, Point, failed, manual, not_applicable, passed, unknown
from audit.papers import Papers
from audit.records.kinds.drill import SORTS, Drill, DrillSort
from audit.records.kinds.visit import Visit
from audit.records.model import Kind
from audit.records.service import Held
from audit.systems import HIGH, System
from countynet import clock
from countynet.i18n import _
from countynet.vocabulary import Severity
from inventory.model import Application

COUNTY = "county"
YEAR = timedelta(days=366)
NAMED = 12
"""how many logins a finding lists"""
DEMANDED = (DrillSort.POWER, DrillSort.FIRE, DrillSort.FAILOVER, DrillSort.RESTORE)
"""drills that are wanted every year; those of emergency plans have a check of their own (`emergency-drilled`)"""
Decide = Callable[[Papers], Iterator[Point]]


def _graded(held: Papers) -> Iterator[Point]:
    if not held.systems:
        yield failed(COUNTY, _("the inventory names no system: nothing was graded"))
    for system in held.systems:
        lacking = list(_lacking(system, held.at))
        yield from lacking
        if not lacking:
            one = system.item
            yield passed(one.id, _("{grades}, filed as {filing}"), grades=one.grades, filing=one.filing)


def _lacking(system: System, at: datetime) -> Iterator[Point]:
    one, today = system.item, at.astimezone(clock.CHINA).date()
    if not one.grades:
        yield failed(one.id, _("nobody decided its level (S, A, G)"))
    if not one.filing or one.filed_on is None:
        yield failed(one.id, _("it was not filed at the public security bureau"))
    if one.assess_by is not None and one.assess_by < today:
        yield failed(one.id, _("its assessment was due on {day}"), day=one.assess_by)
    elif one.level >= HIGH and one.assessed_on is None:
        yield failed(one.id, _("it is of level {level} and was never assessed"), level=one.level)
    elif one.level >= HIGH and (today - (one.assessed_on or today)) > YEAR:
        yield failed(one.id, _("it is of level {level} and was assessed over a year ago"), level=one.level)


def _apart(held: Papers) -> Iterator[Point]:
    if not held.systems:
        yield not_applicable(COUNTY, _("the inventory names no system"))
    for host, systems in held.shared:
        yield failed(host, _("systems of several levels share this host: {systems}"), systems=_named(systems))
    for zone, systems in held.mixed:
        message = _("systems of several levels stand in the zone {zone}, and nothing filters between them: {systems}")
        yield failed(zone, message, zone=zone, systems=_named(systems))
    if held.systems and not held.shared and not held.mixed:
        yield passed(COUNTY, _("systems of different levels share neither host nor zone"))


def _named(systems: Sequence[Application]) -> str:
    return ", ".join(f"{one.id} ({one.level})" for one in systems)


def _described(held: Papers) -> Iterator[Point]:
    for system in held.systems:
        one = system.item
        if one.responsible is None:
            yield failed(one.id, _("nobody is responsible for it"))
        if not one.data:
            yield failed(one.id, _("nobody said what data it keeps"))
        if one.responsible is not None and one.data:
            stands = ", ".join((*one.hosts, *system.devices))
            yield passed(one.id, _("it stands on {stands}"), stands=stands)
    if not held.systems:
        yield failed(COUNTY, _("the inventory names no system: nothing was graded"))


SYSTEMS = (_graded, _apart, _described)
"""what is decided of the inventory alone"""


def _visited(held: Papers) -> Iterator[Point]:
    lately = [one for one in held.of(Kind.VISIT) if held.at - one.begun < YEAR]
    for one in lately:
        yield _visit(one, held.at)
    if not lately:
        yield manual(COUNTY, _("no visit was recorded in the last year: compare with the door's own record"))


def _visit(one: Held, at: datetime) -> Point:
    visit: Visit = one.record
    subject = f"visit:{one.number}"
    if visit.unclosed(at):
        return failed(subject, _("somebody came and was never signed out"))
    if visit.came is not None and (visit.approved is None or visit.approved.at > visit.came):
        return failed(subject, _("somebody came in without an approval"))
    return passed(subject, _("it is in order; the document is {hash}"), hash=one.sha256)


def _drilled(held: Papers) -> Iterator[Point]:
    drills = held.of(Kind.DRILL)
    for sort in DEMANDED:
        last = _last_drill(held, drills, sort)
        if last is None or held.at - last > YEAR:
            yield failed(COUNTY, _("no drill in the past year: {what}"), what=SORTS[sort])
        else:
            yield passed(COUNTY, _("{what} was drilled {days} days ago"), what=SORTS[sort], days=(held.at - last).days)
    for one in drills:
        for task in one.record.overdue(held.at.astimezone(clock.CHINA).date()):
            yield failed(f"drill:{one.number}", _("a follow-up was due on {day}: {what}"), day=task.due, what=task.what)


def _last_drill(held: Papers, drills: Sequence[Held], sort: DrillSort) -> datetime | None:
    found = [one.record.ended for one in drills if isinstance(one.record, Drill) and one.record.sort is sort]
    elsewhere = (held.last or {}).get(sort.value)
    return max([*found, *([elsewhere] if elsewhere else [])], default=None)


def _trained(held: Papers) -> Iterator[Point]:
    days = [one.record.on for one in held.of(Kind.TRAINING)]
    if not days:
        yield failed(COUNTY, _("no training was recorded"))
    else:
        ago = (held.at.astimezone(clock.CHINA).date() - max(days)).days
        make = failed if ago > YEAR.days else passed
        yield make(COUNTY, _("the last training was {days} days ago"), days=ago)


def _acknowledged(held: Papers) -> Iterator[Point]:
    if not held.asked:
        yield failed(COUNTY, _("no regulation was published"))
    for one in held.asked:
        subject, missing = f"regulation:{one.held.number}", [reader.who.name for reader in one.missing]
        if not one.readers:
            yield failed(subject, _("nobody who has an account has to read it"))
        elif not missing:
            yield passed(subject, _("all {count} have acknowledged it"), count=len(one.readers))
        elif held.at > one.regulation.due:
            names = ", ".join(missing[:NAMED]) + (" ..." if len(missing) > NAMED else "")
            message = _("{missing} of {count} have not acknowledged it in time: {names}")
            yield failed(subject, message, missing=len(missing), count=len(one.readers), names=names)
        else:
            message = _("{missing} of {count} still have to acknowledge it, until {day}")
            day = one.regulation.due.astimezone(clock.CHINA).date()
            yield passed(subject, message, missing=len(missing), count=len(one.readers), day=day)


def _unaltered(held: Papers) -> Iterator[Point]:
    for name in held.altered:
        yield failed(name.partition(" ")[0], _("{record} is not as the event log has it"), record=name)
    if not held.altered:
        yield passed(COUNTY, _("all {count} records are as the event log has them"), count=len(held.records))


def _check(
    id_: str, title: str, why: str, remedy: str, clauses: tuple[str, ...], severity: Severity, decide: Decide
) -> Check:
    def points(facts: Facts) -> Iterator[Point]:
        if facts.papers is None:
            yield unknown(COUNTY, _("the records were not looked at"))
        else:
            yield from decide(facts.papers)

    return Check(Info(id=id_, title=title, clauses=clauses, severity=severity, rationale=why, remedy=remedy), points)


CHECKS = (
    _check(
        "systems-graded", _("Every system is graded, filed and assessed in time"),
        _("What is protected how much is decided first."),
        _("Enter what was decided in systems.yml: docs/records.md."),
        ("8.1.9.1", "8.1.9.9"), Severity.MAJOR, _graded,
    ),
    _check(
        "systems-apart", _("Systems of different levels are kept apart"),
        _("Whoever gets into the lesser one stands beside the greater."),
        _("Give the higher system a host and a zone of its own."),
        ("8.1.2.1 c", "8.1.2.1 d"), Severity.MAJOR, _apart,
    ),
    _check(
        "systems-described", _("The asset list says what each system keeps, on what, and who answers for it"),
        _("What nobody knows of, nobody protects."),
        _("Enter data and responsible in systems.yml: docs/records.md."),
        ("8.1.10.2",), Severity.MINOR, _described,
    ),
    _check(
        "machine-room-visits", _("Visits to the machine room are recorded"),
        _("Who stands before the device needs no password."),
        _("Register, approve and close each visit: docs/records.md."),
        ("8.1.8.4", "8.1.10.1"), Severity.MINOR, _visited,
    ),
    _check(
        "drills-held", _("Power, fire, failover and restore were drilled in the past year, and their follow-ups done"),
        _("In an emergency people do what they did before."),
        _("Hold the drill and record it: docs/records.md."),
        ("8.1.10.13",), Severity.MINOR, _drilled,
    ),
    _check(
        "trainings-held", _("People were trained in the past year, by name"),
        _("Whoever was never told cannot know."),
        _("Record the training with the names of those who were there."),
        ("8.1.8.3",), Severity.MINOR, _trained,
    ),
    _check(
        "rules-acknowledged", _("Regulations are published, and acknowledged by those whom they bind"),
        _("A rule that nobody read binds nobody."),
        _("Publish it, and see who has not acknowledged it: docs/records.md."),
        ("8.1.6.3", "8.1.8.3"), Severity.MINOR, _acknowledged,
    ),
    _check(
        "records-unaltered", _("Records are as they were written"),
        _("A record that can be altered unseen proves nothing."),
        _("Ask who has rights in the database; the evidence has every version."),
        ("8.1.4.7 a",), Severity.CRITICAL, _unaltered,
    ),
)  # fmt: skip
