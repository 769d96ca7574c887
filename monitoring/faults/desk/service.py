"""The desk: a page of the queue, and one fault with all that helps to decide. Reads; `dispatch` alone writes.

What a county keeps as data (targets, calendar, people) is read anew when a file changed, so that a corrected file shows
at once. Whoever asks for a page gets it in a fixed number of queries, however many faults there are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from countynet import clock
from countynet.db import reading, together
from countynet.errors import BadInput, NotAllowed, Problem
from countynet.events import Event, record
from countynet.i18n import _, translate
from countynet.people import Actor
from countynet.settings import Settings
from countynet.vocabulary import FaultState, Role
from inventory.model import County
from monitoring.cause import store as causes
from monitoring.cause.show import of_unit
from monitoring.cause.verdict import Verdict
from monitoring.faults import targets as aims
from monitoring.faults.clocks import Clock, Pause, clocks, pauses
from monitoring.faults.desk import store
from monitoring.faults.desk.store import Filter, View
from monitoring.faults.duty import model as duties
from monitoring.faults.duty import store as hands
from monitoring.faults.duty.store import FaultHand
from monitoring.faults.duty.suggest import Suggestion, suggest
from monitoring.faults.rules import WORKING
from monitoring.faults.service import Faults
from monitoring.faults.store import Fault
from monitoring.faults.targets import Targets
from monitoring.faults.ties import store as ties
from monitoring.faults.ties.service import found
from monitoring.knowledge import finding
from monitoring.knowledge import store as knowledge
from monitoring.knowledge.model import Entry
from monitoring.tags import FaultTag


@dataclass(frozen=True)
class Item:
    """One fault as it lies on the desk."""

    fault: Fault
    clocks: tuple[Clock, ...]
    verdict: Verdict | None = None
    known: Entry | None = None
    """what the knowledge base has that is most alike"""
    hand: FaultHand | None = None
    """who has it in hand"""
    suggestion: Suggestion | None = None
    """who should get it, while it is not dispatched"""
    with_it: tuple[int, ...] = ()
    """faults that go with it"""
    units: int = 1
    """units that reported it"""
    pauses: tuple[Pause, ...] = ()

    @property
    def title(self) -> str:
        """The reporter's words as they are, an alarm's in the language of the context."""
        return translate(self.fault.title, **self.fault.values) if self.fault.values else self.fault.title

    @property
    def overdue(self) -> bool:
        """Whether a clock that still runs or stands has used more than it may."""
        return any(one.missed and one.ended is None for one in self.clocks)


@dataclass(frozen=True)
class Page:
    """A page of the queue."""

    items: tuple[Item, ...]
    asked: Filter
    more: bool


@dataclass(frozen=True)
class Desk:
    """The service over a county's folder and database."""

    settings: Settings
    engine: Engine

    def queue(self, county: County, asked: Filter, who: Actor) -> Page:
        """Return a page of the queue for somebody. Raises BadInput for a county's file that is wrong."""
        aim = targets(self.settings.county)
        with reading(self.engine) as session:
            only = self._overdue(session, county, asked, who, aim) if asked.view is View.OVERDUE else None
            rows, more = store.page(session, asked, who, only)
            return Page(tuple(self._items(session, county, rows, aim, who)), asked, more)

    def one(self, county: County, fault: int, who: Actor) -> Item:
        """Return one fault with all that helps to decide. Raises BadInput when there is none."""
        aim = targets(self.settings.county)
        with reading(self.engine) as session:
            row = found(session, fault)
            (item,) = self._items(session, county, [row], aim, who, whole=True)
        return item

    def dispatch(self, county: County, fault: int, actor: Actor, note: str = "", to: str = "") -> str:
        """Hand a fault to the operator, and to somebody by name; return that name.

        `to`: a name or login of `duty.yml`; empty: who is suggested, and nobody by name when nobody is. Raises what
        `Faults.dispatch` raises, and BadInput for a name that is not there.
        """
        member = self._member(to) if to else self.one(county, fault, actor).suggestion
        chosen = member.member if isinstance(member, Suggestion) else member
        with together(self.engine):
            Faults(self.engine).dispatch(fault, actor, note)
            if chosen is not None:
                _hand(self.engine, fault, chosen, actor)
        return chosen.name if chosen is not None else ""

    def hand(self, fault: int, actor: Actor, to: str) -> None:
        """Give a dispatched fault to somebody else by name (center). Raises BadInput, NotAllowed."""
        if actor.role is not Role.CENTER:
            raise NotAllowed(
                _("{actor} may not take this step: it is for {role}"), actor=actor.name, role=Role.CENTER.value
            )
        member = self._member(to)
        with together(self.engine) as session:
            row = found(session, fault)
            if row.state not in WORKING:
                raise BadInput([Problem(_("nothing is to be done about fault {fault} now"), {"fault": fault})])
            _hand(self.engine, fault, member, actor)

    def people(self) -> tuple[duties.Member, ...]:
        """Return everybody to whom a fault can be given by name."""
        return duty(self.settings.county).people

    def _member(self, to: str) -> duties.Member:
        member = duty(self.settings.county).member(to)
        if member is None:
            known = ", ".join(one.name for one in self.people())
            raise BadInput([Problem(_("nobody in duty.yml is called {name}"), {"name": to}, wanted=known, where="to")])
        return member

    def _overdue(self, session: Session, county: County, asked: Filter, who: Actor, aim: Targets) -> list[int]:
        """Return the faults of a filter of which a clock has run out."""
        rows = store.every(session, asked, who)
        past = store.events(session, [row.id for row in rows])
        return [row.id for row in rows if Item(row, _clocks(row, past[row.id], county, aim)).overdue]

    def _items(
        self, session: Session, county: County, rows: Sequence[Fault], aim: Targets, who: Actor, whole: bool = False
    ) -> list[Item]:
        numbers = [row.id for row in rows]
        past, held = store.events(session, numbers), hands.of(session, numbers)
        verdicts = causes.of(session, [row.alarm_id for row in rows if row.alarm_id is not None])
        groups, units = ties.led(session, numbers), store.reporters(session, numbers)
        loads, staff, now = hands.loads(session), duty(self.settings.county), clock.now()
        alike = _Alike(session, who, [row.alarm_id for row in rows if row.alarm_id is not None])
        found = []
        for row in rows:
            verdict = verdicts.get(row.alarm_id or 0)
            if verdict is None and whole and row.unit in county.cpe_by_unit:
                verdict = of_unit(session, self.settings, county, row.unit)
            domain = verdict.domain if verdict else None
            chosen = None
            if row.state is FaultState.REPORTED and who.role is Role.CENTER:
                chosen = suggest(staff, domain, site_of(county, row.unit), loads, now)
            found.append(
                Item(
                    fault=row,
                    clocks=_clocks(row, past[row.id], county, aim),
                    verdict=verdict,
                    known=alike.to(row) if whole or row.state is FaultState.REPORTED else None,
                    hand=held.get(row.id),
                    suggestion=chosen,
                    with_it=tuple(ties.members(session, row.id) if whole else groups.get(row.id, ())),
                    units=max(1, units.get(row.id, 1)),
                    pauses=pauses(past[row.id], now, aim.stopping),
                )
            )
        return found


def site_of(county: County, unit: str) -> str:
    """Return the site of a unit's building, empty when it has none."""
    found = county.unit_by_id.get(unit)
    building = county.building_by_id.get(found.building) if found else None
    return building.site or "" if building else ""


def targets(folder: Path) -> Targets:
    """Return a county's targets as its files say them now. Raises BadInput."""
    return _targets(folder, _stamp(folder))


def duty(folder: Path) -> duties.Duty:
    """Return a county's people as its file says now. Raises BadInput."""
    return _duty(folder, _stamp(folder))


@lru_cache(maxsize=4)
def _targets(folder: Path, _stamp: object) -> Targets:
    return aims.load(folder)


@lru_cache(maxsize=4)
def _duty(folder: Path, _stamp: object) -> duties.Duty:
    return duties.load(folder)


def _stamp(folder: Path) -> tuple[tuple[str, int, int], ...]:
    files = sorted((folder / "monitoring").glob("*.yml"))
    return tuple((file.name, stat.st_mtime_ns, stat.st_size) for file in files for stat in [file.stat()])


def _clocks(row: Fault, past: Sequence[Event], county: County, aim: Targets) -> tuple[Clock, ...]:
    return clocks(row.opened, past, aim.of(county, row.unit), aim.calendar, clock.now(), aim.stopping)


class _Alike:
    """Finds the entry of the knowledge base that is most alike: once for the same words, at most MOST times a page."""

    MOST = 10

    def __init__(self, session: Session, who: Actor, alarms: Sequence[int]) -> None:
        self._session, self._audiences = session, finding.readable(who.role)
        self._found: dict[str, Entry | None] = {}
        self._proven = knowledge.proven(session, alarms) if alarms else {}
        several = {entry for known in self._proven.values() for entry, _times in known}
        self._entries = knowledge.entries(session, several) if several else {}

    def to(self, row: Fault) -> Entry | None:
        """Return the entry: what helped with the same cause, else the one of like words.

        None when there is none or too many others were asked for.
        """
        for number, _times in self._proven.get(row.alarm_id or 0, ()):
            entry = self._entries[number]
            if not entry.withdrawn and entry.text.audience in self._audiences:
                return entry
        title = translate(row.title, **row.values) if row.values else row.title
        asked = f"{title} {row.description}"
        if asked not in self._found:
            if len(self._found) >= self.MOST:
                return None
            entries = finding.search(self._session, asked, self._audiences, 1)
            self._found[asked] = entries[0] if entries else None
        return self._found[asked]


def _hand(engine: Engine, fault: int, member: duties.Member, actor: Actor) -> None:
    with together(engine) as session:
        now = clock.now()
        for number in (fault, *ties.members(session, fault)):
            session.merge(FaultHand(fault=number, name=member.name, login=member.login, at=now))
            record(session, FaultTag.HANDED, actor.name, f"fault:{number}", {"to": member.name})
